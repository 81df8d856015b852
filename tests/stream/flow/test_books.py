"""VAT statuses and rates on real parts: from what Severa says of a sale to what Procountor books."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from gateway.documents import OutcomeState
from gateway.sandbox.world.demo_world import FIRMS, Firm, add, base_world, customer, guid, invoice, row
from tests.system import PROFILE, Gateway

Json = dict[str, Any]

ACME, BOLT, CIRRUS = (replace(firm, settings={**firm.settings, "create_customers": True}) for firm in FIRMS)
GERMANY = {"addressline": "Hauptstr. 1", "postalCode": "10115", "city": "Berlin", "country": "Saksa"}
NORWAY = {"addressline": "Gate 1", "postalCode": "0154", "city": "Oslo", "country": "NO"}
FINLAND = {"addressline": "Katu 1", "postalCode": "00100", "city": "Helsinki", "country": "Finland"}
ASKED = ("invoiceSettingsGetInvoiceSettings", "projectFeesGetInvoiceProjectFees", "getVatStatusesForCompany")


def waiting(world: Json, firm: Firm, number: int, lines: list[Json], **changes: Any) -> str:
    """An invoice with these rows; `number` is its customer's too. Returns its guid."""
    own, card = guid(firm.id, "invoice", number), customer(firm, number)
    rows = [row(firm, own, n, **line) for n, line in enumerate(lines, start=1)]
    add(world, firm, card, invoice(firm, number, card, rows, **changes), rows)
    return own


def booked(one: Gateway, firm: Firm, number: int) -> tuple[int, list[int | None], str | None]:
    """Status of head and rows, and the VAT number, as Procountor has them."""
    there = one.apis.apis.world["procountor"][firm.id]["/invoices"]
    made = next(each for each in there if each["originalInvoiceNumber"] == str(number))
    return (
        made["vatStatus"],
        [line.get("vatStatus") for line in made["invoiceRows"]],
        made["counterParty"].get("taxCode"),
    )


async def test_V1_each_sale_has_the_status_that_its_company_has_for_it(gateway: Callable[..., Gateway]) -> None:
    """In three languages, with numbers of their own. Severa is asked only where it decides something."""
    firms = (ACME, BOLT, CIRRUS)
    world = base_world(firms)
    none, fee = {"vatRate": 0.0}, {"vatRate": 0.0, "rowType": "ProjectFees", "code": ["GEN"]}
    abroad = {"receiverAddress": GERMANY, "receiverVatNumber": "DE123456789"}
    common = waiting(world, ACME, 1, [{}])
    mixed = waiting(world, ACME, 2, [fee, none], **abroad)
    reverse = waiting(world, ACME, 3, [none])
    waiting(world, ACME, 4, [none], receiverAddress=NORWAY, receiverVatNumber="923609016")
    waiting(world, ACME, 5, [none], receiverAddress=GERMANY, receiverVatNumber="123456789")
    waiting(world, BOLT, 6, [none], **abroad)
    waiting(world, CIRRUS, 7, [none], receiverAddress=FINLAND, receiverVatNumber="0112038-9")
    severa = world["severa"]["nordic"]
    of_row = {"invoice": {"guid": mixed}, "invoiceRowGuid": guid(mixed, "row", 1)}
    severa["/v1/projectfees"] = [{"guid": "f1", **of_row, "productType": "Materials"}]
    severa["/v1/invoicesettings"] = [{"guid": reverse, "isReverseCharged": True}]
    one = gateway(world, firms=firms, delivery={**PROFILE, "horizon_margin": 0})
    one.stage.start_worker()
    await one.settled(one.documents)
    assert one.is_told(5, OutcomeState.REFUSED, "VAT_NUMBER_MISSING")
    assert booked(one, ACME, 1) == (1, [None], None)
    assert booked(one, ACME, 2) == (5, [None, 21], "DE123456789")
    assert booked(one, ACME, 3) == (41, [None], None)
    assert booked(one, ACME, 4) == (3, [None], None)
    assert booked(one, BOLT, 6) == (21, [None], "DE123456789")
    assert booked(one, CIRRUS, 7) == (121, [None], "FI01120389")
    asked = [entry for entry in one.apis.journal() if entry["operation"] in ASKED]
    assert [e["path"] for e in asked if e["operation"] == ASKED[1]] == [f"/v1/invoices/{mixed}/projectfees"]
    settings = [e["path"] for e in asked if e["operation"] == ASKED[0]]
    assert settings.count(f"/v1/invoices/{common}/invoicesettings") == 1  # X3, as ever
    assert settings.count(f"/v1/invoices/{reverse}/invoicesettings") == 2
    assert len([e for e in asked if e["operation"] == ASKED[2]]) == len(firms)
    assert not [e for e in one.apis.journal() if e.get("violation")]


async def test_V1_company_without_vat_status_waits_until_it_exists(
    gateway: Callable[..., Gateway],
) -> None:
    world = base_world((ACME,))
    told = world["procountor"]["acme-fi"]["/vats/default"]
    off = [{**each, "sales": each["sales"] and each["vatStatus"] != 21} for each in told["vatStatuses"]]
    world["procountor"]["acme-fi"]["/vats/default"] = {**told, "vatStatuses": off}
    own = waiting(world, ACME, 1, [{"vatRate": 0.0}], receiverAddress=GERMANY, receiverVatNumber="DE123456789")
    one = gateway(world, firms=(ACME,))
    one.stage.start_worker()
    await one.until_told(1, OutcomeState.REFUSED, "VAT_STATUS_MISSING")
    assert one.apis.journal(effect="created") == []
    one.stage.stop_worker()
    one.apis.change({"procountor": {"acme-fi": {"/vats/default": told}}})
    one.stage.start_worker()
    one.say("retry", f"acme-fi/sales-invoice/{own}")
    await one.until_told(1, OutcomeState.CREATED)
    assert booked(one, ACME, 1)[0] == 21


def in_currency(code: str, rate: float, amount: float) -> tuple[Json, Json]:
    """What is uncommon of an invoice of one row of 1, and of that row."""
    line = {"quantity": 1.0, "unitPrice": {"amount": amount, "currencyCode": code}, "salesAccount": {"number": "3010"}}
    return {"currency": {"guid": code, "code": code}, "currencyRate": rate}, line


async def test_V2_foreign_invoice_has_its_companys_rate(
    gateway: Callable[..., Gateway],
) -> None:
    """Delta has kronor in an organisation of euros. The receipt is in the company's currency, by the rate sent."""
    delta = Firm("delta-se", "nordic", "Delta AB", "SE", settings={"create_customers": True})
    firms = (ACME, delta)
    world = base_world(firms)
    for number, (firm, code, rate, amount) in enumerate(
        [
            (ACME, "USD", 1.1, 110.0),  # as Procountor quotes it
            (ACME, "USD", 0.92, 110.0),  # the other way round
            (delta, "EUR", 1.0, 100.0),  # one euro is one of the organisation's
            (ACME, "USD", 1.5, 110.0),  # neither
            (ACME, "EUR", 1.0, 110.0),
        ],
        start=1,
    ):
        changes, line = in_currency(code, rate, amount)
        waiting(world, firm, number, [line], **changes)
    one = gateway(world, firms=firms, delivery={**PROFILE, "horizon_margin": 0})
    one.stage.start_worker()
    await one.settled(one.documents)
    assert one.is_told(4, OutcomeState.REFUSED, "CURRENCY_RATE_DIFFERS")
    made = {
        int(each["originalInvoiceNumber"]): (
            each["paymentInfo"]["currencyRate"],
            [entry["accountingValue"] for entry in receipt["transactions"] if entry["transactionType"] == "ENTRY"],
            {entry["account"] for entry in receipt["transactions"] if entry["transactionType"] == "ENTRY"},
        )
        for store in one.apis.apis.world["procountor"].values()
        for each in store["/invoices"]
        for receipt in store["/ledgerreceipts"]
        if receipt["id"] == each["ledgerReceiptId"]
    }
    assert made == {
        1: (1.1, [-100.0], {"3010"}),
        2: (1.086956522, [-101.2], {"3010"}),
        3: (0.089286, [-1120.0], {"3010"}),
        5: (1, [-110.0], {"3010"}),
    }
    notes = {
        number: [note for note in told.notes if "is inverted compared" in note]
        for number in (1, 2, 3)
        if (told := one.outcome(number))
    }
    assert {number: bool(said) for number, said in notes.items()} == {1: False, 2: True, 3: True}
    assert len(one.apis.journal(operation="getCurrencyExchangeRate")) == 2  # of dollars, and of euros in Sweden
    currencies = one.apis.journal(operation="currenciesGetCurrencies")
    assert len(currencies) == 4  # for each of the two companies the list, and the empty page that ends it
    assert not [e for e in one.apis.journal() if e.get("violation")]
