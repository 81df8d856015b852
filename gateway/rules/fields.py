"""A field of a body as data: its source, its limit, and what happens beyond it. Flows have tables of these."""

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
    """One field. Without a value, it is left out."""

    path: str
    source: str
    rule: str = ""
    #: The most characters of a text, which is fitted (T1, T2).
    limit: int | None = None
    #: The decimals to which a number is rounded.
    scale: int | None = None
    #: Limits that a rule of their own checks.
    bounds: str = ""
    beyond: Beyond | None = None
    #: The text keeps its line ends.
    lines: bool = False
    #: It is sent even if it is empty.
    kept: bool = False


def text(path: str, source: str, limit: int, rule: str = "", lines: bool = False) -> Field:
    """A text of at most `limit` characters; the rest is cut."""
    return Field(path, source, rule, limit=limit, beyond=Beyond.CUT, lines=lines)


#: Numbers that rules and bounds share (docs/api-facts.md 33, 35, 36).
LONGEST_TERM, HIGHEST_RATE, HIGHEST_INTEREST, LONGEST_CODE = 999, 1_000_000, Decimal("999.99"), 40
#: Characters of a row's text: of the whole, and of the product where the settings say no other
#: (docs/api-facts.md 36, 37).
LONGEST_TEXT, PRODUCT_TEXT = 512, 80
