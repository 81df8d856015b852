"""The main path, on real parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from gateway.documents import OutcomeState
from gateway.sandbox.world.demo_world import FIRMS, add, base_world, customer, guid, invoice, many_invoices, row
from tests.system import PROFILE, Gateway

ACME, BOLT = FIRMS[0], FIRMS[1]
ONE = (ACME,)


async def test_F1_a_common_invoice_takes_the_least_calls(gateway: Callable[..., Gateway]) -> None:
    """Created after the horizon, partner and products known: 1 POST; rows, head and PATCH beside the shared list, and
    how its rows are grouped (X3: nothing else tells it).

    It is found by the next poll (B11).
    """
    world = base_world(ONE)
    many_invoices(world, ACME, 2, customers=1)
    first = world["severa"]["nordic"]["/v1/invoices"].pop()
    one = gateway(world, delivery={**PROFILE, "horizon_margin": 0})
    one.stage.start_worker()
    await one.settled(one.documents)
    before = len(one.apis.journal())
    one.apis.change(
        {
            "severa": {
                "nordic": {
                    "/v1/invoices": [{**first, "createdDateTime": "$now", "date": "$today", "dueDate": "$today"}]
                }
            }
        }
    )
    await one.settled(one.documents)
    calls = Counter(entry["operation"] for entry in one.apis.journal()[before:])
    shared = {"invoicesGetInvoices", "customersGetCustomers"}
    assert {name: count for name, count in calls.items() if name not in shared} == {
        "invoiceRowsGetInvoiceRowsForInvoice": 1,
        "saveInvoice": 1,
        "invoiceSettingsGetInvoiceSettings": 1,
        "invoicesGetInvoice": 1,
        "invoicesPatchInvoice": 1,
    }
    assert not [entry for entry in one.apis.journal() if entry.get("violation")]


async def test_M5_P2_new_customer_and_products_are_created_once(
    gateway: Callable[..., Gateway],
) -> None:
    world = base_world(ONE)
    card = customer(ACME, 1)
    for number in range(1, 7):
        lines = [row(ACME, guid(ACME.id, "invoice", number), 1, code=[f"NEW-{number % 2}"])]
        add(world, ACME, card, invoice(ACME, number, card, lines), lines)
    for path in ("worktypes", "products"):
        world["severa"]["nordic"][f"/v1/{path}"] = [{"guid": path, "code": "NEW-0", "name": f"From {path}"}]
    one = gateway(world)
    one.stage.start_worker()
    await one.settled(one.documents)
    created = Counter(entry["operation"] for entry in one.apis.journal(effect="created"))
    assert created == {"insertBusinessPartner": 1, "addProduct": 2, "saveInvoice": 6}
    searched = Counter(entry["operation"] for entry in one.apis.journal(api="procountor", method="GET"))
    assert (searched["searchBusinessPartners"], searched["getProducts"]) == (2, 2)
    names = {made["code"]: made["name"] for made in one.apis.apis.world["procountor"]["acme-fi"]["/products"]}
    assert (names["NEW-0"], names["NEW-1"]) == ("From worktypes", lines[0]["description"])


async def test_Q3_refusal_is_mailed_once_and_retried_on_change(
    gateway: Callable[..., Gateway],
) -> None:
    """When the customer changes."""
    world = base_world(ONE)
    card = customer(ACME, 1, number=None)
    lines = [row(ACME, guid(ACME.id, "invoice", 7), 1)]
    add(world, ACME, card, invoice(ACME, 7, card, lines), lines)
    one = gateway(world)
    one.stage.start_worker()
    documents = one.documents
    await one.settled(documents)
    await one.until(lambda: len(one.mails.messages) == 1, 20, "the mail")
    rows_read = len(one.apis.journal(operation="invoiceRowsGetInvoiceRowsForInvoice"))
    lists = len(one.apis.journal(operation="invoicesGetInvoices"))
    await one.until(lambda: len(one.apis.journal(operation="invoicesGetInvoices")) > lists + 3, 20, "three polls")
    assert len(one.apis.journal(operation="invoiceRowsGetInvoiceRowsForInvoice")) == rows_read
    payer = {"guid": card["guid"], "name": card["name"], "number": 1001}
    mended = {"guid": guid(ACME.id, "invoice", 7), "billingCustomer": payer}
    one.apis.change(
        {"severa": {"nordic": {"/v1/customers": [{"guid": card["guid"], "number": 1001}], "/v1/invoices": [mended]}}}
    )
    await one.until(lambda: one.outcome(7).state is OutcomeState.CREATED, 30, "the second attempt")  # type: ignore[union-attr]
    assert one.outcome(7).revision.number == 2  # type: ignore[union-attr]
    assert len(one.mails.messages) == 1


async def test_Q3_a_changed_row_mends_a_refusal_with_the_next_poll(gateway: Callable[..., Gateway]) -> None:
    """Severa's head shows nothing of it."""
    world = base_world((BOLT,))
    many_invoices(world, BOLT, 1, rows=1)
    line = world["severa"]["nordic"]["/v1/invoicerows"][0]
    line["code"] = ["UNKNOWN"]
    one = gateway(world)
    one.stage.start_worker()
    await one.settled(one.documents)
    assert one.outcome(20_001).error.code == "PRODUCT_MISSING"  # type: ignore[union-attr]
    one.change("/v1/invoicerows", {"guid": line["guid"], "code": ["CONS"], "lastUpdatedDateTime": "$now"})
    await one.until(lambda: one.outcome(20_001).state is OutcomeState.CREATED, 30, "the second attempt")  # type: ignore[union-attr]


async def test_decision_6_a_users_last_word_is_kept(gateway: Callable[..., Gateway]) -> None:
    """Moved by a user while Procountor's answer was late: it stays where the user put it."""
    world = base_world(ONE)
    many_invoices(world, ACME, 1)
    one = gateway(world)
    one.apis.faults({"api": "procountor", "operation": "saveInvoice", "kind": "late", "seconds": 1.5})
    one.stage.start_worker()
    await one.until(lambda: bool(one.apis.journal(operation="saveInvoice")), 40, "the POST")
    draft = {"guid": guid("nordic", "status", "Draft"), "name": "Draft"}
    own = world["severa"]["nordic"]["/v1/invoices"][0]["guid"]
    one.change("/v1/invoices", {"guid": own, "status": draft})
    await one.until_told(20_001, OutcomeState.CREATED, attempt=2)  # once more: its status was not moved
    assert one.apis.apis.world["severa"]["nordic"]["/v1/invoices"][0]["status"] == draft
    assert one.apis.journal(operation="invoicesPatchInvoice") == []


async def test_B14_an_invoice_of_another_integration_is_adopted(gateway: Callable[..., Gateway]) -> None:
    world = base_world(ONE)
    many_invoices(world, ACME, 2, customers=1, rows=1)
    there = {
        "type": "SALES_INVOICE",
        "status": "SENT",
        "partnerId": 100,
        "notes": "",
        "date": "$today",
        "created": "$now-1d",
    }
    sums = [{"currency": "EUR", "inAccountingCurrency": False, "excludingVatTotal": 690.0}]
    world["procountor"]["acme-fi"]["/invoices"] += [
        {**there, "id": 1, "originalInvoiceNumber": "20001", "invoiceSumInfo": sums},
        {**there, "id": 2, "originalInvoiceNumber": "20002", "invoiceSumInfo": [{**sums[0], "excludingVatTotal": 1.0}]},
    ]
    one = gateway(world)
    one.stage.start_worker()
    await one.settled(one.documents)
    assert one.outcome(20_001).state is OutcomeState.ADOPTED  # type: ignore[union-attr]
    assert one.outcome(20_002).error.code == "INVOICE_FROM_ELSEWHERE"  # type: ignore[union-attr]
    assert one.made() == {}
