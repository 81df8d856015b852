"""A ledger receipt as Procountor answers it, and the body that writes accounts and dimensions on its entries (D2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gateway.http.trees import Json, an_object, integer, needed, number, parts, text
from gateway.rules.receipts import DimensionValue, Entry, NewEntry


@dataclass(frozen=True, slots=True)
class ReceiptRead:
    """A whole receipt: a PUT replaces all of it."""

    id: int
    version: str
    entries: tuple[Entry, ...]
    tree: Json


def receipt(tree: object) -> ReceiptRead:
    """LedgerReceipt. Everything that a later write takes from its tree is checked here too."""
    needed(an_object(tree).get("transactions"), "transactions")
    transactions = parts(tree, "transactions")
    entries = tuple(
        Entry(
            id=needed(integer(one, "id"), "id"),
            kind=needed(text(one, "transactionType"), "transactionType"),
            account=needed(text(one, "account"), "account"),
            value=needed(number(one, "accountingValue"), "accountingValue"),
            vat_percent=needed(number(one, "vatPercent"), "vatPercent"),
            vat_status=integer(one, "vatStatus"),
            description=text(one, "description") or "",
        )
        for one in transactions
    )
    for one in transactions:
        _said(one)
    return ReceiptRead(needed(integer(tree, "id"), "id"), text(tree, "version") or "", entries, an_object(tree))


def rewritten(read: ReceiptRead, wanted: Iterable[NewEntry]) -> Json | None:
    """The body of the PUT; None if the receipt already has everything.

    Dimensions that a row doesn't name stay as they are (an accountant's, or a default of the product).
    """
    by_id = {one.entry_id: one for one in wanted}
    transactions = [_entry(one, by_id[one["id"]]) if one["id"] in by_id else one for one in read.tree["transactions"]]
    if all(_said(one) == _said(other) for one, other in zip(transactions, read.tree["transactions"], strict=True)):
        return None
    body: Json = _without_nulls({**read.tree, "transactions": transactions})
    return body


def _entry(there: Json, wanted: NewEntry) -> Json:
    ours = {one.dimension_id for one in wanted.dimensions}
    others = [one for one in there.get("dimensionItemValues") or () if one["dimensionId"] not in ours]
    return {**there, "account": wanted.account, "dimensionItemValues": [*others, *map(_value, wanted.dimensions)]}


def _value(one: DimensionValue) -> Json:
    return {"dimensionId": one.dimension_id, "itemId": one.item_id, "value": one.value}


def _said(entry: Json) -> tuple[str, frozenset[tuple[int, int, Decimal]]]:
    values = (
        (integer(one, "dimensionId"), integer(one, "itemId"), number(one, "value"))
        for one in parts(entry, "dimensionItemValues")
    )
    pairs = (
        (needed(dimension, "dimensionId"), needed(item, "itemId"), needed(value, "value"))
        for dimension, item, value in values
    )
    return entry["account"], frozenset(pairs)


def _without_nulls(node: Any) -> Any:
    """The tree without null values: the model knows only absent fields."""
    if isinstance(node, list):
        return [_without_nulls(one) for one in node]
    if not isinstance(node, dict):
        return node
    return {name: _without_nulls(value) for name, value in node.items() if value is not None}
