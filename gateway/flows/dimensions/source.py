"""Projects, cost centers and business units of Severa, as the items that a company's dimensions should have (F4)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field

from gateway.delivery.company import CompanyContext
from gateway.delivery.flow import Batch, CompanyOf
from gateway.documents import SyncedItem
from gateway.errors import Configuration
from gateway.flows.dimensions.known import Items, id_of, parts_of
from gateway.flows.dimensions.look import Look
from gateway.flows.dimensions.register import Register
from gateway.flows.dimensions.rules.objects import wanted_items
from gateway.flows.dimensions.wave import stop
from gateway.http import in_turns
from gateway.ledger import Home
from gateway.rules.receipts import Axis
from gateway.rules.severa_objects import SeveraObject
from gateway.severa.client import SeveraClient

#: How many objects are published between two looks at what may stop them.
BATCH = 100


def dimensions_of(context: CompanyContext) -> dict[Axis, str]:
    """The name of each axis' dimension (S7)."""
    return {Axis(axis.replace("_", " ")): name for axis, name in context.company.dimensions.names.items()}


@dataclass(slots=True)
class InSevera:
    """A SyncSource."""

    severa: SeveraClient
    company_of: CompanyOf
    registers: dict[Axis, Register] = field(init=False)
    #: By company and axis, the version of the register that its last whole look was at.
    looked: dict[tuple[str, Axis], int] = field(default_factory=dict)
    _items: dict[str, Items] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.registers = {axis: Register(axis, self.severa.objects) for axis in Axis}

    async def items(self, context: CompanyContext, home: Home) -> Items:
        """The company's items, by the ledger. Raises Unreadable."""
        known = self._items.get(context.company.id)
        if known is None or known.home is not home:
            known = self._items[context.company.id] = Items(context.company.id, home)
        await known.recall()
        return known

    async def changes(
        self, context: CompanyContext, home: Home, cursor: str, confirmed: str
    ) -> AsyncIterator[Batch[SyncedItem]]:
        """Items that aren't as their objects are: by a look at all of them after a start, then at what changed. The
        cursor is in memory. Raises Configuration, once the rest was published: a dimension is missing, or more would be
        closed or renamed than an operator has let pass.
        """
        first: Configuration | None = None
        for axis, name in dimensions_of(context).items():
            try:
                register = self.registers[axis]
                await register.refresh(context.now())
                version, error = register.version, None
                look = Look(context, home, await self.items(context, home), name)
                documents = await self._documents(look, register)
                if documents or (context.company.id, axis) not in self.looked:
                    await look.compare(documents)
                    error, allowed = await stop(context, home, axis, name, look.drastic, look.count, confirmed)
                    due = [one for one in look.due if error is None or not look.is_stopped(one, allowed)]
                    for at in range(0, len(due), BATCH):
                        yield Batch(tuple(due[at : at + BATCH]))
                if error is None:
                    self.looked[context.company.id, axis] = version
                first = first or error
            except Configuration as missing:
                first = first or missing
        if first is not None:
            raise first

    async def read(self, context: CompanyContext, home: Home, id_: str) -> SyncedItem | None:
        """The item as it should be now; None if there is nothing to do for it: its axis is off, another object with its
        code stands for both, or its object is closed and the item isn't there.
        """
        axis, guid = parts_of(id_)
        name = dimensions_of(context).get(axis)
        if name is None:
            return None
        register = self.registers[axis]
        await register.refresh(context.now(), within=0.0)
        look = Look(context, home, await self.items(context, home), name)
        found = [one for one in await self._wanted(look, register, [register.code_of(guid)]) if one.id == id_]
        document = found[0] if found else await self._gone(look, register, guid)
        if document is None or not document.is_closed or await look.may_have_an_item(document):
            return document
        return None

    async def _documents(self, look: Look, register: Register) -> list[SyncedItem]:
        """Items whose objects changed since the company's last look; at first, all."""
        since = self.looked.get((look.company, register.axis), -1)
        documents = await self._wanted(look, register, register.touched_since(since))
        there = {one for document in documents for one in (document.id, *document.also)}
        guids = register.changed_since(since)
        if since < 0:
            own = (parts_of(id_) for id_ in look.items.ids())
            guids = [*guids, *(guid for axis, guid in own if axis is register.axis and register.get(guid) is None)]
        async for guid in in_turns(guids):
            if id_of(register.axis, guid) not in there and (gone := await self._gone(look, register, guid)) is not None:
                documents.append(gone)
        return documents

    async def _wanted(self, look: Look, register: Register, codes: Iterable[str]) -> list[SyncedItem]:
        """The items of the company's objects with these codes."""
        found = []
        async for code in in_turns(codes):
            own = [one for one in register.sharing(code) if await self._owner(look, one) == look.company]
            for wanted in wanted_items(own):
                leader, *others = look.by_leader(wanted, [id_of(register.axis, guid) for guid in wanted.objects])
                found.append(
                    SyncedItem(
                        leader,
                        register.axis.value,
                        look.dimension,
                        wanted.item.code,
                        wanted.item.name,
                        wanted.is_closed,
                        tuple(others),
                    )
                )
        return found

    async def _gone(self, look: Look, register: Register, guid: str) -> SyncedItem | None:
        """The item of an object that Severa deleted, or that belongs to another company now: it is closed, as it was
        known last. None if the object is there, if nobody knows whose it is, or if it has no item.
        """
        there = register.get(guid)
        if there is not None and await self._owner(look, there) in (look.company, ""):
            return None
        id_ = id_of(register.axis, guid)
        known = look.items.known(id_)
        if known is None:
            return None
        return SyncedItem(id_, register.axis.value, look.dimension, known.of.code, known.of.name, is_closed=True)

    async def _owner(self, look: Look, one: SeveraObject) -> str:
        """The company of an object: all have the cost centers; "" if its unit has none, or is held."""
        return look.company if one.axis is Axis.COST_CENTER else await self.company_of(one.unit) if one.unit else ""
