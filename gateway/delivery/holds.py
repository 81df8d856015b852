"""Holds as the ledger keeps them: a cause that concerns a whole company (decision 14)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from gateway.delivery.wall_clock import is_due
from gateway.documents.ledger_keys import error_key, hold_key, reported_key
from gateway.ledger import Codec, Home

#: Seconds between two probes of a held company: the first wait, doubled up to the last.
PROBE = (15.0, 600.0)
#: Causes that only a document at the company's own risk can probe: once a day.
DAILY = {"ECHO_MISSING": 86_400.0}
#: Seconds for which a cause that was reported is not reported again.
REPORTED = 86_400.0


class Stage(StrEnum):
    """Where a cause is met. The next probe of the same stage that doesn't meet it ends the hold."""

    LEDGER = "ledger"
    POLL = "poll"
    TRANSFER = "transfer"
    WRITE_BACK = "write-back"


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a company is held.

    `since`: when it began, in ISO 8601. `wait`: seconds between two probes.
    `next_probe`: seconds since 1970. `stage`: where the cause was met.
    """

    code: str
    cause: str
    message: str
    since: str
    wait: float
    next_probe: float
    stage: Stage = Stage.TRANSFER

    def probing(self, now: float) -> bool:
        """Whether one document may be tried, or a list read, to see if the cause is gone. `now`: seconds since 1970."""
        return is_due(self.next_probe, self.wait, now)


_HOLDS = Codec(Hold)
_REPORTS: Codec[dict[str, float]] = Codec(dict)


def known_hold(home: Home, company: str) -> Hold | None:
    """The hold that the ledger has of a company. A restart often brings the fix in the settings: it is probed at once,
    where that risks no document. Raises Unreadable.
    """
    held = _HOLDS.read(home, hold_key(company))
    if held is None:
        return None
    return held if held.code in DAILY else replace(held, next_probe=0.0)


def known_error(home: Home, company: str) -> str:
    """The code of the error that is the company's current outcome; "" when none is."""
    return (home.get(error_key(company)) or b"").decode("utf-8", "replace")


def known_reports(home: Home, company: str) -> dict[str, float]:
    """Causes that were reported of a company, each with its time in seconds since 1970. Raises Unreadable."""
    return _REPORTS.read(home, reported_key(company)) or {}
