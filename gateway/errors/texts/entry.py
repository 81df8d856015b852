"""The texts of one error code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from gateway.errors.numbers import plain_number

#: What a text calls its document unless it is said: `{document}`, or `{Document}` at a sentence's beginning.
DOCUMENT = "document"
#: The most characters of one fact that a text shows.
MAX_SHOWN = 300
#: Facts that count bytes.
BYTES = ("largest_size", "limit", "size")


@dataclass(frozen=True, slots=True)
class Entry:
    """The texts of one code, as format strings over the error's facts."""

    #: What happened, and why.
    what: str
    #: What to do.
    remedy: str
    #: Who acts: `finance` (a user of Severa or Procountor), `operator` (who runs the gateway) or `nobody`.
    who: str = "finance"
    #: What the subject of a mail says of the invoice or company; empty: what it says of every refusal.
    headline: str = ""

    def texts(self, facts: Mapping[str, object], document: str = DOCUMENT) -> tuple[str, str]:
        """`what` and `remedy` with the facts filled in; a long row text is cut. `document`: what people call it."""
        words = {"document": document, "Document": document[0].upper() + document[1:]}
        short = words | {name: _short(name, value) for name, value in facts.items()}
        return self.what.format(**short), self.remedy.format(**short)


def _short(name: str, value: object) -> object:
    if isinstance(value, Decimal) or name in BYTES:
        return plain_number(Decimal(str(value)))
    if name == "number" and value is None:
        return "(no number)"
    return f"{value[:MAX_SHOWN]}..." if isinstance(value, str) and len(value) > MAX_SHOWN else value
