"""The worker in the life of one document: its steps between two commits or calls (see `life.py`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from gateway.delivery.decide import Decision, decide
from gateway.delivery.identity import ASK, Candidate, Verdict, copies_of, identify, invalidated, standing
from gateway.delivery.record import Made, Question, Refusal, State, TransferRecord, WriteBack
from gateway.delivery.withdraw import IN_PROCOUNTOR, has_no_end, is_of_another_content
from gateway.documents import Revision, Target
from gateway.polling.due import Due, Waiting, due, next_revision
from tests.model.world import DAY, GONE, GUID, LOST, OWN, SUM, Bounds, Rules, World, head, named, tell

#: POSTs under one intent after which a person is asked (the product's are three).
ROUNDS = 2
NOT_FOUND = "INVOICE_NOT_FOUND"
#: No intent is open any more.
CLOSED: dict[str, Any] = {"intent": None, "rounds": 0, "unknown": False}


def works(world: World, rules: Rules, bounds: Bounds) -> Iterator[tuple[str, World]]:
    """The worker's next steps; any of them may come first."""
    event = world.event
    if world.strange:
        yield "a version that can read it takes the home", replace(world, strange=False, epoch=world.epoch + 1)
        if not rules.leave_what_cannot_be_read:
            yield "it is taken for nothing", replace(world, strange=False, record=None)
        return
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
        yield from _post(world, world.intent, rules, bounds)
    elif world.phase == "answered" and world.intent is not None:
        made = [one for one in world.invoices if one.notes == world.intent.marker(GUID)]
        yield "settle", _settle(world, world.intent, made[-1])
    elif world.phase == "ended":
        yield "ack", replace(world, phase="idle", committed=min(len(world.events), world.committed + 1))
    if world.phase in ("back", "idle", "ended"):  # what is done for one document is done in order
        yield from _writes_back(world, rules)
    yield from _polls(world, rules)


def _handle(world: World, event: Revision, rules: Rules) -> World:
    ended = replace(world, phase="ended")
    decision = decide(world.record, event, world.intent is not None, expired=True)
    if decision in (Decision.UNCHANGED, Decision.SUPERSEDED):
        return tell(ended, event)
    anyway, resumed = world.command == event.number, decision is Decision.RESUME
    if resumed and world.intent is not None:
        verdict, invoice = _look(world, world.intent)
        if verdict is Verdict.OURS and world.intent.content_hash == event.content_hash:
            return _settle(world, event, invoice)
        if verdict is Verdict.OURS:
            return _handle(replace(_settle(world, world.intent, invoice), phase=world.phase), event, rules)
        if verdict is not Verdict.ABSENT and not anyway:
            return _ask(world, event, verdict, invoice.id)
        world = replace(world, beside=world.beside | ({invoice.id} if verdict is not Verdict.ABSENT else set()))
    record, live = world.record, event.sequence.epoch == world.epoch
    moved = record is not None and bool(record.may_be_moving or (rules.read_moved and record.taken_away(event)))
    if moved and rules.put_back_first and _is_to_be_put_back(world, event):
        return replace(world, status="waiting", phase="idle")
    if _is_unknown(world, event) and world.status == "waiting" and rules.leave_to_the_poll:
        return _left(world, event, rules)
    wanted = world.status == "waiting" and head(world.content) == head(event.content_hash)
    if (moved or not live) and not wanted and rules.read_again:
        if world.status != "waiting":
            return _not_wanted(world, event, rules)
        ended = _left(world, event, rules) if record is None else tell(ended, event)
        return replace(ended, beside=world.beside)
    if record is not None and record.target is not None and world.invoices[int(record.target.id)].valid:
        if not anyway:
            return _ask(world, event, Verdict.CHANGED, int(record.target.id))
        world = replace(world, beside=world.beside | {int(record.target.id)})
    if resumed and world.rounds >= ROUNDS and not anyway and rules.ask_after_rounds:
        return _not_found(world, event)
    question = record.question if record is not None and rules.keep_question else None
    if not resumed and _looks(world, question, rules):
        verdict, invoice = _look(world, event)
        known_invalid = record is not None and record.target is not None and record.target.id == str(invoice.id)
        if verdict is Verdict.OURS:
            return _settle(world, event, invoice)
        if verdict is not Verdict.ABSENT and not known_invalid:
            if not anyway:
                return _ask(world, event, verdict, invoice.id)
            world = replace(world, beside=world.beside | {invoice.id})
    same = question is not None and question.content_hash == event.content_hash
    if question is not None and question.code == ASK[Verdict.INVALIDATED] and same and not anyway:
        return _ask(world, event, Verdict.INVALIDATED, question.invoice_id)
    return replace(world, phase="cleared", wrong=world.wrong if live or wanted else "begun, and nobody waits for it")


def _left(world: World, event: Revision, rules: Rules) -> World:
    """The poll reads it whole; until then the ledger knows that it has no end."""
    told, again = replace(world, phase="ended"), _numbered_again(world, event, rules)
    if again != event or not rules.keep_what_was_left:  # the same number and content: the end of the one is the other's
        told = tell(told, event)
    return _record(told, State.OPEN, again) if rules.keep_what_was_left else told


def _looks(world: World, question: Question | None, rules: Rules) -> bool:
    """Whether Procountor is asked before a POST: somebody was asked about it, it was POSTed before, or it is older than
    the horizon.
    """
    posted = world.record is not None and world.record.was_posted and rules.look_again
    return question is not None or posted or (world.done.losses > 0 and rules.look_first)


def _not_wanted(world: World, event: Revision, rules: Rules) -> World:
    now = _numbered_again(world, event, rules)
    if rules.look_before_withdrawn and has_no_end(world.record):
        verdict, invoice = _look(world, event)
        if is_of_another_content(verdict, invoice, event):
            return replace(tell(world, event), phase="ended")
        if verdict in IN_PROCOUNTOR:
            return tell(_settle(world, now, invoice), event)
    return tell(_withdrawn(world, now), event)


def _not_found(world: World, event: Revision) -> World:
    """What had no answer is POSTed so often; then an operator must say so. Its intent stays open."""
    wrong = world.wrong if world.unknown else "a person is asked of a call that surely was not executed"
    refused = _record(world, State.REFUSED, event, refusal=Refusal(NOT_FOUND))
    asked = (Verdict.ABSENT, -1, event.content_hash)
    return replace(refused, asked=asked, **_used_up(world), phase="ended", wrong=wrong)


def _ask(world: World, event: Revision, verdict: Verdict, invoice: int) -> World:
    question = Question(ASK[verdict], invoice, event.content_hash)
    asked = _record(world, State.REFUSED, event, question=question, refusal=Refusal(ASK[verdict]))
    asked = replace(asked, asked=(verdict, invoice, event.content_hash), **_used_up(world))
    return replace(asked, **CLOSED, phase="ended")


def _used_up(world: World) -> dict[str, Any]:
    """A command is good for one attempt."""
    return {"command": 0, "used": world.used or bool(world.command)}


def _withdrawn(world: World, revision: Revision) -> World:
    there = has_no_end(world.record) and any(one.valid and one.made_of(revision.content_hash) for one in world.invoices)
    wrong = world.wrong if world.done.moves or world.done.losses else "called withdrawn, and nobody took it out"
    wrong = "called withdrawn, and it is in Procountor" if there else wrong
    withdrawn = replace(_record(world, State.WITHDRAWN, revision), **_used_up(world), **CLOSED)
    return replace(withdrawn, phase="ended", wrong=wrong)


def _explain(world: World, record: TransferRecord, rules: Rules) -> World:
    """The sweep ends what waits no more."""
    found = standing(_findable(world), GUID, world.beside)
    found = found or copies_of(_findable(world), GUID, record.revision.content_hash)
    found = found or (invalidated(_findable(world), GUID, record.revision.content_hash) if world.intent is None else [])
    if rules.look_before_withdrawn and has_no_end(record) and found:
        settled = _settle(world, record.revision, found[0])
        assert settled.record is not None
        return replace(settled, record=settled.record.with_write_back(done=True), phase=world.phase)
    return replace(_withdrawn(world, record.revision), phase=world.phase)


def _in_vain(world: World, event: Revision, rules: Rules) -> World:
    """An attempt without an end: the ledger remembers that the revision still has none."""
    world, before = replace(world, phase="ended"), world.record
    same = decide(before, event, world.intent is not None, expired=True) in (Decision.UNCHANGED, Decision.SUPERSEDED)
    if same:
        return tell(world, event)
    if before is not None and before.revision.number >= event.number:
        return world
    move = before.write_back.moved_at if before is not None and rules.keep_move else None
    again = _numbered_again(world, event, rules)
    if again != event:  # the same number and content: the end of the one is that of the other
        world, event = tell(world, event), again
    moving = before.may_be_moving if before else ""
    back = WriteBack(head(event.content_hash), moving=moving, moved_at=move)
    return _record(world, State.OPEN, event, write_back=back)


def _open(world: World, event: Revision, rules: Rules) -> World:
    before = world.record
    again = before is not None and before.revision.is_same(event)
    cause = before.refusal.cause if before and again else ""
    opened = _record(world, State.OPEN, event, posted=True)
    if opened.record is not None:
        opened = replace(opened, record=opened.record.with_refusal(cause=cause))
    rounds, unknown = (world.rounds + 1, world.unknown) if world.intent is not None else (1, False)
    wrong = world.wrong or _unasked(world, event)
    return replace(opened, intent=event, rounds=rounds, unknown=unknown, phase="licensed", wrong=wrong)


def _unasked(world: World, event: Revision) -> str:
    """What is wrong when an invoice is made of what was replaced long ago, or while a person has not answered."""
    if _is_old(world, event) and event.content_hash != world.content:
        return "made of a content that was replaced before the ledger was lost"
    if world.command == event.number == world.seen:
        return "made by a command that had its attempt" if world.used else ""
    if world.intent is not None and world.rounds >= ROUNDS:
        return "made once more, and nobody said so after so many rounds"
    if world.asked is None:
        return ""
    verdict, invoice, content = world.asked
    if verdict is Verdict.ABSENT:
        return ""  # until its intent is closed the rounds say so
    stands = content == event.content_hash if verdict is Verdict.INVALIDATED else world.invoices[invoice].valid
    return "made, and a person was asked" if stands else ""


def _overtaken(before: World, after: World, rules: Rules) -> World:
    """An open revision whose place another takes is told to be superseded."""
    one, two = before.record, after.record
    if not rules.supersede or one is None or two is None or one.state is not State.OPEN:
        return after
    own = {named(two.revision), *([named(before.event)] if before.event else [])}
    return after if named(one.revision) in own else tell(after, one.revision)


def _is_to_be_put_back(world: World, asked: Revision | None = None) -> bool:
    """Whether a write-back moved another content than it should have, or took away what had been asked for."""
    record = world.record
    if record is None or world.status != "after":
        return False
    changed = bool(record.may_be_moving) and head(world.content) != record.may_be_moving
    return changed or record.taken_away(asked or record.revision)


def _post(world: World, intent: Revision, rules: Rules, bounds: Bounds) -> Iterator[tuple[str, World]]:
    notes = intent.marker(GUID)
    made = (*world.invoices, Candidate(len(world.invoices), "UNFINISHED", notes, 5, DAY, SUM))
    yield "the POST is answered", replace(world, invoices=made, phase="answered")
    if world.may("lost", bounds):
        lost = world.once("lost", phase="ended", unknown=True)
        yield "the answer is lost", replace(lost, invoices=made)
        yield "the POST is lost", lost
    if world.may("busy", bounds):
        busy = world.once("busy", phase="ended")
        yield "the POST is not executed", replace(busy, **CLOSED) if rules.close_what_was_not_executed else busy
    if world.may("refusals", bounds):
        refused = _record(
            world.once("refusals"), State.REFUSED, intent, refusal=Refusal("PROCOUNTOR_REFUSED"), posted=True
        )
        refused = replace(refused, **_used_up(world), **CLOSED, phase="ended")
        yield "the POST is refused", refused
        yield "the POST is refused, and executed", replace(refused, invoices=made)


def _writes_back(world: World, rules: Rules) -> Iterator[tuple[str, World]]:
    record = world.record
    if record is None or record.state is not State.SETTLED or record.write_back.done:
        return
    moved_at = world.next_sequence
    done = replace(
        world, record=record.with_write_back(done=True, moved_at=moved_at), write_back="", page=_stale(world)
    )
    if world.write_back == "":
        if world.status == "waiting" and (head(world.content) == record.write_back.head_hash or not rules.compare):
            yield "read the head", replace(world, write_back="read")
        elif _is_to_be_put_back(world) and rules.put_back_later:
            yield "put back what another had moved", replace(world, status="waiting")
        elif world.status != "waiting":
            yield "leave it to the user", done
    elif world.write_back == "read":
        same = head(world.content) == record.write_back.head_hash
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
        yield "consider", consider(replace(world, page=None), *world.page)
    record, quiet = world.record, world.event is None
    if rules.sweep and quiet and world.status != "waiting":
        if world.intent is not None:
            yield "sweep", _publish(world, world.content, swept=True)
        elif record is not None and record.state is State.OPEN:
            if rules.sweep_asks_for_rows and _is_to_be_put_back(world):
                yield "sweep puts back", replace(world, status="waiting")
            else:
                yield "explain", _explain(world, record, rules)


def consider(world: World, listed: str, stale: bool, long_ago: bool = False) -> World:
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
    number = next_revision(record, content, record is not None and record.write_back.done and not stale)
    epoch = 0 if swept else world.epoch
    event = Revision(number, world.next_sequence, content)
    phase = "idle" if world.phase == "back" else world.phase
    published = replace(world, events=(*world.events, event), phase=phase)
    return published if epoch else replace(published, epoch=world.epoch + 1)  # a swept event is read again


def _record(world: World, state: State, event: Revision, **more: object) -> World:
    """The revision's record, with what stands of an older one."""
    attempt = _attempt(world, event)
    number = attempt - 1 if state is State.OPEN else attempt
    record = TransferRecord(event, state, number, write_back=WriteBack(head_hash=head(event.content_hash))).keeping(
        world.record
    )
    told = world if state is State.OPEN else tell(world, event, state.value, attempt)
    return replace(told, record=record.replace(**more), page=_stale(world))


def _settle(world: World, revision: Revision, invoice: Candidate) -> World:
    attempt = _attempt(world, revision)
    settled = TransferRecord(
        revision,
        State.SETTLED,
        attempt,
        made=Made(
            Target("procountor", "sales-invoice", str(invoice.id), invoice.status), content_hash=revision.content_hash
        ),
        write_back=WriteBack(head_hash=head(revision.content_hash)),
    )
    told = tell(world, revision, State.SETTLED.value, attempt)
    known = replace(told, record=settled, write_back="", page=_stale(world), phase="ended")
    return replace(known, asked=None, **_used_up(world), **CLOSED)


def _attempt(world: World, revision: Revision) -> int:
    record = world.record
    return record.attempt + 1 if record is not None and record.revision.is_same(revision) else 1


def _is_old(world: World, event: Revision) -> bool:
    """Whether the event was published before the ledger was lost."""
    return event.sequence.epoch // LOST < world.epoch // LOST


def _is_unknown(world: World, event: Revision) -> bool:
    """Whether the ledger may not know what became of the event."""
    return world.record is None and world.intent is None and _is_old(world, event)


def _numbered_again(world: World, event: Revision, rules: Rules) -> Revision:
    """What comes of it is newer than whatever was told of it before."""
    again = rules.number_again and _is_unknown(world, event)
    return replace(event, sequence=world.next_sequence) if again else event


def _look(world: World, revision: Revision) -> tuple[Verdict, Candidate]:
    found = identify(_findable(world), GUID, revision, 5, OWN)
    return found.verdict, found.invoice or Candidate(-1, "", "", None, None, None)


def _findable(world: World) -> list[Candidate]:
    return [one for one in world.invoices if one.status != GONE]


def _stale(world: World) -> tuple[str, bool] | None:
    """A page that was read before a commit."""
    return None if world.page is None else (world.page[0], True)
