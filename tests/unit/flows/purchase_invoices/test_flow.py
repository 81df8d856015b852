"""Purchase invoices on the real path: what becomes of fees in Severa, and how they are looked for (F3, U1-U4)."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from gateway.documents.ledger_keys import cursor_key
from gateway.flows.purchase_invoices.flow import FLOW
from gateway.sandbox.world.demo_purchases import FIRST_ITEM, entry
from gateway.sandbox.world.demo_world import guid
from tests.unit.flows.purchase_invoices.one_invoice import DELETE, FIRM, NUMBER, POST, OneInvoice

Json = dict[str, Any]
#: What reads invoices and receipts whole.
WHOLE = ("getInvoice", "getLedgerReceipt")
CURSOR = cursor_key(FIRM.id, FLOW.kind)


def of(*shares: dict[int, str], **changes: Any) -> list[Json]:
    """An entry of design work, then one of freight."""
    return [entry(FIRM, one, text, **changes) for one, text in zip(shares, ("Design work", "Freight"), strict=False)]


async def test_U1_shares_of_an_invoice_become_fees() -> None:
    one = OneInvoice()
    await one.run()
    assert (one.costs, one.states) == ([("Delivery 0", 60.1), ("Delivery 1", 39.9)], ["created", "created"])
    assert {one.key.id for one in one.told} == {f"{NUMBER}-1", f"{NUMBER}-2"}
    targets = {(told.target.system, told.target.kind, told.target.status) for told in one.told if told.target}
    assert targets == {("severa", "project-fee", "open")}


async def test_U2_fees_that_are_known_are_not_looked_for() -> None:
    """The floor: a search of its project and a POST for each. A look that shows nothing new reads nothing whole."""
    one = OneInvoice()
    await one.run()
    of_severa = Counter(call["operation"] for call in one.apis.journal.entries() if call["api"] == "severa")
    of_fees = {name: count for name, count in of_severa.items() if name.startswith("project")}
    assert of_fees == {"projectsGetProjects": 2, POST: 2}
    whole = [one.calls(name) for name in WHOLE]
    await one.run()
    assert [one.calls(name) for name in WHOLE] == whole


async def test_F3_dimensions_written_after_the_approval_are_seen() -> None:
    """They move the version of the receipt, and not the invoice's."""
    one = OneInvoice([entry(FIRM, {}, accountingValue=100)])
    assert (await one.run(), one.home.get(CURSOR) is not None) == ([], True)
    there = one.apis.world["procountor"][FIRM.id]["/ledgerreceipts"][0]
    there["transactions"][1]["dimensionItemValues"] = of({0: "100"})[0]["dimensionItemValues"]
    there["version"] = one._now()
    before = [one.calls(name) for name in WHOLE]
    await one.run()
    assert one.costs == [("Delivery 0", 100.0)]
    assert [one.calls(name) for name in WHOLE] == [count + 1 for count in before]


async def test_U3_changed_share_corrects_its_fee_and_says_so() -> None:
    one = OneInvoice(of({0: "100"}))
    await one.run()
    one.fees[0] |= {"phase": {"guid": "11111111-1111-1111-1111-111111111111"}, "measurementUnit": "pcs"}
    one.allocate(*of({0: "60"}))
    assert await one.run() == ["deleted", "created"]
    assert (one.costs, one.states) == ([("Delivery 0", 60.0)], ["created", "updated"])
    assert one.told[-1].notes == ("The fee was corrected: net cost 60.00 EUR, before 100.00 EUR.",)
    assert (one.fees[0]["phase"]["guid"][:4], one.fees[0]["measurementUnit"]) == ("1111", "pcs")


async def test_U3_share_that_moved_moves_its_fee() -> None:
    one = OneInvoice(of({0: "100"}))
    await one.run()
    one.allocate(*of({1: "100"}))
    assert (await one.run(), one.costs) == (["deleted", "created"], [("Delivery 1", 100.0)])


async def test_U3_receipt_created_again_changes_nothing() -> None:
    one = OneInvoice(of({0: "100"}, {1: "20"}))
    await one.run()
    one.allocate(*reversed(of({0: "100"}, {1: "20"})))
    assert (await one.run(), len(one.events)) == ([], 2)


async def test_U3_invoice_that_counts_no_longer_loses_its_fees() -> None:
    """Approved again, it gets them again, with what users had filled in."""
    one = OneInvoice()
    await one.run()
    one.fees[0]["phase"] = {"guid": "11111111-1111-1111-1111-111111111111"}
    one.move("UNFINISHED")
    assert (await one.run(), one.fees) == (["deleted", "deleted"], [])
    assert (one.states[2:], one.told[-1].target) == (["removed", "removed"], None)
    one.take_over()
    one.move("APPROVED")
    assert await one.run() == ["created", "created"]
    assert (len(one.costs), one.states[4:]) == (2, ["created", "created"])
    assert [one["phase"]["guid"][:4] for one in one.fees if "phase" in one] == ["1111"]


@pytest.mark.parametrize("end", ["killed", "too_many", "forbidden", "drop_before"])
async def test_U3_fee_between_deletion_and_creation_is_not_lost(end: str) -> None:
    """The gateway itself deleted the fee: nobody is blamed for it, and what users filled in is kept (ADR 29)."""
    one = OneInvoice(of({0: "100"}))
    await one.run()
    one.fees[0]["measurementUnit"] = "pcs"
    one.allocate(*of({0: "60"}))
    if end == "killed":
        one.carrier.reached = lambda moment: _die(one, moment)
        with pytest.raises(asyncio.CancelledError):
            await one.run()
        one.carrier.reached = lambda moment: None
        one.take_over()
    else:
        one.strike(POST, end, times=3)
        await one.run()
        one.apis.faults.clear()
    assert one.fees == []
    one.pass_time(4000)
    await one.run()
    one.pass_time(4000)
    await one.run()
    assert (one.costs, one.fees[0]["measurementUnit"]) == ([("Delivery 0", 60.0)], "pcs")
    assert "FEE_DELETED" not in one.states
    assert one.states[-1] == "updated"


def _die(one: OneInvoice, moment: str) -> None:
    if not one.fees:
        raise asyncio.CancelledError


async def test_U3_fee_that_a_user_deleted_asks_a_person() -> None:
    one = OneInvoice(of({0: "100"}))
    await one.run()
    one.fees.clear()
    one.allocate(*of({0: "60"}))
    await one.run()
    assert (one.fees, one.states) == ([], ["created", "FEE_DELETED"])
    await one.create_anyway()
    await one.run()
    assert (one.costs, one.states[2:]) == ([("Delivery 0", 60.0)], ["created"])


async def test_U3_billed_fee_stays_and_the_difference_is_told() -> None:
    one = OneInvoice(of({0: "100"}))
    await one.run()
    one.fees[0]["invoice"] = {"guid": guid("any", "invoice"), "number": 88}
    one.allocate(*of({0: "60"}))
    assert (await one.run(), one.states) == ([], ["created", "FEE_BILLED"])
    one.fees[0]["invoice"] = None
    one.pass_time(4000)
    assert (await one.run(), one.costs) == (["deleted", "created"], [("Delivery 0", 60.0)])


@pytest.mark.parametrize("moved", [False, True])
async def test_U2_lost_ledger_creates_no_second_fee(moved: bool) -> None:
    """Also of a share that has moved to another project since."""
    one = OneInvoice(of({0: "100"}, {1: "20"}))
    await one.run()
    one.lose_the_ledger()
    if moved:
        one.allocate(*of({2: "100"}, {1: "20"}))
    one.pass_time(1000)
    assert await one.run() == (["deleted", "created"] if moved else [])
    assert one.costs == sorted([("Delivery 1", 20.0), ("Delivery 2" if moved else "Delivery 0", 100.0)])
    assert [one.key.id for one in one.told[2:]] == [f"{NUMBER}-1", f"{NUMBER}-2"]


async def test_U2_lost_ledger_withdraws_what_no_longer_counts() -> None:
    one = OneInvoice()
    await one.run()
    one.lose_the_ledger()
    one.move("INVALIDATED")
    one.pass_time(1000)
    assert (await one.run(), one.fees) == (["deleted", "deleted"], [])


@pytest.mark.parametrize("kind", ["drop_after", "drop_before"])
async def test_U2_fee_in_doubt_of_a_share_that_moved_is_found(kind: str) -> None:
    """The share is on another project before the next attempt: the first one may have a fee."""
    one = OneInvoice(of({0: "100"}))
    one.strike(POST, kind)
    await one.run()
    one.allocate(*of({1: "100"}))
    one.pass_time()
    await one.run()
    one.pass_time()
    await one.run()
    assert one.costs == [("Delivery 1", 100.0)]


async def test_U2_deletion_in_doubt_is_looked_for() -> None:
    one = OneInvoice()
    await one.run()
    one.move("UNFINISHED")
    one.strike(DELETE, "drop_after", times=2)
    await one.run()
    one.pass_time()
    await one.run()
    assert (one.fees, one.states[2:]) == ([], ["removed", "removed"])


async def test_U4_project_that_opens_gets_its_fee() -> None:
    one = OneInvoice(of({0: "100"}))
    one.project(0)["isClosed"] = True
    assert (await one.run(), one.states) == ([], ["PROJECT_CLOSED"])
    one.project(0)["isClosed"] = False
    assert await one.run() == []
    one.pass_time(4000)
    assert (await one.run(), one.states) == (["created"], ["PROJECT_CLOSED", "created"])


async def test_U4_project_of_another_company_is_left_alone() -> None:
    one = OneInvoice(of({0: "100"}))
    one.units = {guid(FIRM.id, "unit"): "bolt-fi"}
    assert (await one.run(), one.states) == ([], ["PROJECT_ELSEWHERE"])


async def test_U4_item_that_is_renamed_names_its_project() -> None:
    """Procountor's dimensions are believed for an hour, but not while something is refused."""
    one = OneInvoice(of({0: "100"}))
    items = one.apis.world["procountor"][FIRM.id]["/dimensions"][0]["items"]
    items[0]["codeName"] = "Renewal"
    await one.run()
    items[0]["codeName"] = "1001 Renewal"
    one.pass_time(4000)
    one.context.registers.dimensions._read_at -= 60
    await one.run()
    assert (one.states, one.costs) == (["PROJECT_NUMBER_MISSING", "created"], [("Delivery 0", 100.0)])


async def test_U2_ledger_is_scanned_once_for_its_allocations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look, and each refused share, read all keys of the ledger."""
    one = OneInvoice(of({0: "100"}))
    one.units = {guid(FIRM.id, "unit"): "bolt-fi"}
    scans, items = list[str](), one.home.items

    def scanned(prefix: str = "") -> Any:
        scans.append(prefix)
        return items(prefix)

    monkeypatch.setattr(one.home, "items", scanned)
    await one.run()
    one.units = {guid(FIRM.id, "unit"): FIRM.id}
    one.pass_time(4000)
    await one.run()
    assert (one.states, scans) == (["PROJECT_ELSEWHERE", "created"], [f"{FIRM.id}/cost-allocation/"])


async def test_U1_item_that_is_new_is_read() -> None:
    one = OneInvoice(of({0: "100"}))
    await one.run()
    there = one.apis.world["procountor"][FIRM.id]
    there["/dimensions"][0]["items"].append({"id": FIRST_ITEM + 50, "codeName": "1002"})
    one.allocate(*of({50: "100"}))
    await one.run()
    assert one.costs == [("Delivery 1", 100.0)]


async def test_S20_flow_switched_off_between_two_calls_loses_nothing() -> None:
    """The fee was deleted, the creation is still to come: on again, it is created as it would have been."""
    one = OneInvoice(of({0: "100"}))
    await one.run()
    one.fees[0]["measurementUnit"] = "pcs"
    one.allocate(*of({0: "60"}))
    one.carrier.reached = lambda moment: _die(one, moment)
    with pytest.raises(asyncio.CancelledError):
        await one.run()
    one.carrier.reached = lambda moment: None
    one.take_over()
    one.pass_time()
    on = one.context.company
    one.context.company = on.model_copy(update={"purchases": on.purchases.model_copy(update={"enabled": False})})
    await one.handle(one.events[-1], live=False)
    assert (await one.run(), one.states, one.home.open) == ([], ["created", "withdrawn"], {})
    one.context.company = on
    assert (await one.run(), one.states[2:], one.fees[0]["measurementUnit"]) == (["created"], ["updated"], "pcs")


async def test_S20_receipts_before_the_first_day_are_left_out() -> None:
    """Their costs may be in Severa by hand. A fee that is known is followed nevertheless."""
    one = OneInvoice(of({0: "100"}), receipts_from="2020-02-01")
    one.allocate(*of({0: "100"}), receiptDate="2020-01-31")
    assert (await one.run(), one.told) == ([], [])
    one.allocate(*of({0: "100"}), receiptDate="2020-02-01")
    await one.run()
    one.allocate(*of({0: "100"}), receiptDate="2020-01-31")
    assert await one.run() == ["deleted", "created"]


async def test_F3_invoice_without_its_receipt_is_read_again() -> None:
    """Procountor is creating the receipt again: until it is there, nothing is withdrawn."""
    one = OneInvoice(of({0: "100"}))
    await one.run()
    there = one.apis.world["procountor"][FIRM.id]
    kept = there["/ledgerreceipts"].pop()
    one.wall += 5
    one.move("PAID")
    assert (await one.run(), len(one.fees)) == ([], 1)
    there["/ledgerreceipts"].append(kept)
    kept["transactions"][1] |= of({0: "60"})[0]
    assert (await one.run(), one.costs) == (["deleted", "created"], [("Delivery 0", 60.0)])
    whole = [one.calls(name) for name in WHOLE]
    await one.run()
    assert [one.calls(name) for name in WHOLE] == whole


async def test_F3_invoice_that_cannot_be_read_stops_no_other() -> None:
    """It is read again with each look, and never taken for one that is gone."""
    one = OneInvoice(of({0: "100"}), others=4)
    await one.run()
    there = one.apis.world["procountor"][FIRM.id]["/invoices"]
    status, there[0]["status"] = there[0].pop("status"), None
    there[0]["version"], there[1]["version"] = one._now(), one._now()
    one.allocate(*of({1: "20"}), at=1)
    assert (await one.run(), one.costs) == (["created"], [("Delivery 0", 100.0), ("Delivery 1", 20.0)])
    there[0]["status"] = status
    one.allocate(*of({0: "60"}))
    assert await one.run() == ["deleted", "created"]


async def test_U3_invoice_that_is_gone_loses_its_fees() -> None:
    one = OneInvoice(of({0: "100"}))
    one.strike(POST, "drop_after")
    await one.run()
    there = one.apis.world["procountor"][FIRM.id]
    there["/invoices"].clear()
    there["/ledgerreceipts"].clear()
    one.pass_time()
    assert (await one.run(), one.fees, one.states) == (["deleted"], [], ["removed", "superseded"])


async def test_F3_many_invoices_are_read_two_hundred_at_once() -> None:
    one = OneInvoice(of({0: "100"}), others=229)
    await one.run()
    whole = [str(call["path"]) for call in one.apis.journal.entries() if call["operation"] in WHOLE]
    assert [path.count(",") for path in whole] == [199, 199, 29, 29]
