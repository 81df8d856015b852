"""Holds in the ledger: causes that concern a whole company (decision 14)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from gateway.delivery.wall_clock import is_due
from gateway.documents.ledger_keys import error_key, hold_key, reported_key
from gateway.ledger import Codec, Home

#: The shortest and longest time between two probes of a held company, in seconds; it doubles each time.
PROBE = (15.0, 600.0)
#: Causes that only a document at the company's own risk can probe, and how often: once a day.
DAILY = {"ECHO_MISSING": 86_400.0}
#: How long a reported cause is not reported again, in seconds.
REPORTED = 86_400.0


class Stage(StrEnum):
    """Where a cause is met. The next probe of the same stage that gets past it ends the hold."""

    LEDGER = "ledger"
    POLL = "poll"
    TRANSFER = "transfer"
    WRITE_BACK = "write-back"


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a company is held."""

    code: str
    cause: str
    message: str
    #: When it began, in ISO 8601.
    since: str
    #: Seconds between two probes.
    wait: float
    #: In seconds since 1970.
    next_probe: float
    #: Where the cause was met.
    stage: Stage = Stage.TRANSFER
    #: The kind of documents whose list met the cause; "" if the cause is not a list's.
    kind: str = ""
    #: The trace of the operator's command that asked for the next probe; "" if none did.
    released: str = ""

    def probing(self, now: float) -> bool:
        """Whether one document may be tried, or a list read, to see if the cause is gone. `now`: seconds since 1970."""
        return is_due(self.next_probe, self.wait, now)


@dataclass(frozen=True, slots=True)
class Pause(Hold):
    """Why one flow of a company rests (ADR 31)."""

    #: When it was last reported, in seconds since 1970.
    reported: float = 0.0
    #: The cause that an operator let pass; "" if there is none.
    confirmed: str = ""


def next_wait(before: Hold | None, cause: str) -> float:
    """Seconds until the next probe: doubled each time that the same cause is met."""
    if before is None or before.cause != cause:
        return PROBE[0]
    return min(before.wait * 2, PROBE[1])


def began(before: Hold | None, now: float) -> str:
    """When a hold that follows another one began, in ISO 8601. `now`: seconds since 1970."""
    return before.since if before is not None else datetime.fromtimestamp(now, UTC).isoformat()


_HOLDS = Codec(Hold)
_REPORTS: Codec[dict[str, float]] = Codec(dict)


def known_hold(home: Home, company: str) -> Hold | None:
    """The ledger's hold of a company. A restart often brings a fix in the settings, so it is probed at once if that
    risks no document. Raises Unreadable.
    """
    held = _HOLDS.read(home, hold_key(company))
    if held is None:
        return None
    return held if held.code in DAILY else replace(held, next_probe=0.0)


def known_error(home: Home, company: str) -> str:
    """The code of the error that is the company's current outcome; "" if there is none."""
    return (home.get(error_key(company)) or b"").decode("utf-8", "replace")


def known_reports(home: Home, company: str) -> dict[str, float]:
    """Causes that were reported for a company, each with its time in seconds since 1970. Raises Unreadable."""
    return _REPORTS.read(home, reported_key(company)) or {}
