"""A field of a body as data: where it comes from, its limit, and what happens beyond it. A flow's tables are made of
these.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Beyond(StrEnum):
    """What happens to a value beyond its limit."""

    CUT = "cut, and the outcome says so"
    REFUSED = "refused"
    ROUNDED = "rounded, halves away from zero"


@dataclass(frozen=True, slots=True)
class Field:
    """One field. A text with a `limit` is fitted to it (T1, T2), a number is rounded to `scale` decimals; `bounds` are
    limits that a rule of its own checks. Without a value the field is left out; one that is `kept` is also sent empty.
    """

    path: str
    source: str
    rule: str = ""
    limit: int | None = None
    scale: int | None = None
    bounds: str = ""
    beyond: Beyond | None = None
    lines: bool = False
    kept: bool = False


def text(path: str, source: str, limit: int, rule: str = "", lines: bool = False) -> Field:
    """A text of at most `limit` characters; what is beyond is cut."""
    return Field(path, source, rule, limit=limit, beyond=Beyond.CUT, lines=lines)


#: Numbers that rules and bounds share (docs/api-facts.md 33, 35, 36).
LONGEST_TERM, HIGHEST_RATE, HIGHEST_INTEREST, LONGEST_CODE = 999, 1_000_000, Decimal("999.99"), 40
#: Characters of a row's text: of the whole, and of the product where the settings say no other
#: (docs/api-facts.md 36, 37).
LONGEST_TEXT, PRODUCT_TEXT = 512, 80
