"""A consumer group in memory: members that come, go and fall silent, generations, committed offsets.

As Kafka's eager protocol: a rebalance waits until each member has joined again, at most for its timeout; a member
without a heartbeat for a session is out; a commit of an older generation is refused.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextvars import Context, copy_context
from dataclasses import dataclass, field

#: Seconds that a first rebalance waits for more members.
FIRST = 0.5

Place = tuple[str, int]


class Rebalancing(Exception):
    """The member must join again."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a member gets: partitions of every topic, which have the same owner."""

    generation: int
    numbers: tuple[int, ...]


@dataclass(slots=True)
class Member:
    """`joined`: resolved when the rebalance that it waits for is over. `heard`: its last heartbeat."""

    joined: asyncio.Future[Assignment] | None = None
    heard: float = 0.0
    numbers: tuple[int, ...] = ()


@dataclass
class Group:
    """`session`, `rebalance`: seconds."""

    partitions: int
    session: float
    rebalance: float
    generation: int = 0
    offsets: dict[Place, int] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    rebalances: int = 0
    _deadline: asyncio.TimerHandle | None = None
    _own: Context = field(default_factory=copy_context)

    def join(self, name: str) -> asyncio.Future[Assignment]:
        """A member, new or again; done when all have joined."""
        member = self.members.setdefault(name, Member())
        member.joined = joined = asyncio.get_running_loop().create_future()
        self._begin()
        self._finish_if_all()
        return joined

    def leave(self, name: str) -> None:
        """A member goes by itself, or its connection is closed."""
        if self.members.pop(name, None) is not None:
            self._begin()
            self._finish_if_all()

    def heartbeat(self, name: str, generation: int) -> None:
        """Raises Rebalancing."""
        member = self.members.get(name)
        if member is None or generation != self.generation:
            raise Rebalancing
        self._heard(name, member)
        if self._deadline is not None:
            raise Rebalancing

    def commit(self, name: str, generation: int, offsets: Mapping[Place, int]) -> None:
        """Works until the member has joined the next generation. Raises Rebalancing."""
        if name not in self.members or generation != self.generation:
            raise Rebalancing
        self.offsets |= offsets

    def reset(self, topic: str) -> None:
        """As Kafka's own tool does, while no member is there."""
        if self.members:
            raise RuntimeError(f"the group has members: {', '.join(self.members)}")
        self.offsets = {place: 0 if place[0] == topic else at for place, at in self.offsets.items()}

    def _begin(self) -> None:
        if self._deadline is None:
            wait = self.rebalance if self.generation else FIRST
            self._deadline = self._later(wait, self._finish)

    def _finish_if_all(self) -> None:
        if self.generation and all(one.joined is not None for one in self.members.values()):
            self._finish()

    def _finish(self) -> None:
        """Who has not joined is out."""
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        self.members = {name: one for name, one in self.members.items() if one.joined is not None}
        self.generation += 1
        self.rebalances += 1
        self._assign()
        for name, member in self.members.items():
            joined, member.joined = member.joined, None
            self._heard(name, member)
            if joined is not None and not joined.done():
                joined.set_result(Assignment(self.generation, member.numbers))

    def _assign(self) -> None:
        """Even, and what a member had it keeps where it can."""
        if not self.members:
            return
        least, more = divmod(self.partitions, len(self.members))
        free = dict.fromkeys(range(self.partitions))
        by_most = sorted(self.members.values(), key=lambda one: -len(one.numbers))
        for place, member in enumerate(by_most):
            kept = [one for one in member.numbers if one in free]
            member.numbers = tuple(kept[: least + (place < more)])
            for one in member.numbers:
                free.pop(one)
        for place, member in enumerate(by_most):
            while len(member.numbers) < least + (place < more):
                member.numbers = tuple(sorted((*member.numbers, free.popitem()[0])))

    def _heard(self, name: str, member: Member) -> None:
        member.heard = asyncio.get_running_loop().time()
        self._later(self.session, lambda: self._expire(name, member))

    def _expire(self, name: str, member: Member) -> None:
        silent = asyncio.get_running_loop().time() - member.heard
        if self.members.get(name) is member and member.joined is None and silent >= self.session - 1e-6:
            self.leave(name)

    def _later(self, seconds: float, do: object) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(seconds, do, context=self._own)  # type: ignore[arg-type]
