"""Put a company on hold, once told, and take it off when the cause is gone (decision 14)."""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime

import orjson

from gateway.delivery.describe import describe
from gateway.delivery.desk import Desk
from gateway.delivery.holds import DAILY, PROBE, Hold, hold_key
from gateway.documents import DocumentKey, Kind, Outcome, OutcomeState, Revision, Sequence
from gateway.errors import GatewayError, configuration
from gateway.http import Silence
from gateway.ledger import Home, Write


async def hold(desk: Desk, home: Home, error: GatewayError) -> None:
    """Hold the company: one error outcome for a cause, however many documents meet it."""
    before = desk.hold
    again = before is not None and before.cause == error.cause
    wait = DAILY.get(error.code) or (min(before.wait * 2, PROBE[1]) if before and again else PROBE[0])
    now = datetime.now(UTC)
    since = before.since if before and again else now.isoformat()
    desk.hold = Hold(error.code, error.cause, error.message, since, wait, time.time() + wait)
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


async def listen(desk: Desk, home: Home, api: str, silence: Silence) -> None:
    """An API that is down for reads too holds the company, until it answers again; another cause holds on."""
    down = configuration("API_DOWN", api=api)
    held = desk.hold
    ours = held is not None and held.cause == down.cause
    if silence.seconds >= desk.delivery.down_after:
        if held is None or (ours and held.probing()):
            await hold(desk, home, down)
    elif silence.answered and ours:
        await release(desk, home)


async def release(desk: Desk, home: Home) -> None:
    """The cause is gone: documents go on."""
    if desk.hold is None:
        return
    desk.hold = None
    await home.commit(writes=[Write(hold_key(desk.company.id), None, desk.organisation)])
