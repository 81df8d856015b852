"""What was told of a document by e-mail: the last cause, so that it is told once (SPEC Q3)."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from gateway.documents import Outcome, Revision


@dataclass(frozen=True, slots=True)
class Told:
    """`order` is greater for newer outcomes of a document: a replay of older ones mails nothing."""

    cause: str
    order: tuple[int, ...]

    @classmethod
    def of(cls, outcome: Outcome) -> Told:
        """What a mail about an error outcome tells."""
        return cls(outcome.error.cause if outcome.error else "", order_of(outcome.revision, outcome.attempt))

    def encode(self) -> bytes:
        """As it stands in the ledger."""
        return orjson.dumps(self)

    @classmethod
    def decode(cls, value: bytes | None) -> Told | None:
        """Read back what `encode` wrote; None stays None."""
        if value is None:
            return None
        tree = orjson.loads(value)
        return cls(tree["cause"], tuple(tree["order"]))

    def mended(self) -> Told:
        """After a success: should the same cause come again, it is news."""
        return Told("", self.order)


def order_of(revision: Revision, attempt: int) -> tuple[int, ...]:
    """Greater for what a document came to later."""
    return (revision.number, revision.sequence.epoch, revision.sequence.counter, attempt)


def told_key(company: str, about: str) -> str:
    """Where the ledger keeps what was told of a document, company or unit."""
    return f"{company}/mail/{about}"
