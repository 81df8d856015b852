"""Put a company on hold, once told, and take it off when the cause is gone (decision 14).

A hold ends only by what has passed the cause. A document that doesn't need the dimension that is missing goes over, and
says nothing of it: so the hold remembers which document met it, and ends when that one goes over, or any other once
that one has had another end. Else it would begin anew, and be told, with each such document.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

import orjson

from gateway.delivery.describe import describe
from gateway.delivery.desk import Desk
from gateway.delivery.holds import DAILY, PROBE, READABLE, Hold, document_of, hold_key, when_read
from gateway.delivery.record import State, record_of
from gateway.documents import DocumentKey, Kind, Outcome, OutcomeState, Revision, Sequence
from gateway.errors import GatewayError, code_of, configuration
from gateway.http import Silence
from gateway.ledger import Home, Write


async def hold(desk: Desk, home: Home, error: GatewayError, by: str = "") -> None:
    """Hold the company: one error outcome for a cause, however many documents meet it.

    `by`: what shows that it is gone. Whoever meets it before the next probe began before the hold, and changes nothing.
    Another cause makes no probe come sooner.
    """
    before, now = desk.hold, datetime.now(UTC)
    again = before is not None and error.cause in before.met
    if before is not None and again and not before.probing():
        return
    wait = DAILY.get(error.code) or (min(before.wait * 2, PROBE[1]) if before and again else PROBE[0])
    since = before.since if before else now.isoformat()
    met = {**(before.met if before else {}), error.cause: by}
    probe = max(time.time() + wait, before.next_probe if before else 0.0)
    desk.hold = Hold(error.code, error.cause, error.message, since, wait, probe, met)
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
    if silence.seconds >= desk.delivery.down_after:
        if held is None or (down.cause in held.met and held.probing()):
            await hold(desk, home, down, by=down.cause)
    elif silence.answered:
        await passed(desk, home, down.cause)


async def tell_unreadable(desk: Desk, home: Home) -> None:
    """Records that can't be read hold their company, until a version that can read them owns the home."""
    for error in islice(desk.unreadable.values(), 1):
        await hold(desk, home, error, by=READABLE)
    if not desk.unreadable:
        await passed(desk, home, READABLE)


async def passed(desk: Desk, home: Home, what: str) -> None:
    """What causes were held by went well: they are gone."""
    held = desk.hold
    if held is not None and what in held.met.values():
        await _keep(desk, home, held, {cause: by for cause, by in held.met.items() if by != what})


async def went_over(desk: Desk, home: Home) -> None:
    """A document went over: causes that it must have passed are gone, and those whose own document had its end."""
    held = desk.hold
    if held is not None:
        left = {cause: by for cause, by in held.met.items() if _stands(desk, home, held, cause)}
        if not left or left != held.met:
            await _keep(desk, home, held, left)


async def waits_no_more(desk: Desk, home: Home, key: str) -> None:
    """A document is gone from the waiting status. What it met is gone with it, where its record tells of no newer end:
    it was refused before, or never published, and nobody tries it again.
    """
    record = record_of(home, key)
    if record is None or record.state is State.REFUSED:
        for what in (key, when_read(key)):
            await passed(desk, home, what)


def _stands(desk: Desk, home: Home, held: Hold, cause: str) -> bool:
    """Whether a cause may stand although a document went over."""
    by = held.met[cause]
    if code_of(cause) == "ECHO_MISSING":
        return not desk.echo_proved
    if not by:
        return False
    record = record_of(home, document_of(by))
    if record is None or record.state is State.OPEN:  # it is no document's to show, or its document waits
        return True
    refused_before = record.refused_at < datetime.fromisoformat(held.since).timestamp()
    return record.state is State.REFUSED and refused_before


async def _keep(desk: Desk, home: Home, held: Hold, met: dict[str, str]) -> None:
    """The hold goes on for these causes; where there are none, documents go on."""
    desk.hold = replace(held, met=met) if met else None
    value = orjson.dumps(desk.hold) if met else None
    await home.commit(writes=[Write(hold_key(desk.company.id), value, desk.organisation)])
