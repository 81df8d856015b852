"""Accounts and dimensions on the ledger receipt, on real parts. Several companies share a stage: stages are slow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from gateway.documents import OutcomeState
from gateway.sandbox.world.demo_world import AFTER, BEFORE, FIRMS, Firm, add, base_world, customer, guid, invoice, row
from tests.system import PROFILE, Gateway

Json = dict[str, Any]

NAMES = {"project": "Projects", "cost_center": "Cost centers", "business_unit": "Units"}
DIMENSIONS = [{"id": n, "name": name, "items": []} for n, name in enumerate(NAMES.values(), start=7)]


def chosen(firm: Firm, **dimensions: str) -> Firm:
    """The firm with these dimensions in its settings."""
    sales = {"status_before": BEFORE, "status_after": AFTER, "dimensions": dimensions}
    return replace(firm, settings={**firm.settings, "sales": sales})


def project(firm: Firm, number: int) -> Json:
    """As an invoice names it."""
    return {"guid": guid(firm.id, "project", number), "name": f"Project {number}", "number": number}


def waiting(world: Json, firm: Firm, number: int, lines: list[Json], **changes: Any) -> str:
    """An invoice with these rows, each given by what is uncommon of it; returns its guid."""
    own, card = guid(firm.id, "invoice", number), customer(firm, 1)
    rows = [row(firm, own, n, **line) for n, line in enumerate(lines, start=1)]
    add(world, firm, card, invoice(firm, number, card, rows, **changes), rows, partner_id=101)
    return own


def a_world(*firms: Firm) -> Json:
    """With dimensions that have no items yet, and projects of two units."""
    world = base_world(firms)
    for firm in firms:
        world["procountor"][firm.id]["/dimensions"] = DIMENSIONS
        world["severa"][firm.organisation].setdefault("/v1/projects", []).extend(
            {
                **project(firm, n),
                "isClosed": False,
                "businessUnit": {"guid": f"u{n}", "name": f"Unit {n}", "code": code},
            }
            for n, code in ((1, "U1"), (2, None))
        )
    return world


def account(number: str, name: str = "Sales") -> Json:
    return {"number": number, "name": name}


def books(one: Gateway, firm: Firm, number: int) -> list[tuple[str, float, dict[str, float]]]:
    """Account, amount, and amounts by item of each entry of an invoice's receipt, in the order of the receipt."""
    there = one.apis.apis.world["procountor"][firm.id]
    made = next(each for each in there["/invoices"] if each["originalInvoiceNumber"] == str(number))
    receipt = next(each for each in there["/ledgerreceipts"] if each["id"] == made["ledgerReceiptId"])
    codes = {(d["id"], item["id"]): item["codeName"] for d in there["/dimensions"] for item in d["items"]}
    return [
        (
            entry["account"],
            entry["accountingValue"],
            {codes[v["dimensionId"], v["itemId"]]: v["value"] for v in entry.get("dimensionItemValues") or ()},
        )
        for entry in receipt["transactions"]
        if entry["transactionType"] == "ENTRY"
    ]


async def test_D1_D2_D3_D4_D5_L1_receipt_has_accounts_and_items(gateway: Callable[..., Gateway]) -> None:
    """Also when Procountor turns the entries round. A company that wants nothing asks nothing (S7, S15)."""
    acme, bolt = chosen(FIRMS[0], **NAMES), FIRMS[1]
    world = a_world(acme, bolt)
    lines = [
        {"salesAccount": account("3010"), "costCenter": account("C1")},
        {"salesAccount": account("3000"), "costCenter": account("C2")},
    ]
    waiting(world, acme, 1, lines)
    flat = {"rowType": "FlatRate", "flatRateGuid": "f1"}
    of_flat = {"quantity": 1.0, "unitPrice": {"amount": 50.0, "currencyCode": "EUR"}}
    of_both = {"quantity": 1.0, "unitPrice": {"amount": 100.0, "currencyCode": "EUR"}}
    both = waiting(world, acme, 2, [of_both, {}, {**of_flat, **flat}])
    credit = waiting(world, acme, 3, [{"quantity": -7.5, "costCenter": account("C1")}], isCreditNote=True)
    waiting(world, bolt, 4, [{}])
    dollars = {"currency": {"guid": "usd", "code": "USD"}, "currencyRate": 0.9}
    waiting(world, acme, 6, [{"unitPrice": {"amount": 92.33, "currencyCode": "USD"}}], **dollars)
    there = world["severa"]["nordic"]
    for one_invoice in there["/v1/invoices"]:
        if one_invoice["guid"] in (both, credit):
            one_invoice["projects"] = [project(acme, 1), project(acme, 2)]
    hour: Json = {"eventDate": "$today", "unitPrice": {"amount": 10.0, "currencyCode": "EUR"}}
    of_row = {"invoice": {"guid": both}, "invoiceRowGuid": guid(both, "row", 1)}
    there["/v1/workhours"] = [
        {**hour, **of_row, "guid": "h1", "project": project(acme, 1), "invoiceQuantity": 1.0},
        {**hour, **of_row, "guid": "h2", "project": project(acme, 2), "quantity": 2.0},
    ]
    there["/v1/flatrates"] = [{"guid": "f1", "invoiceGuid": both, "project": {"guid": project(acme, 2)["guid"]}}]
    there["/v1/reimbursedworkhours"] = [
        {
            **hour,
            "guid": "r1",
            "invoiceGuid": credit,
            "invoiceRowGuid": guid(credit, "row", 1),
            "project": project(acme, 2),
            "quantity": 7.5,
        }
    ]
    one = gateway(world, firms=(acme, bolt), delivery={**PROFILE, "horizon_margin": 0})
    one.apis.faults({"api": "procountor", "operation": "saveInvoice", "kind": "reordered", "times": 0})
    one.stage.start_worker()
    await one.settled(one.documents)
    assert [one.outcome(n).state for n in (1, 2, 3, 4, 6)] == [OutcomeState.CREATED] * 5  # type: ignore[union-attr]
    assert books(one, acme, 1) == [
        ("3000", -690.0, {"1": -690.0, "C2": -690.0, "U1": -690.0}),
        ("3010", -690.0, {"1": -690.0, "C1": -690.0, "U1": -690.0}),
    ]
    split = {"1": -33.33, "2": -66.67, "U1": -33.33, "Unit 2": -66.67}
    flat_rate = {"2": -50.0, "Unit 2": -50.0}
    assert books(one, acme, 2) == [("3000", -50.0, flat_rate), ("3000", -690.0, {}), ("3000", -100.0, split)]
    assert books(one, acme, 3) == [("3000", 690.0, {"2": 690.0, "C1": 690.0, "Unit 2": 690.0})]
    assert books(one, acme, 6) == [("3000", -623.23, {"1": -623.23, "U1": -623.23})]
    assert "names no business unit and no project" in one.outcome(2).notes[0]  # type: ignore[union-attr]
    made = Counter(e["object"]["codeName"] for e in one.apis.journal(operation="addDimensionItem"))
    assert made == dict.fromkeys(["1", "2", "C1", "C2", "U1", "Unit 2"], 1)
    calls = ("getLedgerReceipt", "updateLedgerReceipt", "getChartOfAccount", "getDimensions")
    assert not [e for e in one.apis.journal(company="bolt-fi") if e["operation"] in calls]

    before = len(one.apis.journal())
    another: dict[str, Any] = {"severa": {"nordic": {"/v1/invoices": [], "/v1/invoicerows": [], "/v1/customers": []}}}
    waiting({**world, **another}, acme, 5, lines, createdDateTime="$now", date="$today")
    one.apis.change(another)
    await one.settled(one.documents)
    counted = Counter(e["operation"] for e in one.apis.journal()[before:])
    assert {name: count for name, count in counted.items() if e_is_own(name)} == {
        "invoiceRowsGetInvoiceRowsForInvoice": 1,
        "saveInvoice": 1,
        "getLedgerReceipt": 1,
        "updateLedgerReceipt": 1,
        "invoicesGetInvoice": 1,
        "invoicesPatchInvoice": 1,
        "invoiceSettingsGetInvoiceSettings": 1,  # X3
    }
    assert not [e for e in one.apis.journal() if e.get("violation")]


def e_is_own(operation: str) -> bool:
    """Not one of the lists that all documents share."""
    return operation not in ("invoicesGetInvoices", "customersGetCustomers")


async def test_D2_D5_L1_refused_receipt_is_reported_and_retried(gateway: Callable[..., Gateway]) -> None:
    acme = chosen(FIRMS[0], cost_center="Cost centers")
    bolt, cirrus = chosen(FIRMS[1], project="Projects"), chosen(FIRMS[2], project="No such")
    world = a_world(acme, bolt, cirrus)
    waiting(world, acme, 1, [{}, {"salesAccount": account("3099")}], createdDateTime="$now")
    waiting(world, cirrus, 9, [{}])
    one = gateway(world, firms=(acme, bolt, cirrus), delivery={**PROFILE, "horizon_margin": 0})
    one.stage.start_worker()
    await one.until_told(1, OutcomeState.REFUSED, "ACCOUNT_MISSING")
    await one.until(lambda: "cirrus-se/company/cirrus-se" in one.seen.current, 20, "the hold")
    assert one.seen.current["cirrus-se/company/cirrus-se"].error.code == "DIMENSION_MISSING"  # type: ignore[union-attr]
    assert one.apis.journal(effect="created") == []
    one.change("/dimensions", {"id": 20, "name": "No such"}, api="procountor", owner="cirrus-se")

    one.apis.faults(
        {"api": "procountor", "operation": "saveInvoice", "kind": "merged", "company": "acme-fi"},
        {"api": "procountor", "operation": "saveInvoice", "kind": "drop_after", "company": "bolt-fi"},
        {"api": "procountor", "operation": "getLedgerReceipt", "kind": "recreated", "company": "cirrus-se"},
        {"api": "procountor", "operation": "addDimensionItem", "kind": "drop_after", "company": "cirrus-se"},
    )
    patch: Json = {"severa": {"nordic": {"/v1/invoices": [], "/v1/invoicerows": [], "/v1/customers": []}}}
    common = {"createdDateTime": "$now", "date": "$today"}
    waiting({**patch, "procountor": world["procountor"]}, acme, 2, [{"costCenter": account("C")}, {}], **common)
    waiting({**patch, "procountor": world["procountor"]}, bolt, 3, [{}], **common)
    one.say("release", "cirrus-se")
    one.apis.change(patch)
    await one.until(lambda: bool(one.apis.journal(operation="saveInvoice", company="bolt-fi")), 30, "the POST")
    own = one.apis.apis.world["procountor"]["bolt-fi"]["/invoices"][0]
    right = own["invoiceRows"]
    other = [{**line, "unitPrice": 1} for line in right]
    one.change("/invoices", {"id": own["id"], "invoiceRows": other}, api="procountor", owner="bolt-fi")
    await one.until_told(2, OutcomeState.REFUSED, "RECEIPT_DIFFERS")
    await one.until_told(3, OutcomeState.REFUSED, "RECEIPT_DIFFERS")

    await one.until_told(9, OutcomeState.CREATED)
    one.change("/invoices", {"id": own["id"], "invoiceRows": right}, api="procountor", owner="bolt-fi")
    lost = {"api": "procountor", "operation": "updateLedgerReceipt", "kind": "drop_after", "company": "bolt-fi"}
    one.apis.faults(lost)
    one.say("retry", f"bolt-fi/sales-invoice/{guid('bolt-fi', 'invoice', 3)}")
    mine = one.apis.apis.world["procountor"]["acme-fi"]["/invoices"][0]["id"]
    one.say("adopt", f"acme-fi/sales-invoice/{guid('acme-fi', 'invoice', 2)}", "--invoice", str(mine))
    await one.until_told(3, OutcomeState.CREATED)
    await one.until_told(2, OutcomeState.ADOPTED)
    assert books(one, acme, 2) == [("3000", -1380.0, {})]
    assert len(one.apis.journal(operation="updateLedgerReceipt", company="bolt-fi")) == 1
    assert books(one, bolt, 3) == [("3000", -690.0, {"1": -690.0})]
    assert books(one, cirrus, 9) == [("3000", -690.0, {"1": -690.0})]
    assert one.made() == {("acme-fi", "2"): 1, ("bolt-fi", "3"): 1, ("cirrus-se", "9"): 1}
    assert len(one.apis.journal(operation="addDimensionItem", effect="created", company="cirrus-se")) == 1
    assert not [e for e in one.apis.journal() if e.get("violation")]


async def test_B14_D5_items_of_another_integration_are_used(
    gateway: Callable[..., Gateway],
) -> None:
    """A project's, known by its number; a new one for a cost center has its name. Too many are refused by number."""
    acme, forms = chosen(FIRMS[0], project="Projects", cost_center="Cost centers"), "{code} {name}"
    acme.settings["sales"]["item_names"] = {"project": forms, "cost_center": forms}
    world = a_world(acme)
    projects, centers, _ = (dict(one) for one in DIMENSIONS)
    projects["items"] = [{"id": 1, "codeName": "11 Other"}, {"id": 2, "codeName": "1 - Old name"}]
    world["procountor"]["acme-fi"]["/dimensions"] = [projects, centers]
    world["severa"]["nordic"]["/v1/costcenters"] = [
        {"guid": code, "identifier": code, "name": f"Center {code}", "isActive": True} for code in ("C1", "C2", "C12")
    ]
    waiting(world, acme, 1, [{"costCenter": account("C1")}])
    waiting(world, acme, 2, [{"costCenter": account("C1")}, {"costCenter": account("C2")}])
    world["limits"]["receipt_items"] = 1
    one = gateway(world, firms=(acme,))
    one.stage.start_worker()
    await one.settled(one.documents)
    assert books(one, acme, 1) == [("3000", -690.0, {"1 - Old name": -690.0, "C1 Center C1": -690.0})]
    made = Counter(e["object"]["codeName"] for e in one.apis.journal(operation="addDimensionItem"))
    assert made == {"C1 Center C1": 1, "C2 Center C2": 1}
    told = one.outcome(2)
    assert told is not None and told.error is not None
    assert (told.error.code, "has 2 items of the dimension Cost centers" in told.error.message) == (
        "RECEIPT_REFUSED",
        True,
    )
