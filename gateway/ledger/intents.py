"""Intents say what may be under way; leases are the right to start it within a time (decisions 7-9)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import orjson

from gateway.ledger.codec import Codec, Unreadable
from gateway.ledger.errors import HomeLost, LeaseExpired
from gateway.ledger.records import Clock


@dataclass(frozen=True, slots=True)
class Intent:
    """An effect that may have happened."""

    key: str
    payload: bytes
    organisation: str
    epoch: int
    #: How many attempts were made under it.
    rounds: int

    def encode(self) -> bytes:
        """The ledger's form."""
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
        """Read what `encode` wrote. Raises Unreadable."""
        kept = _KEPT.decode(value, key)
        try:
            payload = kept.payload.encode("latin-1")
        except UnicodeEncodeError:
            raise Unreadable(key, f"{key}: payload: not bytes") from None
        return cls(key, payload, kept.organisation, kept.epoch, kept.rounds)


@dataclass(frozen=True, slots=True)
class _Kept:
    payload: str
    organisation: str
    epoch: int
    rounds: int


_KEPT = Codec(_Kept)


@dataclass(slots=True)
class Lease:
    """The right to start effects before `expires_at`, which counts from before the intent's commit began."""

    key: str
    expires_at: float
    clock: Clock
    lost: Callable[[], HomeLost | None]
    #: Renews the lease by a commit.
    renew: Callable[[Lease], Awaitable[None]] | None = None
    #: The intent as it stands if the next effect is surely not executed; None: closed.
    before: Intent | None = None

    async def renew_if_due(self) -> None:
        """Called when the rate budget grants the call: a lease that expired in the queue is renewed with a commit (Q4).
        Raises HomeLost.
        """
        if self.renew is not None and self.clock() >= self.expires_at:
            await self.renew(self)

    def check(self, late: float = 0.0) -> None:
        """Called at the last point before bytes leave. `late`: for how many seconds the lease may have been expired.
        Raises LeaseExpired or HomeLost.
        """
        lost = self.lost()
        if lost is not None:
            raise lost
        over = self.clock() - self.expires_at
        if over >= late:
            raise LeaseExpired(f"the lease on {self.key} ran out {over:.1f} s ago")
