"""Put a company on hold, and end its hold when a probe doesn't meet the cause (decision 14).

A hold may end although its cause still stands: an invoice without a project needs no dimension. Then the next document
that meets the cause begins the hold again, and nobody is bothered: a cause is reported once a day at the most.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

import orjson
import structlog

from gateway.delivery.absence import look_first_after
from gateway.delivery.describe import describe
from gateway.delivery.desk import Desk
from gateway.delivery.holds import DAILY, PROBE, REPORTED, Hold, Stage, hold_key, reported_key
from gateway.delivery.wall_clock import is_due
from gateway.documents import DocumentKey, Kind, Outcome, OutcomeState, Revision, Sequence
from gateway.errors import GatewayError, configuration
from gateway.http import Silence
from gateway.ledger import Home, Publish, Write

log = structlog.get_logger()


async def hold(desk: Desk, home: Home, error: GatewayError, stage: Stage = Stage.TRANSFER) -> None:
    """Hold the company. Whoever meets a cause before the next probe began before the hold: the hold stays as it is."""
    before, now = desk.hold, desk.clock()
    writes: list[Write] = []
    events: list[Publish] = []
    if before is None or before.probing(now):
        desk.hold = _hold(before, error, now, stage)
        writes.append(Write(hold_key(desk.company.id), orjson.dumps(desk.hold), desk.organisation))
        log.error("company held", company=desk.company.id, code=error.code, detail=error.detail)
    if before is None or before.cause != error.cause:
        reported, events = _reported(desk, home, error, now)
        writes += reported
    if writes:
        await home.commit(writes=writes, publish=events)


def _hold(before: Hold | None, error: GatewayError, now: float, stage: Stage) -> Hold:
    """One that is probed at the company's own risk stands until that probe, whatever else is met meanwhile."""
    again = before is not None and before.cause == error.cause
    wait = min(before.wait * 2, PROBE[1]) if before is not None and again else PROBE[0]
    if before is not None and before.code in DAILY and error.code not in DAILY:
        return replace(before, next_probe=now + wait)
    wait = DAILY.get(error.code, wait)
    since = before.since if before is not None else datetime.fromtimestamp(now, UTC).isoformat()
    return Hold(error.code, error.cause, error.message, since, wait, now + wait, stage)


async def clear_hold(desk: Desk, home: Home) -> None:
    """Its documents go on. Each hold that ends, ends here."""
    held, desk.hold = desk.hold, None
    if held is not None:
        log.info("hold ended", company=desk.company.id, code=held.code, since=held.since)
        await look_first_after(desk, home, held)
        await home.commit(writes=[Write(hold_key(desk.company.id), None, desk.organisation)])


async def passed(desk: Desk, home: Home, stage: Stage, held: Hold | None) -> None:
    """A step of this stage ended without a cause that concerns the company. `held`: the hold when the step began; one
    that began since, or was met elsewhere, stands.
    """
    if held is None or desk.hold is not held or held.stage is not stage:
        return
    if held.code not in DAILY or desk.echo_proved:
        await clear_hold(desk, home)


async def hold_unreadable(desk: Desk, home: Home) -> None:
    """Records that can't be read hold their company, until a version that can read them owns the home."""
    for error in islice(desk.unreadable.values(), 1):
        await hold(desk, home, error, Stage.LEDGER)
    if not desk.unreadable:
        await passed(desk, home, Stage.LEDGER, desk.hold)


async def listen(desk: Desk, home: Home, api: str, silence: Silence, stage: Stage = Stage.TRANSFER) -> None:
    """An API that is down for reads too holds the company until it answers again."""
    down = configuration("API_DOWN", api=api)
    if silence.seconds >= desk.delivery.down_after:
        await hold(desk, home, down, stage)
    elif silence.answered and desk.hold is not None and desk.hold.cause == down.cause:
        await clear_hold(desk, home)


async def report(desk: Desk, home: Home, error: GatewayError) -> None:
    """Tell something of the whole company without holding it, once a day at the most."""
    writes, events = _reported(desk, home, error, desk.clock())
    if writes:
        await home.commit(writes=writes, publish=events)


def _reported(desk: Desk, home: Home, error: GatewayError, now: float) -> tuple[list[Write], list[Publish]]:
    """The error outcome of the company, unless its cause was reported within a day."""
    reported = {cause: at for cause, at in desk.reported.items() if not is_due(at + REPORTED, REPORTED, now)}
    if error.cause in reported:
        return [], []
    desk.reported = {**reported, error.cause: now}
    outcome = Outcome(
        key=DocumentKey(desk.company.id, Kind.COMPANY, desk.company.id),
        organisation=desk.organisation,
        revision=Revision(1, Sequence(*home.next_sequence()), hashlib.sha256(error.cause.encode()).hexdigest()),
        attempt=1,
        state=OutcomeState.REFUSED,
        number=None,
        customer_name="",
        at=desk.now(),
        error=describe(error),
    )
    kept = Write(reported_key(desk.company.id), orjson.dumps(desk.reported), desk.organisation)
    return [kept], [desk.publish(outcome)]
