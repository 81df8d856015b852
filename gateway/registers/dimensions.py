"""Procountor's dimensions with their items, as one company last read or wrote them (D5, F4)."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field, replace

from gateway.errors import configuration
from gateway.http import in_turns
from gateway.procountor.client import ProcountorClient
from gateway.procountor.responses import Dimension
from gateway.registers.cache import TTL_S
from gateway.rules.item_index import ItemIndex
from gateway.rules.items import DimensionItem

#: For how many seconds a created object is believed without a search, which may not show it yet.
CREATED_S = 120.0


@dataclass(frozen=True, slots=True)
class Written:
    """An item that the gateway wrote."""

    at: float
    card: DimensionItem
    is_new: bool


@dataclass(slots=True)
class Dimensions:
    """The dimensions of one company. A dimension may have 20 000 items, so they are indexed as they are read, in turns,
    and a written item changes its own entry alone.
    """

    procountor: ProcountorClient
    _heads: list[Dimension] = field(default_factory=list)
    _indexes: dict[int, ItemIndex] = field(default_factory=dict)
    #: By dimension and item.
    _written: dict[tuple[int, int], Written] = field(default_factory=dict)
    _read_at: float = float("-inf")
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def named(self, name: str, within: float = TTL_S) -> Dimension:
        """The dimension with exactly this name, as it was at most so many seconds ago; its items are in `index`.
        Raises Configuration: only a person can create one.
        """
        async with self._reading:
            if not self._is_fresh(within) or [one.name for one in self._heads].count(name) != 1:
                await self._read()
            found = [one for one in self._heads if one.name == name]
        if len(found) != 1:
            there = ", ".join(sorted(one.name for one in self._heads)) or "none"
            raise configuration("DIMENSION_MISSING", dimension=name, count=len(found), there=there)
        return found[0]

    async def refresh(self, within: float) -> None:
        """Read all of them, unless that was done so few seconds ago."""
        async with self._reading:
            if not self._is_fresh(within):
                await self._read()

    def expire(self, older: float) -> None:
        """Read them again before the next use, if they were read longer ago than this, in seconds."""
        if not self._is_fresh(older):
            self._read_at = float("-inf")

    def index(self, dimension: Dimension) -> ItemIndex:
        """The dimension's items, as they were last read or written."""
        if dimension.id not in self._indexes:
            self._indexes[dimension.id] = ItemIndex(dimension.items)
        return self._indexes[dimension.id]

    def wrote(self, dimension: Dimension, card: DimensionItem, is_new: bool = False) -> None:
        """An item was created or changed."""
        self._written[dimension.id, card.id] = Written(time.monotonic(), card, is_new)
        self.index(dimension).put(card)

    def _is_fresh(self, within: float) -> bool:
        return time.monotonic() - self._read_at < within

    async def _read(self) -> None:
        """All dimensions as Procountor has them now; with items that were just created and may not show yet, and with
        what was written since this reading began.
        """
        began = time.monotonic()
        read, indexes = await self.procountor.dimensions(), dict[int, ItemIndex]()
        for dimension in read:
            indexes[dimension.id] = index = ItemIndex()
            async for item in in_turns(dimension.items):
                index.put(item)
        recent = {key: one for key, one in self._written.items() if began - one.at < CREATED_S}
        for (dimension_id, item_id), one in recent.items():
            there = indexes.get(dimension_id)
            if there is not None and (one.at >= began or (one.is_new and item_id not in there.by_id)):
                there.put(one.card)
        self._heads = [replace(one, items=()) for one in read]
        self._indexes, self._written, self._read_at = indexes, recent, time.monotonic()
