"""Q1, B9 by exhaustion: whatever users, accountants and kills do in between, a document has its right end."""

from __future__ import annotations

from collections import deque
from dataclasses import fields, replace

import pytest

from gateway.delivery.identity import standing
from gateway.delivery.record import State
from gateway.documents import order_of
from tests.model import world as worlds
from tests.model.life import anyone
from tests.model.worker import NOT_FOUND, works
from tests.model.world import GONE, GUID, NOTHING_MORE, Bounds, Rules, World, head, named

#: More steps than any document needs once nobody interferes.
ENOUGH = 60
#: An operator's answer that is read twice, and what comes between it and its invoice.
ANSWERED = Bounds(kills=0, edits=2, moves=0, busy=1, commands=2)
#: A person is asked, and the document is tried again nevertheless.
ASKED = Bounds(kills=0, moves=0, accountant=1, hours=1, busy=1)
#: Rows change while the status is moved, and Severa doesn't answer.
ROWS = Bounds(kills=1, edits=0, moves=0, lost=1, rows=1, busy=1)
#: A POST is refused and executed nevertheless; an accountant corrects, deletes or invalidates; it is tried again.
REFUSED = Bounds(kills=0, edits=0, moves=0, lost=0, accountant=1, hours=2, refusals=2)
#: No answer comes, time after time, or an API that is busy; an operator says a word.
UNANSWERED = Bounds(kills=0, edits=0, moves=0, lost=2, busy=2, hours=2, commands=1)
#: The ledger is lost at any moment, and all events are read again.
LEDGER_LOST = Bounds(kills=0, moves=1, losses=1)
LEDGER_LOST_AND_ACCOUNTANT = Bounds(kills=0, edits=0, moves=1, accountant=1, losses=1, lost=0)
#: Three revisions are refused, and the ledger is lost.
REFUSED_THEN_LOST = Bounds(kills=0, edits=2, moves=0, lost=0, refusals=3, losses=1)
#: Rows change, each revision is published, and then the ledger is lost.
ROWS_THEN_LOST = Bounds(kills=0, edits=0, moves=1, lost=0, rows=1, losses=1)
#: A refusal is tried again, and the ledger is lost before its end is known; a user takes it out, and puts it back.
TRIED_THEN_LOST = Bounds(kills=0, edits=0, moves=2, lost=1, hours=1, refusals=1, losses=1)
#: Old events are handled again, and an API is busy at that time.
LOST_THEN_BUSY = Bounds(kills=0, edits=0, moves=1, lost=0, busy=1, losses=1)
#: A worker of another version in between.
VERSIONS = Bounds(kills=0, edits=1, moves=1, lost=1, versions=1)
#: A command is read twice, and its attempt is refused.
OBEYED = Bounds(kills=0, edits=0, moves=0, lost=0, refusals=2, commands=2)
#: Walks that are small enough to be walked whole.
WALKS = (
    Bounds(moves=2),
    Bounds(accountant=1, lost=0),
    Bounds(edits=0, accountant=1),
    ANSWERED,
    ASKED,
    ROWS,
    REFUSED,
    UNANSWERED,
    LEDGER_LOST,
    LEDGER_LOST_AND_ACCOUNTANT,
    REFUSED_THEN_LOST,
    ROWS_THEN_LOST,
    TRIED_THEN_LOST,
    LOST_THEN_BUSY,
    VERSIONS,
    OBEYED,
)
#: Where the lack of a part is found; of the others in the common walk.
FOUND_IN = {
    "keep_question": ASKED,
    "keep_move": ROWS,
    "read_moved": ROWS,
    "sweep_asks_for_rows": ROWS,
    "hold_for_what_was_seen": ANSWERED,
    "obey_once": OBEYED,
    "look_again": REFUSED,
    "look_first": LEDGER_LOST,
    "look_before_withdrawn": LEDGER_LOST,
    "leave_to_the_poll": ROWS_THEN_LOST,
    "keep_what_was_left": LEDGER_LOST,
    "number_again": TRIED_THEN_LOST,
    "close_what_was_not_executed": UNANSWERED,
    "ask_after_rounds": UNANSWERED,
    "leave_what_cannot_be_read": VERSIONS,
}


def wrong_now(world: World) -> str | None:
    """What must hold at every moment."""
    ours = [one for one in standing(world.invoices, GUID, world.beside) if not one.by_user]
    if len(ours) > 1:
        return f"{len(ours)} valid invoices"
    if world.wrong:
        return world.wrong
    known = named(world.record.revision) if world.record else (0, 0)
    for event in world.events[: world.committed]:
        visible = world.status == "waiting" or world.intent is not None
        if named(event) not in world.told and named(event) > known and not visible:
            return f"the offset passed revision {event.number}"
    return None


def wrong_at_the_end(world: World) -> str | None:
    """What must hold once nobody interferes any more and the worker has nothing to do."""
    record = world.record
    not_found = record is not None and record.state is State.REFUSED and record.refusal.cause == NOT_FOUND
    open_still = world.intent is not None and not not_found
    if world.event is not None or open_still or world.strange or world.write_back.startswith(("read", "moved")):
        return "something is still under way"
    if record is not None and named(record.revision) not in world.told:
        return f"revision {record.revision.number} has no outcome"
    if untold := {named(event) for event in world.events} - world.told:
        return f"revisions {sorted(untold)} have no outcome"
    if record is not None and (world.current is None or world.current[1] != record.state.value):
        return f"readers keep {world.current}, and the ledger says {record.state.value}"
    if world.events and world.current is None:
        return "superseded by nothing"
    if world.status == "waiting":
        refused = record is not None and record.state is State.REFUSED
        told = refused and record is not None and record.revision.content_hash == world.content
        return None if told else "it waits, and nobody was told why"
    if world.status == "after" and record is not None and not world.done.moves:
        if record.state is State.REFUSED:
            return "refused, and its fix is not waited for"
        nowhere = world.done.losses and all(one.status == GONE for one in world.invoices)
        if head(record.made.content_hash if record.made else "") != head(world.content) and not nowhere:
            return "moved with a content that was not transferred"
    return None


def at_the_end(world: World, rules: Rules, known: dict[World, World]) -> World:
    """The worker alone, step by step, until it does nothing new, also after another poll."""
    way: list[World] = []
    world = replace(world, page=None)
    while world not in known:
        way.append(world)
        if len(way) > ENOUGH:
            known[world] = world  # it never rests, so something is under way for ever
            break
        polled = replace(world, page=(head(world.content), False)) if world.status == "waiting" else world
        steps = [one for here in (world, polled) for _, one in works(here, rules, NOTHING_MORE)]
        new = next((one for one in (replace(step, page=None) for step in steps) if one != world), None)
        if new is None:
            known[world] = world
        else:
            world = new
    end = known[world]
    known.update(dict.fromkeys(way, end))
    return end


def first_wrong(rules: Rules, bounds: Bounds) -> str | None:
    """Walk every order of events, breadth first."""
    seen, todo = {World()}, deque[tuple[World, tuple[str, ...]]]([(World(), ("",))])
    ends, checked = dict[World, World](), set[World]()
    while todo:
        world, way = todo.popleft()
        end = at_the_end(world, rules, ends)
        wrong = wrong_now(world)
        if wrong is None and end not in checked:
            checked.add(end)
            wrong = wrong_at_the_end(end)
        if wrong is not None:
            return f"{wrong}: {' > '.join(way[1:])}"
        for what, after in anyone(world, rules, bounds):
            if after not in seen:
                seen.add(after)
                todo.append((after, (*way, what)))
    return None


@pytest.mark.parametrize("bounds", WALKS)
def test_Q1_B9_every_document_has_its_right_end(bounds: Bounds) -> None:
    assert first_wrong(Rules(), bounds) is None


@pytest.mark.parametrize("part", [one.name for one in fields(Rules)])
def test_Q1_B9_contract_without_a_part_ends_wrong(part: str) -> None:
    assert first_wrong(replace(Rules(), **{part: False}), FOUND_IN.get(part, Bounds())) is not None


def test_F6_sequence_keeps_readers_right_over_a_lost_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers begin at 1 again."""
    monkeypatch.setattr(worlds, "order_of", lambda revision, attempt: (revision.number, *order_of(revision, attempt)))
    wrong = first_wrong(Rules(), REFUSED_THEN_LOST)
    assert wrong is not None
    assert wrong.startswith("readers keep")


def stage(world: World) -> str:
    """Where a document stands, by name."""
    record = world.record
    if world.strange:
        return "unreadable"
    if record is None:
        return "unknown" if world.intent is None else "under way"
    if record.state is State.OPEN:
        return "under way" if world.intent is not None else "open"
    if record.state is State.SETTLED:
        return "written back" if record.write_back.done else "settled"
    if record.state is State.REFUSED:
        asked = "not found" if world.intent is not None else "a person is asked"
        return asked if record.question is not None or world.intent is not None else "refused"
    return "withdrawn"


def test_Q1_the_walks_come_to_each_stage_of_a_document() -> None:
    seen = {stage(world) for bounds in (VERSIONS, UNANSWERED, OBEYED) for world in all_worlds(bounds)}
    ends = {"settled", "written back", "refused", "a person is asked", "not found", "withdrawn"}
    assert seen == {"unknown", "open", "under way", "unreadable", *ends}


def all_worlds(bounds: Bounds) -> set[World]:
    seen, todo = {World()}, [World()]
    while todo:
        for _, after in anyone(todo.pop(), Rules(), bounds):
            if after not in seen:
                seen.add(after)
                todo.append(after)
    return seen
