"""The delivery protocol in small: one document, two workers, Kafka, Procountor, a clock. Every interleaving is walked.

A worker may be frozen or killed at any moment, a home may move at any moment, a POST may be committed late or not at
all, a search may see an invoice late, an acknowledged commit may stay invisible until the next owner's barrier, and the
ledger may be lost at any moment, whoever is at work. Times are ticks; the bounds are those of decision 9.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

LEASE, CALL, COMMIT_LAG, SEARCH_LAG = 1, 1, 1, 1
QUARANTINE = LEASE + CALL + COMMIT_LAG + SEARCH_LAG


class Bounds(NamedTuple):
    """How often each mishap may come in one walk."""

    moves: int = 2
    freezes: int = 1
    losses: int = 1
    posts: int = 3


COMMON = Bounds()


@dataclass(frozen=True, slots=True)
class Rules:
    """The protocol's parts; a test takes one out."""

    intent_first: bool = True
    lease_check: bool = True
    wait_out_quarantine: bool = True
    marker: bool = True
    barrier: bool = True
    horizon: bool = True
    quarantine: bool = True
    quarantine_outlives_its_owner: bool = True


@dataclass(frozen=True, slots=True)
class Worker:
    """What one process has in memory.

    phase     away, idle, licensed, posted
    sees      it knows of an open intent, to be counted out for `count` ticks
    counting  it found no horizon that was counted out: for `horizon` ticks no look-up may speak
    done      it knows of the end
    """

    phase: str = "away"
    lease: int = 0
    sees: bool = False
    count: int = 0
    must_look: bool = False
    horizon: int = 0
    counting: bool = False
    done: bool = False
    frozen: bool = False


@dataclass(frozen=True, slots=True)
class World:
    """Everything at one moment. `flying`: ticks in which a POST may still be committed; `unseen`: ticks until found.
    `counted`: the ledger has a horizon, and it is counted out.
    """

    workers: tuple[Worker, Worker] = (Worker(), Worker())
    owner: int = -1
    intent: bool = False
    hidden: bool = False
    settled: bool = False
    counted: bool = True
    flying: tuple[int, ...] = ()
    invoices: int = 0
    unseen: tuple[int, ...] = ()
    moves: int = 0
    freezes: int = 0
    losses: int = 0
    posts: int = 0


def steps(world: World, rules: Rules, bounds: Bounds) -> Iterator[tuple[str, World]]:
    """Everything that may happen next."""
    yield from _nature(world, bounds)
    for n in (0, 1):
        me = world.workers[n]
        if world.moves < bounds.moves:
            yield f"take {n}", _take(world, n, rules)
        if me.phase != "away" and not me.frozen:
            yield from _works(world, n, me, rules, bounds)
            if world.freezes < bounds.freezes:
                yield f"freeze {n}", replace(_put(world, n, replace(me, frozen=True)), freezes=world.freezes + 1)
        if me.frozen:
            yield f"thaw {n}", _put(world, n, replace(me, frozen=False))


def _nature(world: World, bounds: Bounds) -> Iterator[tuple[str, World]]:
    if 0 not in world.flying:  # what is in the air when its time ends was either committed or not
        ticked = tuple(map(_later, world.workers))
        flying = tuple(left - 1 for left in world.flying)
        unseen = tuple(left - 1 for left in world.unseen if left > 1)
        yield "tick", replace(world, workers=(ticked[0], ticked[1]), flying=flying, unseen=unseen)
    for n, _ in enumerate(world.flying):
        rest = world.flying[:n] + world.flying[n + 1 :]
        yield (
            "Procountor commits",
            replace(world, flying=rest, invoices=world.invoices + 1, unseen=(*world.unseen, SEARCH_LAG)),
        )
        yield "the POST is lost", replace(world, flying=rest)
    if world.losses < bounds.losses and (world.intent or world.settled):
        lost = replace(world, intent=False, hidden=False, settled=False, counted=False)
        yield "the ledger is lost", replace(lost, losses=world.losses + 1)


def _later(one: Worker) -> Worker:
    return replace(one, lease=max(0, one.lease - 1), count=max(0, one.count - 1), horizon=max(0, one.horizon - 1))


def _take(world: World, n: int, rules: Rules) -> World:
    """Fence the other, read the ledger past the barrier; what the other has in memory stays as it is."""
    visible = world.intent and (rules.barrier or not world.hidden)
    me = Worker(
        phase="idle",
        sees=visible,
        count=QUARANTINE if visible and rules.wait_out_quarantine else 0,
        must_look=rules.horizon and world.losses > 0,
        horizon=QUARANTINE if not world.counted and rules.quarantine else 0,
        counting=not world.counted,
        done=world.settled,
    )
    taken = replace(_put(world, n, me), owner=n, moves=world.moves + 1, hidden=world.hidden and not rules.barrier)
    return taken if rules.quarantine_outlives_its_owner else replace(taken, counted=True)


def _works(world: World, n: int, me: Worker, rules: Rules, bounds: Bounds) -> Iterator[tuple[str, World]]:
    yield f"kill {n}", _put(world, n, Worker())
    mine = world.owner == n
    if me.phase == "idle" and me.counting and not me.horizon:
        counted = replace(_put(world, n, replace(me, counting=False)), counted=True)
        yield f"{n} has counted out", counted if mine else _put(world, n, Worker())
    elif me.phase == "idle" and not me.counting and not me.done:
        found = rules.marker and world.invoices > len(world.unseen)
        if me.sees and me.count == 0:
            if found:
                yield f"{n} finds it", _settle(world, n) if mine else _put(world, n, Worker())
            else:
                yield from _open(world, n, me, rules, mine)
        elif not me.sees:
            if me.must_look and found:
                yield f"{n} finds it first", _settle(world, n) if mine else _put(world, n, Worker())
            else:
                yield from _open(world, n, me, rules, mine)
    if me.phase == "licensed" and world.posts < bounds.posts:
        if me.lease > 0 or not rules.lease_check:
            flying = (*world.flying, CALL + COMMIT_LAG)
            posted = replace(me, phase="posted")
            yield f"{n} posts", replace(_put(world, n, posted), flying=flying, posts=world.posts + 1)
        else:
            yield f"{n} is too late", _put(world, n, Worker())
    if me.phase == "posted":
        if world.invoices > 0:
            yield f"{n} is answered", _settle(world, n) if mine else _put(world, n, Worker())
        count = QUARANTINE if rules.wait_out_quarantine else 0
        yield f"{n} gives up", _put(world, n, replace(me, phase="idle", sees=rules.intent_first, count=count))


def _open(world: World, n: int, me: Worker, rules: Rules, mine: bool) -> Iterator[tuple[str, World]]:
    licensed = replace(me, phase="licensed", lease=LEASE, sees=True)
    if not rules.intent_first:
        yield f"{n} opens nothing", _put(world, n, licensed)
    elif mine:
        opened = replace(_put(world, n, licensed), intent=True)
        yield f"{n} opens", replace(opened, hidden=False)
        yield f"{n} opens, unseen", replace(opened, hidden=True)
    else:
        yield f"{n} is fenced", _put(world, n, Worker())


def _settle(world: World, n: int) -> World:
    return replace(
        _put(world, n, replace(world.workers[n], phase="idle", sees=False, done=True)), settled=True, intent=False
    )


def _put(world: World, n: int, worker: Worker) -> World:
    workers = (worker, world.workers[1]) if n == 0 else (world.workers[0], worker)
    return replace(world, workers=workers)


def first_doubled(rules: Rules, bounds: Bounds = COMMON) -> list[str] | None:
    """Walk every interleaving, breadth first: the shortest way to two invoices, or None when there is none."""
    start = World()
    came_from: dict[World, tuple[World, str] | None] = {start: None}
    todo = deque([start])
    while todo:
        world = todo.popleft()
        if world.invoices > 1:
            return _way(came_from, world)
        for what, after in steps(world, rules, bounds):
            if after not in came_from:
                came_from[after] = (world, what)
                todo.append(after)
    return None


def can_be_settled(rules: Rules) -> bool:
    """Whether some way leads to the end: a protocol that never acts would be safe as well."""
    seen, todo = {World()}, deque([World()])
    while todo:
        for _, after in steps(todo.popleft(), rules, COMMON):
            if after.settled and after.invoices == 1:
                return True
            if after not in seen:
                seen.add(after)
                todo.append(after)
    return False


def _way(came_from: dict[World, tuple[World, str] | None], world: World) -> list[str]:
    way: list[str] = []
    at = came_from[world]
    while at is not None:
        way.append(at[1])
        at = came_from[at[0]]
    return way[::-1]
