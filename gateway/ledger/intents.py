"""Intents: what may be under way; and leases: the right to start it within a while (decisions 7-9)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import orjson

from gateway.ledger.codec import Codec
from gateway.ledger.errors import HomeLost, LeaseExpired
from gateway.ledger.records import Clock


@dataclass(frozen=True, slots=True)
class Intent:
    """An effect that may have happened. `rounds` counts the attempts made under it."""

    key: str
    payload: bytes
    organisation: str
    epoch: int
    rounds: int

    def encode(self) -> bytes:
        """As the ledger keeps it."""
        return orjson.dumps(
            {
                "payload": self.payload.decode("latin-1"),
                "organisation": self.organisation,
                "epoch": self.epoch,
                "rounds": self.rounds,
            }
        )

    @classmethod
    def decode(cls, key: str, value: bytes) -> Intent:
        """Read back what `encode` wrote. Raises Unreadable."""
        kept = _KEPT.decode(value, key)
        return cls(key, kept.payload.encode("latin-1"), kept.organisation, kept.epoch, kept.rounds)


@dataclass(frozen=True, slots=True)
class _Kept:
    payload: str
    organisation: str
    epoch: int
    rounds: int


_KEPT = Codec(_Kept)


@dataclass(slots=True)
class Lease:
    """Licenses effects that start before `expires_at`, counted from before its commit began; `renew`: a new term.

    `before`: the intent as it stands should the next effect surely not be executed; None: closed.
    """

    key: str
    expires_at: float
    clock: Clock
    lost: Callable[[], HomeLost | None]
    renew: Callable[[Lease], Awaitable[None]] | None = None
    before: Intent | None = None

    async def renew_if_due(self) -> None:
        """Asked when the turn of its call has come: a term that ran out in the queue is renewed, by a commit (Q4).

        Raises HomeLost.
        """
        if self.renew is not None and self.clock() >= self.expires_at:
            await self.renew(self)

    def check(self, late: float = 0.0) -> None:
        """Stands at the last point before the bytes. `late`: seconds after its end that are allowed still.

        Raises LeaseExpired or HomeLost.
        """
        lost = self.lost()
        if lost is not None:
            raise lost
        over = self.clock() - self.expires_at
        if over >= late:
            raise LeaseExpired(f"the lease on {self.key} ran out {over:.1f} s ago")
