"""What `gateway check` checks for purchase invoices: rights on both sides, the project dimension and its items (S2)."""

from __future__ import annotations

from datetime import UTC, datetime, time

from gateway.check import settings
from gateway.check.both_systems import PROCOUNTOR, SEVERA, BothSystems, Look
from gateway.check.findings import Finding, State, in_procountor, in_severa, listed
from gateway.documents import ItemRef
from gateway.errors import Configuration
from gateway.flows.purchase_invoices.rules.projects import number_in
from gateway.rules.items import Form
from gateway.severa.fees_requests import SCOPES

PART = "purchase invoices"


async def _fees(two: BothSystems) -> list[Finding]:
    if not two.company.purchases.enabled:
        return []
    thing, today = "project fees", datetime.combine(two.day, time(), UTC)
    try:
        await two.in_severa.once("project fees", lambda: two.severa.fees.fees_changed(today))
    except Configuration as error:
        step = in_severa(f"Give the API client the scopes {', '.join(SCOPES.split())}.")
        return [Finding(PART, thing, State.MISSING, f"Severa doesn't let us read them: {error.detail}", step)]
    return [Finding(PART, thing, State.OK)]


async def _receipts(two: BothSystems) -> list[Finding]:
    if not two.company.purchases.enabled:
        return []
    thing, today = "invoices and ledger receipts", datetime.combine(two.day, time(), UTC)
    try:
        await two.procountor.purchases_changed(today)
        await two.procountor.purchase_receipts_changed(today)
    except Configuration as error:
        step = in_procountor("Give the user of the API key the right to read purchase invoices and ledger receipts.")
        return [Finding(PART, thing, State.MISSING, f"Procountor doesn't let us read them: {error.detail}", step)]
    return [Finding(PART, thing, State.OK)]


async def _items(two: BothSystems) -> list[Finding]:
    purchases = two.company.purchases
    if not purchases.enabled:
        return []
    name, there = purchases.project_dimension, await two.in_procountor.once("dimensions", two.procountor.dimensions)
    names, setting = [one.name for one in there], "purchases.project_dimension"
    found = [settings.compare_dimension("project", name, names, setting=setting)]
    form = Form(purchases.item_name)
    for dimension in there:
        if dimension.name == name:
            items = [ItemRef(one.id, one.name, one.description) for one in dimension.items if not one.closed]
            unnamed = [one.name for one in items if number_in(one, form) is None]
            found += _unnamed(name, unnamed, len(items))
    return found


def _unnamed(dimension: str, names: list[str], count: int) -> list[Finding]:
    """U4: costs on items without a project's number are refused. It may be meant: some items are no projects."""
    if not names:
        return []
    text = f"{len(names)} of {count} items name no project of Severa: {listed(names)}. Costs on them are refused."
    step = in_procountor("Write the project's number into the name or the description of items that are projects.")
    return [Finding(PART, f"items of {dimension}", State.NOTE, text, step)]


#: The checks, in the order of the report.
LOOKS: tuple[Look, ...] = (
    Look(PART, (SEVERA,), _fees),
    Look(PART, (PROCOUNTOR,), _receipts),
    Look(PART, (PROCOUNTOR,), _items),
)
