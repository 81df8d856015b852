"""What was told of a document by e-mail: the last cause, so that it is told once (SPEC Q3)."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from gateway.documents import Order, Outcome


@dataclass(frozen=True, slots=True)
class Told:
    """`order` is greater for newer outcomes of a document: a replay of older ones mails nothing."""

    cause: str
    order: Order

    @classmethod
    def of(cls, outcome: Outcome) -> Told:
        """What a mail about an error outcome tells."""
        return cls(outcome.error.cause if outcome.error else "", outcome.order)

    def encode(self) -> bytes:
        """As it stands in the ledger. A version before this one reads a number before the order."""
        return orjson.dumps({"cause": self.cause, "order": [0, *self.order]})

    @classmethod
    def decode(cls, value: bytes | None) -> Told | None:
        """Read back what `encode` wrote; None stays None."""
        if value is None:
            return None
        tree = orjson.loads(value)
        epoch, counter, attempt = tree["order"][-3:]
        return cls(tree["cause"], (epoch, counter, attempt))

    def mended(self) -> Told:
        """After a success: should the same cause come again, it is news."""
        return Told("", self.order)


def told_key(company: str, about: str) -> str:
    """Where the ledger keeps what was told of a document, company or unit."""
    return f"{company}/mail/{about}"
