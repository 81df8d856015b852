"""What was told of a document by e-mail: the last cause, so that it is told once (SPEC Q3)."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from gateway.documents import Outcome


@dataclass(frozen=True, slots=True)
class Told:
    """`order` is greater for newer outcomes of a document: a replay of older ones mails nothing."""

    cause: str
    order: tuple[int, ...]

    @classmethod
    def of(cls, outcome: Outcome) -> Told:
        """What a mail about an error outcome tells."""
        sequence = outcome.revision.sequence
        order = (outcome.revision.number, sequence.epoch, sequence.counter, outcome.attempt)
        return cls(outcome.error.cause if outcome.error else "", order)

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


def told_key(company: str, about: str) -> str:
    """Where the ledger keeps what was told of a document, company or unit."""
    return f"{company}/mail/{about}"
