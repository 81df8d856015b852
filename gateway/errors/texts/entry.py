"""The texts of one error code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from gateway.errors.numbers import plain_number

#: Characters of one fact that a text shows, at the most.
SHOWN = 300
#: Facts that count bytes, or files.
BYTES = ("largest_size", "limit", "size")


@dataclass(frozen=True, slots=True)
class Entry:
    """Texts of one code. `what` and `remedy` are format strings over the error's facts.

    `who` acts: `finance` (a user of Severa or Procountor), `operator` (who runs the gateway) or `nobody`.
    `headline`: what a mail's subject says of the invoice or the company, where it isn't that of every refusal.
    """

    what: str
    remedy: str
    who: str = "finance"
    headline: str = ""

    def told(self, facts: Mapping[str, object]) -> tuple[str, str]:
        """Both texts about these facts; a row's text of pages is told by its beginning."""
        short = {name: _short(name, value) for name, value in facts.items()}
        return self.what.format(**short), self.remedy.format(**short)


def _short(name: str, value: object) -> object:
    if isinstance(value, Decimal) or name in BYTES:
        return plain_number(Decimal(str(value)))
    if name == "number" and value is None:
        return "(no number)"
    return f"{value[:SHOWN]}..." if isinstance(value, str) and len(value) > SHOWN else value
