"""What the ledger knows of the items of a company: which is whose, and how the gateway left each (ADR 30)."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Container, Iterator, Mapping
from dataclasses import dataclass, field

import orjson

from gateway.delivery.record import record_of
from gateway.documents import DocumentKey, Kind, SyncedItem
from gateway.flows.dimensions.rules.changes import Known
from gateway.flows.dimensions.rules.objects import WantedItem
from gateway.http import in_turns
from gateway.ledger import Codec, Home
from gateway.rules.items import Item
from gateway.rules.receipts import Axis

_KNOWN = Codec(Known)


def read_memo(memo: str, key: str) -> Known | None:
    """What `write_memo` wrote. Raises Unreadable."""
    return _KNOWN.decode(memo.encode(), key) if memo else None


def write_memo(known: Known | None) -> str:
    """As the ledger keeps it."""
    return orjson.dumps(known).decode() if known is not None else ""


def wanted_of(document: SyncedItem) -> WantedItem:
    """The item that a document wants."""
    item = Item(document.code, document.name)
    return WantedItem(Axis(document.axis), item, document.is_closed, (document.id, *document.also))


def id_of(axis: Axis, guid: str) -> str:
    """The id of an object's document."""
    return f"{axis.replace(' ', '-')}-{guid}"


def parts_of(id_: str) -> tuple[Axis, str]:
    """Axis and guid of a document's id."""
    for axis in Axis:
        if id_.startswith(start := id_of(axis, "")):
            return axis, id_.removeprefix(start)
    raise ValueError(f"{id_}: an axis and a guid are expected")


@dataclass(slots=True)
class Items:
    """The items of one company, by the ledger."""

    company: str
    home: Home
    #: By dimension and item in Procountor, the id of the document that it belongs to.
    owners: dict[tuple[int, int], str] = field(default_factory=dict)
    _is_read: bool = False
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def recall(self) -> None:
        """Read all records once. Raises Unreadable."""
        async with self._reading:
            if self._is_read:
                return
            async for id_ in in_turns(self.ids()):
                known = self.known(id_)
                if known is not None:
                    self.owners.setdefault((known.dimension_id, known.item_id), id_)
            self._is_read = True

    def ids(self) -> Iterator[str]:
        """Ids of all documents in the ledger."""
        prefix = f"{self.company}/{Kind.DIMENSION_ITEM}/"
        return (key.removeprefix(prefix) for key, _ in self.home.items(prefix))

    def known(self, id_: str) -> Known | None:
        """How the gateway left the item of a document; None if it has none. Raises Unreadable."""
        key = str(DocumentKey(self.company, Kind.DIMENSION_ITEM, id_))
        record = record_of(self.home, key)
        return read_memo(record.memo, key) if record is not None else None

    def known_of(self, wanted: WantedItem, dimension_id: int, own: Known | None) -> Known | None:
        """The same for a wanted item: by its own record, otherwise by those of objects that share it."""
        known = own
        for id_ in wanted.objects[1:] if own is None else ():
            known = known or self.known(id_)
        return known if known is not None and known.dimension_id == dimension_id else None

    def keep(self, known: Known, id_: str) -> None:
        """An item is this document's from now on."""
        self.owners[known.dimension_id, known.item_id] = id_

    def taken(self, wanted: WantedItem, dimension_id: int) -> Container[int]:
        """Ids of items that are known to be another object's."""
        return _Taken(self.owners, dimension_id, wanted.objects)


@dataclass(frozen=True, slots=True)
class _Taken:
    """Asked for a few items, of up to 20 000."""

    owners: Mapping[tuple[int, int], str]
    dimension_id: int
    objects: Collection[str]

    def __contains__(self, item_id: object) -> bool:
        owner = self.owners.get((self.dimension_id, item_id)) if isinstance(item_id, int) else None
        return owner is not None and owner not in self.objects
