"""What was told of a document by e-mail: the last cause, so that it is told once (Q3)."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from gateway.documents import Order, Outcome
from gateway.ledger import Codec, Home, Unreadable


@dataclass(frozen=True, slots=True)
class LastMail:
    """`order` is greater for newer outcomes of a document: a replay of older ones mails nothing."""

    cause: str
    order: Order

    @classmethod
    def of(cls, outcome: Outcome) -> LastMail:
        """What a mail about an error outcome tells."""
        return cls(outcome.error.cause if outcome.error else "", outcome.order)

    def encode(self) -> bytes:
        """As it stands in the ledger. A version before this one reads a number before the order."""
        return orjson.dumps({"cause": self.cause, "order": [0, *self.order]})

    def cleared(self) -> LastMail:
        """After a success: the same cause would be news."""
        return LastMail("", self.order)


@dataclass(frozen=True, slots=True)
class _Kept:
    cause: str
    order: tuple[int, ...]


_KEPT = Codec(_Kept)


def last_mail(home: Home, key: str) -> LastMail | None:
    """What was told under `key`. What can't be read counts as nothing: better told twice than never."""
    try:
        kept = _KEPT.read(home, key)
        if kept is None:
            return None
        epoch, counter, attempt = kept.order[-3:]
        return LastMail(kept.cause, (epoch, counter, attempt))
    except (Unreadable, ValueError):
        return None
