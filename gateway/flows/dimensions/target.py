"""Items of Procountor's dimensions: created, renamed, closed and opened (F4, D5)."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from functools import partial

from gateway.delivery.apply import apply
from gateway.delivery.attempt import Attempt
from gateway.delivery.plan import Synced, Update, planned_payload
from gateway.documents import OutcomeState, SyncedItem
from gateway.errors import refuse, transient
from gateway.flows.dimensions.known import Items, read_memo, wanted_of, write_memo
from gateway.flows.dimensions.look import RECENT_S, form_of, judged, target_of
from gateway.flows.dimensions.rules.changes import Action, ItemChange, Known, left
from gateway.flows.dimensions.source import InSevera
from gateway.ledger import Lease
from gateway.ledger.effects import Effect
from gateway.ledger.rounds import ROUNDS
from gateway.procountor.responses import Dimension
from gateway.registers.registers import item_key, seen
from gateway.rules.items import DimensionItem


class InProcountor:
    """A SyncTarget."""

    async def plan(self, attempt: Attempt[SyncedItem]) -> Update:
        """The item's creation or change, by what its dimension has now. Raises every kind of GatewayError."""
        context, home, document = attempt.context, attempt.home, attempt.document
        source: InSevera = context.sources[attempt.flow.kind]
        items, wanted = await source.items(context, home), wanted_of(document)
        # after an attempt without an answer, what it did must show
        dimension = await context.registers.dimensions.named(
            document.dimension, RECENT_S if attempt.intent is None else 0.0
        )
        dimension = await _creation_known(attempt, dimension)
        known = items.known_of(wanted, dimension.id, read_memo(attempt.memo, attempt.key))
        made = judged(context, items, document, dimension, known)
        if made.item is not None:  # whatever became of its creation
            await seen(home, item_key(context.company.id, dimension, wanted.item))
        plan = _Planned(attempt, items, dimension, known, made, made.item)
        effects = []
        if made.action is Action.CREATE:
            effects = await plan.creation(items.taken(wanted, dimension.id))
        elif made.action is Action.UPDATE:
            effects = [plan.update()]
        payload = planned_payload(attempt, (), made.notes, memo=attempt.memo)
        return Update(tuple(effects), payload, partial(plan.result, changes=bool(effects)))


async def _creation_known(attempt: Attempt[SyncedItem], dimension: Dimension) -> Dimension:
    """The dimension, once it shows what became of an earlier creation, also of one that a row began. Raises Transient
    while that may still be executed.
    """
    key = item_key(attempt.context.company.id, dimension, wanted_of(attempt.document).item)
    if attempt.home.intent(key) is None:
        return dimension
    if attempt.home.seconds_until_expired(key) > 0:
        what = f"the item {attempt.document.code} of the dimension {dimension.name}"
        raise transient("REGISTER_UNKNOWN", detail=key, object=what)
    return await attempt.context.registers.dimensions.named(dimension.name, 0.0)


@dataclass(slots=True)
class _Planned:
    """One item, as it is found, and as the effects leave it."""

    attempt: Attempt[SyncedItem]
    items: Items
    dimension: Dimension
    known: Known | None
    made: ItemChange
    item: DimensionItem | None

    async def creation(self, taken: Container[int]) -> list[Effect]:
        """Create it, once for this object and all rows that need it: under the intent of the item, within the intent of
        the document, which remembers that the creation began.
        """
        attempt, wanted = self.attempt, wanted_of(self.attempt.document)
        form = form_of(attempt.context, wanted.axis)
        planned = await attempt.context.registers.dimension_item(
            attempt.home, self.dimension, wanted.item, form, attempt.word, taken, RECENT_S
        )
        effect = planned.effect
        if effect is None:  # a row has just created it
            self.item = planned.card
            return []

        async def call(lease: Lease) -> None:
            await apply(attempt, effect)
            self.item = planned.created

        return [Effect(effect.title, call, unanswered=effect.unanswered, unnamed=effect.unnamed)]

    def update(self) -> Effect:
        """Write it with its new name, or closed, or open."""
        attempt, body = self.attempt, self.made.body
        assert self.item is not None
        assert body is not None
        item_id, name, dimension = self.item.id, self.item.name, self.dimension.name
        unanswered = refuse("DIMENSION_ITEM_UNANSWERED", item=name, dimension=dimension, rounds=ROUNDS)

        async def call(lease: Lease) -> None:
            procountor = attempt.context.procountor
            self.item = await procountor.update_dimension_item(self.dimension.id, item_id, body, lease)
            attempt.context.registers.dimensions.wrote(self.dimension, self.item)

        title = f"change the item {name} of the dimension {dimension}"
        return Effect(title, call, unanswered=unanswered, unnamed="change item")

    def result(self, changes: bool) -> Synced:
        """What the item is now. An attempt that began before, and has had no end, did what is done."""
        attempt, began = self.attempt, self.attempt.intent is not None
        known = left(wanted_of(attempt.document), self.item, self.dimension.id, self.known)
        if known is not None:
            self.items.keep(known, attempt.document.id)
        if self.item is None:
            state = OutcomeState.WITHDRAWN
        elif changes or began:
            state = OutcomeState.UPDATED if self.made.action is Action.UPDATE or self.known else OutcomeState.CREATED
        else:  # found as it is, or left as people made it
            state = OutcomeState.ADOPTED
        return Synced(state, target_of(self.item) if self.item is not None else None, write_memo(known))
