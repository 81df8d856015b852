"""Holds: a cause that concerns a whole company stops its transfers, once told, until it is gone (decision 14)."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import orjson

from gateway.delivery.describe import describe
from gateway.documents import DocumentKey, Kind, Outcome, OutcomeState, Revision, Sequence
from gateway.errors import GatewayError
from gateway.ledger import Home, Write

if TYPE_CHECKING:
    from gateway.delivery.desk import Desk

#: Seconds between two probes of a held company: the first wait, doubled up to the last.
PROBE = (15.0, 600.0)
#: Causes that only a document at the company's own risk can probe: once a day.
DAILY = {"ECHO_MISSING": 86_400.0}


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a company is held. `wait` in seconds; `next_probe` in seconds since 1970, over restarts too."""

    cause: str
    message: str
    since: str
    wait: float
    next_probe: float

    def probing(self) -> bool:
        """Whether one document may be tried to see if the cause is gone."""
        return time.time() >= self.next_probe


def hold_key(company: str) -> str:
    """Where the ledger keeps a company's hold."""
    return f"{company}/hold"


def known_hold(home: Home, company: str) -> Hold | None:
    """The hold that the ledger has of a company."""
    value = home.get(hold_key(company))
    return Hold(**orjson.loads(value)) if value else None


async def hold(desk: Desk, home: Home, error: GatewayError) -> None:
    """Hold the company: one error outcome for a cause, however many documents meet it."""
    before = desk.hold
    again = before is not None and before.cause == error.cause
    wait = DAILY.get(error.code) or (min(before.wait * 2, PROBE[1]) if before and again else PROBE[0])
    now = datetime.now(UTC)
    since = before.since if before and again else now.isoformat()
    desk.hold = Hold(error.cause, error.message, since, wait, time.time() + wait)
    kept = Write(hold_key(desk.company.id), orjson.dumps(desk.hold), desk.organisation)
    if again:
        await home.commit(writes=[kept])
        return
    told = Outcome(
        key=DocumentKey(desk.company.id, Kind.COMPANY, desk.company.id),
        organisation=desk.organisation,
        revision=Revision(1, Sequence(*home.next_sequence()), hashlib.sha256(error.cause.encode()).hexdigest()),
        attempt=1,
        state=OutcomeState.REFUSED,
        number=None,
        customer_name="",
        at=now,
        error=describe(error),
    )
    await home.commit(writes=[kept], publish=[desk.publish(told)])


async def release(desk: Desk, home: Home) -> None:
    """The cause is gone: documents go on."""
    if desk.hold is None:
        return
    desk.hold = None
    await home.commit(writes=[Write(hold_key(desk.company.id), None, desk.organisation)])
