"""SPEC Q1, B9 by exhaustion: whatever users, accountants and kills do in between, a document has its right end."""

from __future__ import annotations

from collections import deque
from dataclasses import fields, replace

import pytest

from gateway.delivery.record import State
from tests.model.life import NOTHING_MORE, Bounds, Rules, World, anyone, head, works

#: More steps than any document needs once nobody interferes.
ENOUGH = 60
#: An operator's answer that is read twice, and what comes between it and its invoice.
ANSWERED = Bounds(kills=0, edits=2, moves=0, busy=1, commands=2)
#: A person is asked, and the document is tried again all the same.
ASKED = Bounds(kills=0, moves=0, accountant=1, hours=1, busy=1)
#: Rows change while the status is moved, and Severa doesn't answer.
ROWS = Bounds(kills=1, edits=0, moves=0, lost=1, rows=1, busy=1)
#: Walks that are small enough to be walked whole.
WALKS = (
    Bounds(moves=2),
    Bounds(accountant=1, lost=0),
    Bounds(edits=0, accountant=1),
    ANSWERED,
    ASKED,
    ROWS,
)
#: Where the lack of a part is found; of the others in the common walk.
FOUND_IN = {
    "keep_known": ANSWERED,
    "keep_question": ASKED,
    "keep_move": ROWS,
    "read_moved": ROWS,
    "sweep_asks_for_rows": ROWS,
    "hold_for_what_was_seen": ANSWERED,
}


def wrong_now(world: World) -> str | None:
    """What must hold at every moment."""
    ours = [one for one in world.invoices if one.valid and one.notes and one.id not in world.beside]
    if len(ours) > 1:
        return f"{len(ours)} valid invoices"
    if world.wrong:
        return world.wrong
    known = world.record.revision.number if world.record else 0
    for event in world.events[: world.committed]:
        visible = world.status == "waiting" or world.intent is not None
        if event.number not in world.told and event.number > known and not visible:
            return f"the offset passed revision {event.number}"
    return None


def wrong_at_the_end(world: World) -> str | None:
    """What must hold once nobody interferes any more and the worker has nothing to do."""
    record = world.record
    if world.event is not None or world.intent is not None or world.write_back.startswith(("read", "moved")):
        return "something is still under way"
    if record is not None and record.revision.number not in world.told:
        return f"revision {record.revision.number} has no outcome"
    if untold := {event.number for event in world.events} - world.told:
        return f"revisions {sorted(untold)} have no outcome"
    if world.status == "waiting":
        refused = record is not None and record.state is State.REFUSED
        told = refused and record is not None and record.revision.content_hash == world.content
        return None if told else "it waits, and nobody was told why"
    if world.status == "after" and record is not None and not world.done.moves:
        if record.state is State.REFUSED:
            return "refused, and its mend is not waited for"
        if head(record.settled_hash) != head(world.content):
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
    seen, todo = {World()}, deque([(World(), ("",))])
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
def test_Q1_B9_without_a_part_of_the_contract_a_wrong_end_is_found(part: str) -> None:
    assert first_wrong(replace(Rules(), **{part: False}), FOUND_IN.get(part, Bounds())) is not None
