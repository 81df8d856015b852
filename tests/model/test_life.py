"""SPEC Q1, B9 by exhaustion: whatever users, accountants and kills do in between, a document has its right end."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import fields, replace

import pytest

from gateway.delivery.record import State
from tests.model.life import Bounds, Rules, World, anyone, works

#: More steps than any document needs once nobody interferes.
ENOUGH = 60
NOTHING_MORE = Bounds(0, 0, 0, 0, 0)
#: Walks that are small enough to be walked whole.
WALKS = (Bounds(moves=2), Bounds(accountant=1, lost=0), Bounds(edits=0, accountant=1))


def wrong_now(world: World) -> str | None:
    """What must hold at every moment."""
    valid = Counter(one.notes for one in world.invoices if one.status != "INVALIDATED")
    if valid.total() > 1:
        return f"{valid.total()} valid invoices"
    if world.unwanted:
        return "an old event is begun that nobody waits for"
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
        refused = record is not None and record.state is State.REFUSED and record.head_hash == world.content
        return None if refused else "it waits, and nobody was told why"
    if world.status == "after" and record is not None and not world.moves:
        return None if record.settled_hash == world.content else "moved with a content that was not transferred"
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
        polled = replace(world, page=(world.content, False)) if world.status == "waiting" else world
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
    assert first_wrong(replace(Rules(), **{part: False}), Bounds()) is not None
