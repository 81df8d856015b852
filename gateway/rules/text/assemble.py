"""Bodies for Procountor from a field table and its values; texts are fitted, and each loss is recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from gateway.documents import Truncation
from gateway.rules.codes.currencies import half_up
from gateway.rules.fields import Field
from gateway.rules.text.fit import fit


@dataclass(slots=True)
class Truncations:
    """What was cut or replaced, field by field (T1, T2, B6)."""

    truncations: list[Truncation] = field(default_factory=list)

    def fit(self, one: Field, text: object, name: str) -> str:
        """The text within the field's limit."""
        kept, lost = fit(name, str(text), one.limit or 0, one.lines)
        self.truncations.extend(lost)
        return kept


def assemble(
    table: Sequence[Field], values: Mapping[str, object], losses: Truncations, prefix: str = ""
) -> dict[str, object]:
    """A body with every field of the table that has a value. `prefix` precedes names in the record of losses.

    Table and values must have the same fields. Texts are fitted and numbers rounded; None is omitted, and so is an
    empty text unless the field is `kept`.
    """
    if {one.path for one in table} != set(values):
        raise AssertionError(f"values don't fit the table: {sorted({one.path for one in table} ^ set(values))}")
    body: dict[str, Any] = {}
    for one in table:
        value = values[one.path]
        if one.limit is not None and value is not None:
            value = losses.fit(one, value, prefix + _name(one.path))
        if one.scale is not None and isinstance(value, Decimal):
            value = half_up(value, Decimal(1).scaleb(-one.scale))
        if value is None or (value == "" and not one.kept):
            continue
        *folders, last = one.path.split(".")
        place = body
        for folder in folders:
            place = place.setdefault(folder, {})
        place[last] = value
    return body


def _name(path: str) -> str:
    """A field's name in a record: its last two names."""
    return ".".join(path.split(".")[-2:])
