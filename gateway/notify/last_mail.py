"""The cause that was last mailed about a document, so that it is mailed once (Q3)."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from gateway.documents import Order, Outcome
from gateway.ledger import Codec, Home, Unreadable


@dataclass(frozen=True, slots=True)
class LastMail:
    """The last mail about a document, company or unit."""

    cause: str
    #: Greater for newer outcomes of a document, so that a replay of older ones mails nothing.
    order: Order

    @classmethod
    def of(cls, outcome: Outcome) -> LastMail:
        """The mail of an error outcome."""
        return cls(outcome.error.cause if outcome.error else "", outcome.order)

    def encode(self) -> bytes:
        """The ledger's form."""
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
    """The last mail under `key`. An unreadable record counts as none: two mails are better than none."""
    try:
        kept = _KEPT.read(home, key)
        if kept is None:
            return None
        epoch, counter, attempt = kept.order[-3:]
        return LastMail(kept.cause, (epoch, counter, attempt))
    except (Unreadable, ValueError):
        return None
