"""What a row belongs to: project, the project's business unit, cost center, as items of dimensions (D1, D3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from gateway.documents import ProjectRef, Row
from gateway.rules.items import Item, item
from gateway.rules.receipts import Axis


@dataclass(frozen=True, slots=True)
class ProjectCard:
    """A project's own item, and the item of its business unit."""

    item: Item | None
    unit: Item | None = None


class WithProjects(Protocol):
    """A document that bills projects."""

    @property
    def projects(self) -> tuple[ProjectRef, ...]:
        """The projects, each once."""


def projects_of(row: Row, invoice: WithProjects) -> list[tuple[str, Decimal]]:
    """The guids of a row's projects with their amounts; the invoice's only project gets 1 for the whole row.

    Empty if a part with an amount has no project: nothing is guessed.
    """
    if row.parts:
        amounts: dict[str, Decimal] = defaultdict(Decimal)
        for part in row.parts:
            amounts[part.project] += part.amount
        if amounts.pop("", Decimal(0)):
            return []
        if len(amounts) == 1:
            return [(one, Decimal(1)) for one in amounts]
        return list(amounts.items()) if any(amounts.values()) else []
    return [(one.id, Decimal(1)) for one in invoice.projects if one.id] if len(invoice.projects) == 1 else []


def items_of(
    row: Row, invoice: WithProjects, cards: Mapping[str, ProjectCard], axes: Collection[Axis]
) -> dict[Axis, list[tuple[Item, Decimal]]]:
    """The row's items on the wanted axes, with their amounts. `cards` by guid: of every project of the row.

    An item that is known for only a part of the row is left out: nothing is guessed.
    """
    found: dict[Axis, list[tuple[Item, Decimal]]] = {}
    for axis in axes:
        if axis is Axis.COST_CENTER:
            several = [(item(row.cost_center, None), Decimal(1))]
        elif axis is Axis.PROJECT:
            several = [(cards[guid].item, amount) for guid, amount in projects_of(row, invoice)]
        else:
            several = [(cards[guid].unit, amount) for guid, amount in projects_of(row, invoice)]
        known = [(one, amount) for one, amount in several if one is not None]
        if known and len(known) == len(several):
            found[axis] = known
    return found


def missing_notes(rows: Collection[tuple[Row, Mapping[Axis, object]]], axes: Collection[Axis]) -> list[str]:
    """Notes about rows for which Severa names no project or business unit."""
    notes = []
    for row, items in rows:
        missing = [f"no {axis.value}" for axis in axes if axis is not Axis.COST_CENTER and axis not in items]
        if missing:
            lacking = f"Severa names {' and '.join(missing)} for it, so its entry on the ledger receipt has none."
            notes.append(f"Row {row.position} ({row.description}): {lacking}")
    return notes
