"""Projects, cost centers and business units as Severa's registers have them (F4). Pure."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.rules.receipts import Axis


@dataclass(frozen=True, slots=True)
class SeveraObject:
    """A project, cost center or business unit."""

    axis: Axis
    #: Severa's guid.
    id: str
    #: A project's number, a cost center's identifier, a business unit's code; None if it has none.
    code: str | None
    name: str
    #: Closed (a project) or inactive (the others).
    is_closed: bool = False
    #: The guid of the business unit that says whose it is: a project's, a unit itself; "" of a cost center, which all
    #: companies share.
    unit: str = ""
