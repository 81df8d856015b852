"""The life of one document: poll, transfer, offset, write-back, users, accountants, an operator. Every order is walked.

The product's own decisions are asked (`decide`, `due`, `next_revision`, `identify`, and what a record keeps); what is
around them is modelled: each commit and each call is a step of its own, and the worker may be killed between any two.
Time, leases and owners are the matter of `protocol.py`; here a POST is answered, or its answer is lost, with or without
the invoice, or it surely was not executed.

A content is two characters: what the head says, and what the rows say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from gateway.delivery.decide import Decision, decide
from gateway.delivery.identity import ASK, Candidate, Verdict, identify
from gateway.delivery.record import Question, State, TransferRecord
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
    keep_known: bool = True
    keep_question: bool = True
    keep_move: bool = True
    read_moved: bool = True
    sweep_asks_for_rows: bool = True
    hold_for_what_was_seen: bool = True


class Bounds(NamedTuple):
    """How often each of them acts in one walk: kills of the worker; users' edits of head and rows, and their moves;
    accountants; answers that are lost, calls without an effect (`busy`), hours that go by; and readings of the one
    command of an operator.
    """

    kills: int = 1
    edits: int = 1
    moves: int = 1
    accountant: int = 0
    lost: int = 1
    rows: int = 0
    busy: int = 0
    hours: int = 0
    commands: int = 0


NOTHING_MORE = Bounds(0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class World:
    """Everything at one moment. `phase`, `write_back` and `page` are the worker's memory and die with it; `phase` is
    "back" until a new owner has fetched what was not acknowledged.

    `seen` is the revision whose refusal an operator saw who said "create it anyway", `command` the one that the ledger
    has bound this to. `asked`, `beside` and `wrong` are the walk's own: what a person was asked and has not answered,
    invoices that the operator let stand, and what was done against the contract.
    """

    status: str = "waiting"
    content: str = "00"
    events: tuple[Revision, ...] = ()
    committed: int = 0
    record: TransferRecord | None = None
    intent: Revision | None = None
    invoices: tuple[Candidate, ...] = ()
    told: frozenset[int] = frozenset()
    seen: int = 0
    command: int = 0
    asked: tuple[Verdict, int, str] | None = None
    beside: frozenset[int] = frozenset()
    wrong: str = ""
    epoch: int = 1
    phase: str = "idle"
    write_back: str = ""
    page: tuple[str, bool] | None = None
    done: Bounds = NOTHING_MORE

    @property
    def event(self) -> Revision | None:
        """The event in hand, or the next."""
        return self.events[self.committed] if self.committed < len(self.events) else None

    def may(self, what: str, bounds: Bounds) -> bool:
        """Whether it may happen once more."""
        return bool(getattr(self.done, what) < getattr(bounds, what))

    def once(self, what: str, **changes: object) -> World:
        """It happened."""
        done = self.done._replace(**{what: getattr(self.done, what) + 1})
        return replace(self, done=done, **changes)  # type: ignore[arg-type]


def head(content: str) -> str:
    """What the head says of a content."""
    return content[:1]


def anyone(world: World, rules: Rules, bounds: Bounds) -> Iterator[tuple[str, World]]:
    """What may happen: the worker's next steps, a kill, a user, an accountant, an operator, an hour."""
    yield from works(world, rules, bounds)
    if world.may("kills", bounds):
        phase = "back" if world.event is not None else "idle"
        yield "kill", world.once("kills", phase=phase, write_back="", page=None, epoch=world.epoch + 1)
    if world.may("edits", bounds) and world.status == "waiting":
        yield "a user edits it", world.once("edits", content=f"{world.done.edits + 1}{world.content[1]}")
    if world.may("rows", bounds) and world.status == "waiting":
        yield "a user edits its rows", world.once("rows", content=f"{head(world.content)}{world.done.rows + 1}")
    if world.may("moves", bounds):
        where = {"waiting": "draft", "draft": "waiting", "after": "waiting"}[world.status]
        yield f"a user moves it to {where}", world.once("moves", status=where)
    if world.may("accountant", bounds):
        yield from _accountant(world)
    if world.may("hours", bounds) and world.page is not None:
        yield "consider an hour later", _consider(world.once("hours", page=None), *world.page, long_ago=True)
    record = world.record
    if bounds.commands and not world.seen and record is not None and record.state is State.REFUSED:
        yield "an operator says create it anyway", replace(world, seen=record.revision.number)
    if world.seen and world.may("commands", bounds):
        yield "obey", _obey(world.once("commands"), rules)


def _accountant(world: World) -> Iterator[tuple[str, World]]:
    by_hand = Candidate(len(world.invoices), "UNFINISHED", "", 5, DAY, Decimal(2))
    yield "an accountant makes one by hand", world.once("accountant", invoices=(*world.invoices, by_hand))
    for n, one in enumerate(world.invoices):
        for what, changed in (("edits", replace(one, total=Decimal(1))), ("invalidates", _invalid(one))):
            invoices = (*world.invoices[:n], changed, *world.invoices[n + 1 :])
            yield f"an accountant {what} it", world.once("accountant", invoices=invoices)


def _obey(world: World, rules: Rules) -> World:
    """The command was given after the revision that was seen had been refused, and before any later one was."""
    record = world.record
    if record is None or not (record.state is State.REFUSED or (record.state is State.OPEN and record.cause)):
        return world
    late = record.revision.number != world.seen
    return world if late and rules.hold_for_what_was_seen else replace(world, command=record.revision.number)


def works(world: World, rules: Rules, bounds: Bounds) -> Iterator[tuple[str, World]]:
    """The worker's next steps; any of them may come first."""
    event = world.event
    if world.phase == "back":
        yield "fetch", replace(world, phase="idle")
    elif world.phase == "idle" and event is not None and not world.write_back:
        yield "handle", _overtaken(world, _handle(world, event, rules), rules)
        if world.may("busy", bounds):
            yield "handle in vain", _overtaken(world, _in_vain(world.once("busy"), event, rules), rules)
    elif world.phase == "cleared" and event is not None:
        opened = _overtaken(world, _open(world, event, rules), rules)
        yield "open", replace(opened, committed=world.committed + (not rules.ack_last))
        if world.may("busy", bounds):
            yield "a step in vain", _overtaken(world, _in_vain(world.once("busy"), event, rules), rules)
    elif world.phase == "licensed" and world.intent is not None:
        yield from _post(world, world.intent, bounds)
    elif world.phase == "answered" and world.intent is not None:
        made = [one for one in world.invoices if one.notes == world.intent.marker(GUID)]
        yield "settle", replace(_settle(world, world.intent, made[-1]), phase="ended")
    elif world.phase == "ended":
        yield "ack", replace(world, phase="idle", committed=min(len(world.events), world.committed + 1))
    if world.phase in ("back", "idle", "ended"):  # what is done for one document is done in order
        yield from _writes_back(world, rules)
    yield from _polls(world, rules)


def _handle(world: World, event: Revision, rules: Rules) -> World:
    ended = replace(world, phase="ended")
    decision = decide(world.record, event, world.intent is not None, ripe=True)
    if decision in (Decision.UNCHANGED, Decision.SUPERSEDED):
        return replace(ended, told=world.told | {event.number})
    anyway = world.command == event.number
    if decision is Decision.RESUME and world.intent is not None:
        verdict, invoice = _look(world, world.intent)
        if verdict is Verdict.OURS and world.intent.content_hash == event.content_hash:
            return replace(_settle(world, event, invoice), phase="ended")
        if verdict is Verdict.OURS:
            return _handle(_settle(world, world.intent, invoice), event, rules)
        if verdict is not Verdict.ABSENT and not anyway:
            return _ask(world, event, verdict, invoice.id)
        world = replace(world, beside=world.beside | ({invoice.id} if verdict is not Verdict.ABSENT else set()))
    record, live = world.record, event.sequence.epoch == world.epoch
    moved = record is not None and bool(record.may_be_moving or (rules.read_moved and record.taken_away(event)))
    if moved and rules.put_back_first and _is_to_be_put_back(world, event):
        return replace(world, status="waiting", phase="idle")
    wanted = world.status == "waiting" and head(world.content) == head(event.content_hash)
    if (moved or not live) and not wanted and rules.read_again:
        if world.status != "waiting":
            return _withdrawn(world, event)
        return replace(ended, beside=world.beside, told=world.told | {event.number})
    if record is not None and record.invoice is not None and world.invoices[record.invoice.id].valid:
        if not anyway:
            return _ask(world, event, Verdict.CHANGED, record.invoice.id)
        world = replace(world, beside=world.beside | {record.invoice.id})
    question = record.question if record is not None and rules.keep_question else None
    if question is not None and decision is not Decision.RESUME:
        verdict, invoice = _look(world, event)
        if verdict is Verdict.OURS:
            return replace(_settle(world, event, invoice), phase="ended")
        if verdict is not Verdict.ABSENT and not anyway:
            return _ask(world, event, verdict, invoice.id)
    same = question is not None and question.content_hash == event.content_hash
    if question is not None and question.code == ASK[Verdict.INVALIDATED] and same and not anyway:
        return _ask(world, event, Verdict.INVALIDATED, question.invoice_id)
    return replace(world, phase="cleared", wrong=world.wrong if live or wanted else "begun, and nobody waits for it")


def _ask(world: World, event: Revision, verdict: Verdict, invoice: int) -> World:
    question = Question(ASK[verdict], invoice, event.content_hash)
    asked = _record(world, State.REFUSED, event, question=question, cause=ASK[verdict])
    return replace(asked, asked=(verdict, invoice, event.content_hash), intent=None, command=0, phase="ended")


def _withdrawn(world: World, revision: Revision) -> World:
    wrong = world.wrong if world.done.moves else "called withdrawn, and nobody took it out"
    return replace(_record(world, State.WITHDRAWN, revision), intent=None, command=0, phase="ended", wrong=wrong)


def _in_vain(world: World, event: Revision, rules: Rules) -> World:
    """An attempt without an end: the ledger remembers that the revision still has none."""
    world, before = replace(world, phase="ended"), world.record
    same = decide(before, event, world.intent is not None, ripe=True) in (Decision.UNCHANGED, Decision.SUPERSEDED)
    if same or (before is not None and before.revision.number >= event.number):
        return world
    move = before.moved_at if before is not None and rules.keep_move else None
    return _record(world, State.OPEN, event, moving=before.may_be_moving if before else "", moved_at=move)


def _open(world: World, event: Revision, rules: Rules) -> World:
    before = world.record
    again = before is not None and before.revision.number == event.number
    forgets = {} if rules.keep_known else {"invoice": None, "settled_hash": "", "question": None}
    opened = _record(world, State.OPEN, event, cause=before.cause if before and again else "", **forgets)
    return replace(opened, intent=event, phase="licensed", wrong=world.wrong or _unasked(world, event))


def _unasked(world: World, event: Revision) -> str:
    """What is wrong when an invoice is made while a person has not answered."""
    if world.asked is None or world.command == event.number == world.seen:
        return ""
    verdict, invoice, content = world.asked
    stands = content == event.content_hash if verdict is Verdict.INVALIDATED else world.invoices[invoice].valid
    return "made, and a person was asked" if stands else ""


def _overtaken(before: World, after: World, rules: Rules) -> World:
    """An open revision whose place another takes is told to be superseded."""
    one, two = before.record, after.record
    if not rules.supersede or one is None or two is None or one.state is not State.OPEN:
        return after
    own = {two.revision.number, before.event.number if before.event else 0}
    return after if one.revision.number in own else replace(after, told=after.told | {one.revision.number})


def _is_to_be_put_back(world: World, asked: Revision | None = None) -> bool:
    """Whether a write-back moved another content than it should have, or took away what had been asked for."""
    record = world.record
    if record is None or world.status != "after":
        return False
    changed = bool(record.may_be_moving) and head(world.content) != record.may_be_moving
    return changed or record.taken_away(asked or record.revision)


def _post(world: World, intent: Revision, bounds: Bounds) -> Iterator[tuple[str, World]]:
    notes = intent.marker(GUID)
    made = (*world.invoices, Candidate(len(world.invoices), "UNFINISHED", notes, 5, DAY, SUM))
    yield "the POST is answered", replace(world, invoices=made, phase="answered")
    if world.may("lost", bounds):
        lost = world.once("lost", phase="ended")
        yield "the answer is lost", replace(lost, invoices=made)
        yield "the POST is lost", lost
    if world.may("busy", bounds):
        yield "the POST is not executed", world.once("busy", phase="ended", intent=None)


def _writes_back(world: World, rules: Rules) -> Iterator[tuple[str, World]]:
    record = world.record
    if record is None or record.state is not State.SETTLED or record.written_back:
        return
    moved_at = Sequence(world.epoch, len(world.events) + 1)
    done = replace(
        world, record=record.replace(written_back=True, moved_at=moved_at), write_back="", page=_stale(world)
    )
    if world.write_back == "":
        if world.status == "waiting" and (head(world.content) == record.head_hash or not rules.compare):
            yield "read the head", replace(world, write_back="read")
        elif _is_to_be_put_back(world) and rules.put_back_later:
            yield "put back what another had moved", replace(world, status="waiting")
        elif world.status != "waiting":
            yield "leave it to the user", done
    elif world.write_back == "read":
        same = head(world.content) == record.head_hash
        moved = replace(world, status="after", write_back="moved" if same else "moved another content")
        yield "PATCH", moved
    elif world.write_back == "moved another content" and rules.put_back:
        yield "put back", replace(world, status="waiting", write_back="")
    else:
        yield "record the write-back", done


def _polls(world: World, rules: Rules) -> Iterator[tuple[str, World]]:
    if world.status == "waiting" and world.page is None:
        yield "list", replace(world, page=(head(world.content), False))
    if world.page is not None:
        yield "consider", _consider(replace(world, page=None), *world.page)
    record, quiet = world.record, world.event is None
    if rules.sweep and quiet and world.status != "waiting":
        if world.intent is not None:
            yield "sweep", _publish(world, world.content, swept=True)
        elif record is not None and record.state is State.OPEN:
            if rules.sweep_asks_for_rows and _is_to_be_put_back(world):
                yield "sweep puts back", replace(world, status="waiting")
            else:
                yield "explain", replace(_withdrawn(world, record.revision), phase=world.phase)


def _consider(world: World, listed: str, stale: bool, long_ago: bool = False) -> World:
    intent, record = world.intent is not None, world.record
    in_flight = world.event is not None and world.phase != "back"  # a new owner hasn't fetched it yet
    seen = Waiting(listed, not stale, in_flight, False, intent, intent)
    content = listed + world.content[1]
    changed = record is not None and (
        record.revision.content_hash[1] != content[1] or world.command == record.revision.number
    )
    if due(record, seen, settings_changed=changed, refused_long_ago=long_ago) is not Due.READ:
        return world
    return _publish(world, content, stale=stale)


def _publish(world: World, content: str, stale: bool = False, swept: bool = False) -> World:
    record = world.record
    number = next_revision(record, content, record is not None and record.written_back and not stale)
    epoch = 0 if swept else world.epoch
    counter = len(world.events) + 1
    event = Revision(number, Sequence(world.epoch, counter), content)
    phase = "idle" if world.phase == "back" else world.phase
    published = replace(world, events=(*world.events, event), phase=phase)
    return published if epoch else replace(published, epoch=world.epoch + 1)  # a swept event is read again


def _record(world: World, state: State, event: Revision, **more: object) -> World:
    """The revision's record, with what stands of an older one."""
    record = TransferRecord(event, state, 1, head_hash=head(event.content_hash)).keeping(world.record)
    told = world.told if state is State.OPEN else world.told | {event.number}
    return replace(world, record=record.replace(**more), told=told, page=_stale(world))


def _settle(world: World, revision: Revision, invoice: Candidate) -> World:
    settled = TransferRecord(
        revision,
        State.SETTLED,
        1,
        invoice=ProcountorInvoice(invoice.id, invoice.status),
        settled_hash=revision.content_hash,
        head_hash=head(revision.content_hash),
    )
    told = world.told | {revision.number}
    known = replace(world, record=settled, intent=None, told=told, write_back="", page=_stale(world))
    return replace(known, asked=None, command=0)


def _look(world: World, revision: Revision) -> tuple[Verdict, Candidate]:
    found = identify(world.invoices, GUID, revision, 5, DAY, SUM)
    return found.verdict, found.invoice or Candidate(-1, "", "", None, None, None)


def _invalid(one: Candidate) -> Candidate:
    return replace(one, status="INVALIDATED")


def _stale(world: World) -> tuple[str, bool] | None:
    """A page that was read before a commit."""
    return None if world.page is None else (world.page[0], True)
