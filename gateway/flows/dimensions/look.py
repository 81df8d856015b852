"""One look of a company at one dimension: what differs, and what the changes would take away (F4)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from gateway.delivery.company import CompanyContext
from gateway.delivery.record import Made, State, TransferRecord, WriteBack, record_of
from gateway.documents import DocumentKey, Kind, Revision, SyncedItem, Target
from gateway.documents import Sequence as Order
from gateway.documents.hashing import content_hash, head_hash
from gateway.errors import Permanent
from gateway.flows.dimensions.known import Items, read_memo, wanted_of, write_memo
from gateway.flows.dimensions.rules.breaker import token
from gateway.flows.dimensions.rules.changes import Action, ItemChange, Known, change, left
from gateway.flows.dimensions.rules.objects import WantedItem
from gateway.http import in_turns
from gateway.ledger import Home, Write
from gateway.polling.due import next_revision
from gateway.procountor.responses import Dimension
from gateway.registers.registers import item_key
from gateway.rules.items import DimensionItem, Form
from gateway.rules.receipts import Axis

#: How old, in seconds, the items may be that objects are compared with.
RECENT_S = 10.0
#: How many records are written to the ledger at once.
AT_ONCE = 100


@dataclass(slots=True)
class Look:
    """What a look found."""

    context: CompanyContext
    home: Home
    items: Items
    #: The dimension's name.
    dimension: str
    #: Documents that need an attempt.
    due: list[SyncedItem] = field(default_factory=list)
    #: Changes that take something away, by their tokens, and whose they are.
    drastic: dict[str, ItemChange] = field(default_factory=dict)
    #: How many items the dimension has.
    count: int = 0
    _tokens: dict[str, str] = field(default_factory=dict)

    @property
    def company(self) -> str:
        """The company's id."""
        return self.context.company.id

    def is_stopped(self, document: SyncedItem, allowed: Collection[str]) -> bool:
        """Whether its change takes something away, and no operator has let it pass."""
        own = self._tokens.get(document.id)
        return own is not None and own not in allowed

    def by_leader(self, wanted: WantedItem, ids: Sequence[str]) -> list[str]:
        """Ids of the objects that share an item; first the object whose document stands for all: the one that has the
        item of this code, so that another with the same code doesn't take it over.
        """
        if len(ids) == 1:
            return list(ids)
        known = {id_: self.items.known(id_) for id_ in ids}

        def order(id_: str) -> tuple[bool, bool, str]:
            own = known[id_]
            return own is None or own.of.code != wanted.item.code, own is None, id_

        return sorted(ids, key=order)

    async def compare(self, documents: Sequence[SyncedItem]) -> None:
        """Sort out what needs an attempt. What is as it should be is noted in the ledger, without an event. Raises
        Configuration if the dimension is missing.
        """
        dimensions = self.context.registers.dimensions
        dimension = await dimensions.named(self.dimension, RECENT_S)
        self.count, in_step = len(dimensions.index(dimension)), list[Write]()
        async for document in in_turns(documents):
            if (note := self._consider(document, dimension)) is not None:
                in_step.append(note)
            if len(in_step) == AT_ONCE:
                await self._write(in_step)
        await self._write(in_step)

    async def may_have_an_item(self, document: SyncedItem) -> bool:
        """Whether the item of a closed object is there, or may be: its creation is in doubt. Raises Configuration."""
        dimension = await self.context.registers.dimensions.named(self.dimension, 0.0)
        wanted = wanted_of(document)
        if self.home.intent(item_key(self.company, dimension, wanted.item)) is not None:
            return True
        known = self.items.known_of(wanted, dimension.id, self.items.known(document.id))
        try:
            return self.judge(document, dimension, known).item is not None
        except Permanent:
            return True

    def judge(self, document: SyncedItem, dimension: Dimension, known: Known | None) -> ItemChange:
        """What becomes of the document's item. Raises Permanent if several items may be it."""
        return judged(self.context, self.items, document, dimension, known)

    async def _write(self, writes: list[Write]) -> None:
        if writes:
            await self.home.commit(writes=tuple(writes))
            writes.clear()

    def _consider(self, document: SyncedItem, dimension: Dimension) -> Write | None:
        """Note the document as due; or return its record, if its item is as it should be and the ledger doesn't say
        so yet.
        """
        name = str(DocumentKey(self.company, Kind.DIMENSION_ITEM, document.id))
        record, content = record_of(self.home, name), content_hash(document)
        busy = name in self.context.in_flight or self.home.intent(name) is not None
        settled = record is None or record.state is State.SETTLED
        if record is not None and settled and record.revision.content_hash == content and not busy:
            return None
        own = read_memo(record.memo, name) if record is not None else None
        known = self.items.known_of(wanted_of(document), dimension.id, own)
        try:
            made = self.judge(document, dimension, known)
        except Permanent:
            self.due.append(document)
            return None
        if made.action is Action.NOTHING and settled and not busy and not made.notes:
            return self._in_step(document, dimension, record, made.item, known) if made.item is not None else None
        if made.action is Action.NOTHING and made.item is None and known is None:
            return None  # its object was closed before it had an item
        if made.is_drastic:
            number = record.revision.number if record is not None else 0
            self._tokens[document.id] = own_token = token(document.id, number, content)
            self.drastic[own_token] = made
        self.due.append(document)
        return None

    def _in_step(
        self,
        document: SyncedItem,
        dimension: Dimension,
        record: TransferRecord | None,
        item: DimensionItem,
        known: Known | None,
    ) -> Write:
        key = str(DocumentKey(self.company, Kind.DIMENSION_ITEM, document.id))
        content, now = content_hash(document), left(wanted_of(document), item, dimension.id, known)
        assert now is not None
        self.items.keep(now, document.id)
        revision = Revision(next_revision(record, content, False), Order(*self.home.next_sequence()), content)
        noted = TransferRecord(
            revision,
            State.SETTLED,
            0,
            number=document.number,
            made=Made(target_of(item), content),
            write_back=WriteBack(head_hash(document), done=True),
            kept=True,
            memo=write_memo(now),
        )
        return Write(key, noted.encode(), self.context.organisation)


def judged(
    context: CompanyContext, items: Items, document: SyncedItem, dimension: Dimension, known: Known | None
) -> ItemChange:
    """What becomes of a document's item, as its dimension was last read. Raises Permanent if several may be it."""
    wanted, index = wanted_of(document), context.registers.dimensions.index(dimension)
    there = {one.id: one for one in index.near(wanted.item)}
    if known is not None and (own := index.by_id.get(known.item_id)) is not None:
        there[own.id] = own
    taken = items.taken(wanted, dimension.id)
    return change(wanted, dimension.name, form_of(context, wanted.axis), list(there.values()), known, taken)


def form_of(context: CompanyContext, axis: Axis) -> Form:
    """The form of an axis' item names (D5)."""
    return Form(getattr(context.company.dimensions.item_names, axis.replace(" ", "_")))


def target_of(item: DimensionItem) -> Target:
    """An item as outcomes name it."""
    return Target("procountor", "dimension-item", str(item.id), "closed" if item.closed else "open", item.name)
