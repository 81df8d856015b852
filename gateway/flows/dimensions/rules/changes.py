"""What becomes of an item in Procountor when its object in Severa was read (F4, D5).

People have the last word on what they changed in Procountor by hand, until the object changes in Severa (ADR 30).
"""

from __future__ import annotations

from collections.abc import Collection, Container
from dataclasses import dataclass, replace
from enum import StrEnum

from gateway.errors import refuse
from gateway.flows.dimensions.rules.objects import WantedItem
from gateway.rules.items import DimensionItem, Form, Item, body, matching

#: The status of a closed item; an open one has none (docs/api-facts.md 57).
CLOSED = "P"


class Action(StrEnum):
    """What to do in Procountor."""

    NOTHING = "nothing"
    CREATE = "create"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Known:
    """An item as the gateway left it, and its object as Severa had it then."""

    item_id: int
    name: str
    description: str
    #: Code and name of the object.
    of: Item
    was_closed: bool
    #: The dimension that the item is one of.
    dimension_id: int = 0


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What to do with one item."""

    action: Action
    #: The item in Procountor; None for one that is created, or that isn't there.
    item: DimensionItem | None = None
    #: DimensionItem, as it is sent.
    body: dict[str, object] | None = None
    renames: bool = False
    closes: bool = False
    reopens: bool = False
    #: What was left as people made it.
    notes: tuple[str, ...] = ()

    @property
    def is_drastic(self) -> bool:
        """Whether users would miss what it takes away."""
        return self.renames or self.closes


def change(
    wanted: WantedItem,
    dimension: str,
    form: Form,
    there: Collection[DimensionItem],
    known: Known | None,
    taken: Container[int] = (),
) -> ItemChange:
    """What becomes of an item.

    `dimension`: its name; `there`: its items, at least the known one and those that the naming may find; `known`: None
    the first time; `taken`: ids of items that are known to be another object's, so that an item named like this one
    isn't taken for it.

    Raises Permanent if several items may be this one: nothing is guessed.
    """
    own = next((one for one in there if known is not None and one.id == known.item_id), None)
    if own is None:
        own = _named(wanted, dimension, form, [one for one in there if one.id not in taken])
        known = known if own is None else None  # an item created again after its deletion: nothing is known of it
    if own is None:
        if known is not None and not wanted.is_closed:
            return ItemChange(Action.NOTHING, notes=(_DELETED.format(item=known.name),))
        if wanted.is_closed:
            return ItemChange(Action.NOTHING)
        return ItemChange(Action.CREATE, body=body(wanted.item, form, there))
    others = [one for one in there if one.id != own.id]
    said = body(wanted.item, form, others)
    text = (str(said["codeName"]), str(said.get("description", "")))
    notes = []
    renames = known is not None and known.of != wanted.item and text != (own.name, own.description)
    if known is not None and renames and (own.name, own.description) != (known.name, known.description):
        notes.append(_RENAMED.format(item=own.name, name=text[0]))
        renames = False
    changed = known is None or known.was_closed is not wanted.is_closed
    closes = wanted.is_closed and not own.closed and changed
    reopens = not wanted.is_closed and own.closed and changed and known is not None
    if own.closed is not wanted.is_closed and not (closes or reopens):
        notes.append((_CLOSED if own.closed else _OPEN).format(item=own.name))
    if not (renames or closes or reopens):
        return ItemChange(Action.NOTHING, own, notes=tuple(notes))
    name, description = text if renames else (own.name, own.description)
    closed = wanted.is_closed if closes or reopens else own.closed
    return ItemChange(Action.UPDATE, own, _sent(name, description, closed), renames, closes, reopens, tuple(notes))


def left(wanted: WantedItem, item: DimensionItem | None, dimension_id: int, known: Known | None) -> Known | None:
    """What to know of the item after its change; None if it isn't there, and never was.

    `item`: as it is in Procountor now; `known`: what was known before, so that an item deleted by hand stays known.
    """
    if item is not None:
        return Known(item.id, item.name, item.description, wanted.item, wanted.is_closed, dimension_id)
    return replace(known, of=wanted.item, was_closed=wanted.is_closed) if known is not None else None


def _named(wanted: WantedItem, dimension: str, form: Form, there: Collection[DimensionItem]) -> DimensionItem | None:
    """The only item that the naming finds."""
    found = matching(there, wanted.item, form)
    if len(found) > 1:
        names = ", ".join(one.name for one in found)
        raise refuse("DIMENSION_ITEM_AMBIGUOUS", item=wanted.item.code, dimension=dimension, names=names)
    return found[0] if found else None


def _sent(name: str, description: str, closed: bool) -> dict[str, object]:
    """DimensionItem for PUT, without its id. How an item is opened isn't said: without a status, as an open
    one is shown (docs/api-facts.md 83).
    """
    sent: dict[str, object] = {"codeName": name}
    if description:
        sent["description"] = description
    return {**sent, "status": CLOSED} if closed else sent


_DELETED = "The item {item} was deleted in Procountor by hand. An invoice that needs it creates it again."
_RENAMED = "The item {item} was renamed in Procountor by hand, so it doesn't become {name}."
_CLOSED = "The item {item} was closed in Procountor by hand, so it stays closed until its object changes in Severa."
_OPEN = "The item {item} was opened in Procountor by hand, so it stays open until its object changes in Severa."
