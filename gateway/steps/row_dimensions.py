"""What the rows of an invoice need on its ledger receipt: accounts, and items of the chosen dimensions (L1, D1-D5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Protocol, cast

from gateway.delivery.attempt import AnyAttempt
from gateway.delivery.company import CompanyContext
from gateway.delivery.flow import transfer_flow
from gateway.documents import Row
from gateway.errors import Faults, refuse
from gateway.ledger.effects import Planned
from gateway.procountor.responses import Dimension
from gateway.rules.accounts import sales_account
from gateway.rules.axes import ProjectCard, WithProjects, items_of, missing_notes, projects_of
from gateway.rules.codes.currencies import CENT, half_up
from gateway.rules.dimensions import dimension_values
from gateway.rules.items import DimensionItem, Form, Item, item
from gateway.rules.receipts import Axis, Share, Wanted, chosen_shares, wanted
from gateway.settings.company import ItemNames, SalesDimensions

Items = Mapping[Axis, list[tuple[Item, Decimal]]]
Rows = list[tuple[Row, Items]]


class WithRows(WithProjects, Protocol):
    """A document with rows that bill projects."""

    @property
    def rows(self) -> tuple[Row, ...]:
        """Its rows, in order."""


class RowSettings(Protocol):
    """A company's settings of a flow whose rows have dimensions (S7, S15, D5)."""

    @property
    def dimensions(self) -> SalesDimensions:
        """The dimension of each axis."""

    @property
    def item_names(self) -> ItemNames:
        """The form of new items' names."""

    @property
    def row_text(self) -> int:
        """How many characters of a row's text are sent."""


@dataclass(frozen=True, slots=True)
class RowPlan:
    """Rows with their items, and the dimension of each chosen axis. Without rows, nothing is written."""

    dimensions: Mapping[Axis, Dimension]
    rows: tuple[tuple[Row, Items], ...] = ()
    notes: tuple[str, ...] = ()
    #: Items in Procountor by dimension and code.
    items: Mapping[tuple[int, str], Planned[DimensionItem]] = field(default_factory=dict)


async def plan_rows(attempt: AnyAttempt) -> RowPlan:
    """Find what the rows belong to, and whether it can be written. Nothing is created, and nothing is read in vain.

    Raises Configuration if a chosen dimension doesn't exist, Permanent for a closed item and an impossible split.
    """
    context, invoice = attempt.context, attempt.document
    settings = _settings(attempt)
    names = _chosen(settings)
    cards = await _cards(context, invoice, names)
    rows: Rows = [(row, items_of(row, invoice, cards, names)) for row in invoice.rows]
    notes = tuple(missing_notes(rows, names))
    if not any(items or sales_account(row) for row, items in rows):
        return RowPlan({}, notes=notes)
    used = [axis for axis in names if any(axis in items for _, items in rows)]
    dimensions = {axis: await context.registers.dimensions.named(names[axis]) for axis in used}
    if Axis.COST_CENTER in dimensions:
        rows = await _with_names(context, settings, rows, dimensions[Axis.COST_CENTER])
    faults = Faults()
    for row, items in rows:
        with faults:
            check_row(
                row,
                items,
                dimensions,
                lambda axis, one: _known(context, settings, dimensions, axis, one),
                invoice.currency,
            )
    faults.raise_all()
    return RowPlan(dimensions, tuple(rows), notes)


async def plan_items(attempt: AnyAttempt, plan: RowPlan) -> RowPlan:
    """The plan with the items that its rows need in Procountor; missing items are created, once each (D5)."""
    registers, items = attempt.context.registers, dict[tuple[int, str], Planned[DimensionItem]]()
    for _, of_row in plan.rows:
        for axis, dimension in plan.dimensions.items():
            form = item_form(_settings(attempt), axis)
            for one, _ in of_row.get(axis, ()):
                if (dimension.id, one.code) not in items:
                    card = await registers.dimension_item(attempt.home, dimension, one, form, attempt.word)
                    items[dimension.id, one.code] = card
    return replace(plan, items=items)


def wants(attempt: AnyAttempt, plan: RowPlan) -> list[Wanted]:
    """What each row needs, once its items exist."""
    ids = {axis: one.id for axis, one in plan.dimensions.items()}
    made = {key: one.created.id for key, one in plan.items.items()}
    return [
        wanted(
            row,
            attempt.document.currency,
            chosen_shares({axis: [(one.code, part) for one, part in some] for axis, some in items.items()}, ids, made),
            _settings(attempt).row_text,
        )
        for row, items in plan.rows
    ]


def _settings(attempt: AnyAttempt) -> RowSettings:
    return cast(RowSettings, transfer_flow(attempt).settings(attempt.context.company))


def _chosen(settings: RowSettings) -> dict[Axis, str]:
    """S15: the name of each chosen axis' dimension."""
    chosen = settings.dimensions
    names = {
        Axis.BUSINESS_UNIT: chosen.business_unit,
        Axis.COST_CENTER: chosen.cost_center,
        Axis.PROJECT: chosen.project,
    }
    return {axis: name for axis, name in names.items() if name}


def item_form(settings: RowSettings, axis: Axis) -> Form:
    """The form of item names of an axis' dimension."""
    names = settings.item_names
    forms = {
        Axis.BUSINESS_UNIT: names.business_unit,
        Axis.COST_CENTER: names.cost_center,
        Axis.PROJECT: names.project,
    }
    return Form(forms[axis])


def _known(
    context: CompanyContext, settings: RowSettings, dimensions: Mapping[Axis, Dimension], axis: Axis, one: Item
) -> DimensionItem | None:
    return context.registers.known_item(dimensions[axis], one, item_form(settings, axis))


async def _with_names(context: CompanyContext, settings: RowSettings, rows: Rows, dimension: Dimension) -> Rows:
    """Rows have the numbers of their cost centers. Names are read only for those that Procountor doesn't have yet."""
    form, center = item_form(settings, Axis.COST_CENTER), Axis.COST_CENTER
    named: dict[str, Item] = {}
    for code in dict.fromkeys(one.code for _, items in rows for one, _ in items.get(center, ())):
        if context.registers.known_item(dimension, Item(code), form) is None:
            named[code] = await _center(context, code)
    return [
        (row, {**items, center: [(named.get(one.code, one), part) for one, part in items[center]]})
        if center in items
        else (row, items)
        for row, items in rows
    ]


async def _center(context: CompanyContext, code: str) -> Item:
    """A cost center with its name."""
    key = f"cost center {code}"
    known: Item | None = context.projects.fresh(key)
    if known is None:
        known = Item(code, await context.severa.cost_center_name(code))
        context.projects.keep(key, known)
    return known


async def _cards(context: CompanyContext, document: WithRows, names: Mapping[Axis, str]) -> dict[str, ProjectCard]:
    """Items of projects by guid. A project is read only for its business unit, or if the invoice doesn't name it."""
    if not {Axis.PROJECT, Axis.BUSINESS_UNIT} & set(names):
        return {}
    known = {one.id: ProjectCard(item(one.number, one.name)) for one in document.projects}
    cards: dict[str, ProjectCard] = {}
    for guid in dict.fromkeys(guid for row in document.rows for guid, _ in projects_of(row, document)):
        if Axis.BUSINESS_UNIT not in names and guid in known:
            cards[guid] = known[guid]
            continue
        card: ProjectCard | None = context.projects.fresh(guid)
        if card is None:
            there = await context.severa.project(guid)
            card = ProjectCard(item(there.number, there.name), item(there.unit_code, there.unit_name))
            context.projects.keep(guid, card)
        cards[guid] = card
    return cards


def check_row(
    row: Row,
    items: Items,
    dimensions: Mapping[Axis, Dimension],
    known: Callable[[Axis, Item], DimensionItem | None],
    currency: str,
) -> None:
    """Raises Permanent for a closed item, for an ambiguous item, and for parts of both signs that no entry can hold."""
    shares, faults = [], Faults()
    for axis, several in items.items():
        for one, _ in several:
            there = known(axis, one)
            if there is not None and there.closed:
                facts: dict[str, Any] = {"row": row.position, "text": row.description, "axis": axis.value}
                faults.add(refuse("DIMENSION_ITEM_CLOSED", item=there.name, dimension=dimensions[axis].name, **facts))
        codes = [one.code for one, _ in several]
        probes = tuple(Share(codes.index(one.code), part) for one, part in several)
        shares.append((dimensions[axis].id, probes))
    probe = wanted(row, currency, tuple(shares))
    with faults:
        dimension_values(probe, -half_up(probe.net, CENT))  # the books have cents, whatever the currency
    faults.raise_all()
