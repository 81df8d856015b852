"""An item of a dimension in Procountor that follows a project, cost center or business unit of Severa (F4, D5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gateway.documents.document import LONG_AGO, WithoutStatus
from gateway.documents.outcome import Subject


@dataclass(frozen=True, slots=True)
class SyncedItem(WithoutStatus):
    """The item that one object of Severa should have.

    Its id is the object's, not its code: a project that gets another number keeps its item, which is renamed.
    """

    #: The axis with dashes, a dash, and Severa's guid: `cost-center-<guid>`.
    id: str
    #: project, cost center or business unit.
    axis: str
    #: The name of the dimension (S7).
    dimension: str
    #: A project's number, a cost center's identifier, a business unit's code; its name if it has none.
    code: str
    name: str
    #: The project is closed, the others are inactive; or it is gone from Severa or from the company.
    is_closed: bool = False
    #: Ids of the other objects with this code, which share the item.
    also: tuple[str, ...] = ()

    @property
    def number(self) -> int | None:
        """A project's number."""
        return int(self.code) if self.axis == "project" and self.code.isascii() and self.code.isdigit() else None

    @property
    def created_at(self) -> datetime:
        """Long ago: the item is looked for before it is created."""
        return LONG_AGO

    @property
    def subject(self) -> Subject:
        """Its code and name."""
        return Subject(self.code, self.name)
