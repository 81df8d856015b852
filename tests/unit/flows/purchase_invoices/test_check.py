"""What `gateway check` says of purchase invoices (S2, S20)."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from gateway.check.both_systems import BothSystems, ReadOnce
from gateway.flows.purchase_invoices.check import LOOKS
from tests.unit.flows.purchase_invoices.one_invoice import FIRM, OneInvoice


async def seen(one: OneInvoice) -> list[tuple[str, str, str]]:
    """The lines of the report: thing, state, and where to act."""
    context, organisation = one.context, cast(Any, None)
    two = BothSystems(organisation, one.company, context.severa, context.procountor, dt.date(2026, 3, 2), ReadOnce())
    found = [line for look in LOOKS for line in await look.see(two)]
    return [(line.thing, line.state.value, line.step.where if line.step else "") for line in found]


async def test_S2_company_that_is_set_up_fits() -> None:
    things = ("project fees", "invoices and ledger receipts", "project Projects")
    assert await seen(OneInvoice()) == [(thing, "ok", "") for thing in things]


async def test_S2_what_purchase_invoices_lack_is_named() -> None:
    """Scopes, the dimension, items that name no project."""
    one = OneInvoice()
    one.apis.world["credentials"]["severa"]["nordic"]["scopes"] = ["projects:read"]
    (dimension, *_) = one.apis.world["procountor"][FIRM.id]["/dimensions"]
    dimension["items"][0]["codeName"] = "Overhead"
    assert await seen(one) == [
        ("project fees", "missing", "Severa"),
        ("invoices and ledger receipts", "ok", ""),
        ("project Projects", "ok", ""),
        ("items of Projects", "note", "Procountor"),
    ]
    dimension["name"] = "Work"
    assert (await seen(one))[-1] == ("project Projects", "missing", "settings")


async def test_S2_missing_right_to_purchases_is_named() -> None:
    one = OneInvoice()
    one.strike("searchLedgerReceipt", "forbidden", api="procountor")
    assert (await seen(one))[1] == ("invoices and ledger receipts", "missing", "Procountor")


async def test_S20_flow_that_is_off_is_not_looked_at() -> None:
    one = OneInvoice(enabled=False)
    assert (await seen(one), one.apis.journal.entries()) == ([], [])
