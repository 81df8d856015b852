"""Projects, cost centers and business units of Severa as items that Procountor should have (F4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.rules.items import Item, item
from gateway.rules.receipts import Axis
from gateway.rules.severa_objects import SeveraObject


@dataclass(frozen=True, slots=True)
class WantedItem:
    """An item that Procountor should have, open or closed."""

    axis: Axis
    item: Item
    is_closed: bool
    #: The objects that it stands for, by their guids.
    objects: tuple[str, ...]


def wanted_items(objects: Iterable[SeveraObject]) -> list[WantedItem]:
    """The items of these objects, each code once per axis, in the order of axis and code.

    A code identifies an item, and Severa keeps codes unique in none of its registers: two cost centers with one
    identifier are one item, which is open as long as one of them is. Its name is that of an open one, the first by its
    guid. An object without code and name has no item.
    """
    groups: dict[tuple[Axis, str], list[tuple[SeveraObject, Item]]] = {}
    for one in sorted(objects, key=lambda one: (one.is_closed, one.id)):
        made = item(one.code, one.name)
        if made is not None:
            groups.setdefault((one.axis, made.code), []).append((one, made))
    return [
        WantedItem(
            axis=axis,
            item=several[0][1],
            is_closed=all(one.is_closed for one, _ in several),
            objects=tuple(sorted(one.id for one, _ in several)),
        )
        for (axis, _), several in sorted(groups.items(), key=lambda group: group[0])
    ]
