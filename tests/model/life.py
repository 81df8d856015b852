"""The life of one document: poll, transfer, offset, write-back, users and accountants. Every order is walked.

The product's own decisions are asked (`decide`, `due`, `next_revision`, `identify`); what is around them is modelled:
each commit and each call is a step of its own, and the worker may be killed between any two. Time, leases and owners
are the matter of `protocol.py`; here a POST is answered, or its answer is lost, with or without the invoice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from gateway.delivery.decide import Decision, decide
from gateway.delivery.identity import Candidate, Verdict, identify
from gateway.delivery.record import State, TransferRecord
from gateway.documents import ProcountorInvoice, Revision, Sequence
from gateway.polling.due import Due, Waiting, due, next_revision

DAY, SUM, GUID = dt.date(2026, 5, 4), Decimal(100), "g"


@dataclass(frozen=True, slots=True)
class Rules:
    """Parts of the contract; a test takes one out."""

    ack_last: bool = True
    read_again: bool = True
    put_back: bool = True
    put_back_later: bool = True
    put_back_first: bool = True
    supersede: bool = True
    compare: bool = True
    sweep: bool = True


class Bounds(NamedTuple):
    """How often each of them acts in one walk, how often the worker is killed, and how many answers are lost."""

    kills: int = 1
    edits: int = 1
    moves: int = 1
    accountant: int = 0
    lost: int = 1


@dataclass(frozen=True, slots=True)
class World:
    """Everything at one moment. `phase`, `write_back` and `page` are the worker's memory and die with it.

    `unwanted`: an event of another owner is being transferred that nobody waits for.
    """

    status: str = "waiting"
    content: str = "0"
    events: tuple[Revision, ...] = ()
    committed: int = 0
    record: TransferRecord | None = None
    intent: Revision | None = None
    invoices: tuple[Candidate, ...] = ()
    told: frozenset[int] = frozenset()
    unwanted: bool = False
    epoch: int = 1
    phase: str = "idle"
    write_back: str = ""
    page: tuple[str, bool] | None = None
    kills: int = 0
    edits: int = 0
    moves: int = 0
    accountant: int = 0
    lost: int = 0

    @property
    def event(self) -> Revision | None:
        """The event in hand, or the next."""
        return self.events[self.committed] if self.committed < len(self.events) else None


def anyone(world: World, rules: Rules, bounds: Bounds) -> Iterator[tuple[str, World]]:
    """What may happen: the worker's next steps, a kill, a user, an accountant."""
    yield from works(world, rules, bounds)
    if world.kills < bounds.kills:
        fresh = replace(world, phase="idle", write_back="", page=None, epoch=world.epoch + 1, kills=world.kills + 1)
        yield "kill", fresh
    if world.edits < bounds.edits and world.status == "waiting":
        yield "a user edits it", replace(world, content="1", edits=world.edits + 1)
    if world.moves < bounds.moves:
        where = {"waiting": "draft", "draft": "waiting", "after": "waiting"}[world.status]
        yield f"a user moves it to {where}", replace(world, status=where, moves=world.moves + 1)
    if world.accountant < bounds.accountant:
        for n, one in enumerate(world.invoices):
            for what, changed in (("edits", replace(one, total=Decimal(1))), ("invalidates", _invalid(one))):
                invoices = (*world.invoices[:n], changed, *world.invoices[n + 1 :])
                yield f"an accountant {what} it", replace(world, invoices=invoices, accountant=world.accountant + 1)


def works(world: World, rules: Rules, bounds: Bounds) -> Iterator[tuple[str, World]]:
    """The worker's next steps; any of them may come first."""
    if world.phase == "idle" and world.event is not None and not world.write_back:
        yield "handle", _overtaken(world, _handle(world, world.event, rules), rules)
    elif world.phase == "cleared" and world.event is not None:
        opened = replace(_record(world, State.OPEN, world.event), intent=world.event, phase="licensed")
        opened = _overtaken(world, opened, rules)
        yield "open", replace(opened, committed=world.committed + (not rules.ack_last))
    elif world.phase == "licensed" and world.intent is not None:
        yield from _post(world, world.intent, world.lost < bounds.lost)
    elif world.phase == "answered" and world.intent is not None:
        yield "settle", replace(_settle(world, world.intent, world.invoices[-1]), phase="ended")
    elif world.phase == "ended":
        yield "ack", replace(world, phase="idle", committed=min(len(world.events), world.committed + 1))
    if world.phase in ("idle", "ended"):  # what is done for one document is done in order
        yield from _writes_back(world, rules)
    yield from _polls(world, rules)


def _handle(world: World, event: Revision, rules: Rules) -> World:
    ended = replace(world, phase="ended")
    decision = decide(world.record, event, world.intent is not None, ripe=True)
    if decision in (Decision.UNCHANGED, Decision.SUPERSEDED):
        return replace(ended, told=world.told | {event.number})
    if decision is Decision.RESUME and world.intent is not None:
        found = _look(world, world.intent)
        if found is not None:
            verdict, invoice = found
            if verdict is not Verdict.OURS:
                return _record(ended, State.REFUSED, event, intent=None)
            if world.intent.content_hash == event.content_hash:
                return replace(_settle(world, event, invoice), phase="ended")
            return _handle(_settle(world, world.intent, invoice), event, rules)
    if rules.put_back_first and _moved_changed(world):
        return replace(world, status="waiting")
    live = event.sequence.epoch == world.epoch
    wanted = world.status == "waiting" and world.content == event.content_hash
    if not live and not wanted and rules.read_again:
        if world.status != "waiting":
            return _record(ended, State.WITHDRAWN, event, intent=None)
        return replace(ended, told=world.told | {event.number})
    if world.record is not None and world.record.invoice is not None:
        there = world.invoices[world.record.invoice.id]
        if there.status != "INVALIDATED":
            return _record(ended, State.REFUSED, event)
    return replace(world, phase="cleared", unwanted=not live and not wanted)


def _overtaken(before: World, after: World, rules: Rules) -> World:
    """An open revision whose place another takes is told to be superseded."""
    one, two = before.record, after.record
    if not rules.supersede or one is None or two is None or one.state is not State.OPEN:
        return after
    own = {two.revision.number, before.event.number if before.event else 0}
    return after if one.revision.number in own else replace(after, told=after.told | {one.revision.number})


def _moved_changed(world: World) -> bool:
    """Whether a write-back moved another content than it should have, and was cut off before it saw that."""
    record = world.record
    open_still = record is not None and record.state is State.SETTLED and not record.written_back
    return open_still and world.status == "after" and world.content != record.head_hash  # type: ignore[union-attr]


def _post(world: World, intent: Revision, may_be_lost: bool) -> Iterator[tuple[str, World]]:
    notes = intent.marker(GUID)
    made = (*world.invoices, Candidate(len(world.invoices), "UNFINISHED", notes, 5, DAY, SUM))
    yield "the POST is answered", replace(world, invoices=made, phase="answered")
    if may_be_lost:
        lost = replace(world, phase="ended", lost=world.lost + 1)
        yield "the answer is lost", replace(lost, invoices=made)
        yield "the POST is lost", lost


def _writes_back(world: World, rules: Rules) -> Iterator[tuple[str, World]]:
    record = world.record
    if record is None or record.state is not State.SETTLED or record.written_back:
        return
    done = replace(world, record=record.replace(written_back=True), write_back="", page=_stale(world))
    if world.write_back == "":
        if world.status == "waiting" and (world.content == record.head_hash or not rules.compare):
            yield "read the head", replace(world, write_back="read")
        elif _moved_changed(world) and rules.put_back_later:
            yield "put back what another had moved", replace(world, status="waiting")
        elif world.status != "waiting":
            yield "leave it to the user", done
    elif world.write_back == "read":
        same = world.content == record.head_hash
        moved = replace(world, status="after", write_back="moved" if same else "moved another content")
        yield "PATCH", moved
    elif world.write_back == "moved another content" and rules.put_back:
        yield "put back", replace(world, status="waiting", write_back="")
    else:
        yield "record the write-back", done


def _polls(world: World, rules: Rules) -> Iterator[tuple[str, World]]:
    if world.status == "waiting" and world.page is None:
        yield "list", replace(world, page=(world.content, False))
    if world.page is not None:
        yield "consider", _consider(replace(world, page=None), *world.page)
    record, quiet = world.record, world.event is None
    if rules.sweep and quiet and world.status != "waiting":
        if world.intent is not None:
            yield "sweep", _publish(world, world.content, swept=True)
        elif record is not None and record.state is State.OPEN:
            yield "explain", _record(world, State.WITHDRAWN, record.revision)


def _consider(world: World, content: str, stale: bool) -> World:
    intent = world.intent is not None
    seen = Waiting(content, not stale, world.event is not None, False, intent, intent)
    if due(world.record, seen, settings_changed=False, refused_long_ago=False) is not Due.READ:
        return world
    return _publish(world, content, stale=stale)


def _publish(world: World, content: str, stale: bool = False, swept: bool = False) -> World:
    record = world.record
    number = next_revision(record, content, record is not None and record.written_back and not stale)
    epoch = 0 if swept else world.epoch
    counter = len(world.events) + 1
    event = Revision(number, Sequence(world.epoch, counter), content)
    published = replace(world, events=(*world.events, event))
    return published if epoch else replace(published, epoch=world.epoch + 1)  # a swept event is read again


def _record(world: World, state: State, event: Revision, **also: object) -> World:
    before = world.record
    kept = {"invoice": before.invoice, "settled_hash": before.settled_hash} if before else {}
    record = TransferRecord(event, state, 1, head_hash=event.content_hash, **kept)  # type: ignore[arg-type]
    told = world.told if state is State.OPEN else world.told | {event.number}
    return replace(world, record=record, told=told, page=_stale(world), **also)  # type: ignore[arg-type]


def _settle(world: World, revision: Revision, invoice: Candidate) -> World:
    settled = TransferRecord(
        revision,
        State.SETTLED,
        1,
        invoice=ProcountorInvoice(invoice.id, invoice.status),
        settled_hash=revision.content_hash,
        head_hash=revision.content_hash,
    )
    told = world.told | {revision.number}
    return replace(world, record=settled, intent=None, told=told, write_back="", page=_stale(world))


def _look(world: World, revision: Revision) -> tuple[Verdict, Candidate] | None:
    found = identify(world.invoices, GUID, revision, 5, DAY, SUM)
    return None if found.invoice is None else (found.verdict, found.invoice)


def _invalid(one: Candidate) -> Candidate:
    return replace(one, status="INVALIDATED")


def _stale(world: World) -> tuple[str, bool] | None:
    """A page that was read before a commit."""
    return None if world.page is None else (world.page[0], True)
