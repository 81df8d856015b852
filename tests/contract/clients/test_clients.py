"""Both clients against the sandbox: tokens renewed, paging to the end, errors by the table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr

from gateway.attachments import FileKind, Rendition, Stored
from gateway.documents import Money, RowKind
from gateway.errors import CATALOGUE, Configuration, InDoubt, Permanent, Transient
from gateway.http import HttpTransport, RateBudget, TooLarge
from gateway.ledger import Lease
from gateway.procountor.client import ProcountorClient
from gateway.rules.rates import Currency
from gateway.rules.register_items import SeveraProduct
from gateway.rules.vat_statuses import VatStatus
from gateway.sandbox.server.server import SandboxApis
from gateway.sandbox.world.demo_world import BEFORE, FIRMS, base_world, business_id, guid, many_invoices
from gateway.severa.client import SeveraClient
from gateway.severa.requests import SCOPES
from tests.unit.invoices import an_invoice

ACME, GROUPED = FIRMS[0], "Group+Attachment"
BROKEN = {"api": "severa", "operation": "invoicesGetInvoices", "kind": "fail_before"}
LEASE = Lease("k", 1e12, lambda: 0.0, lambda: None)


@pytest.fixture
def sandbox() -> Iterator[SandboxApis]:
    world = base_world((ACME,), severa_per_second=1000, procountor_per_second=1000)
    many_invoices(world, ACME, 230, customers=150, rows=1)
    with SandboxApis(world) as running:
        yield running


async def test_severa_is_paged_to_the_end(severa: SeveraClient) -> None:
    numbers, token = list[int | None](), None
    while True:
        page = await severa.waiting_invoices([guid("nordic", "status", BEFORE)], token)
        numbers += [head.number for head in page.heads]
        if (token := page.following) is None:
            break
    assert numbers == list(range(20_001, 20_231))
    assert len(await severa.statuses()) == 4


async def test_an_ended_token_is_renewed_once_and_the_call_goes_on(
    severa: SeveraClient, procountor: ProcountorClient, sandbox: SandboxApis
) -> None:
    await severa.statuses()
    await procountor.own_company()
    sandbox.apis.logins.forget()
    assert await severa.invoice("nothing") is None
    assert (await procountor.own_company()).name == "Acme Oy"
    assert len(sandbox.journal(operation="token")) == 4


async def test_refused_credentials_are_a_configuration_error(sandbox: SandboxApis) -> None:
    transport = HttpTransport("Severa", sandbox.severa_url, RateBudget(10), 5)
    with pytest.raises(Configuration, match="LOGIN_REFUSED"):
        await SeveraClient("nordic", "nordic-client", SecretStr("wrong"), transport).log_in()
    await transport.close()


async def test_S2_missing_scopes_are_told_as_scopes_and_which(severa: SeveraClient, sandbox: SandboxApis) -> None:
    """At login, and at a call of a token that has fewer; the key is right."""
    credentials = sandbox.apis.logins.credentials["severa"]["nordic"]
    await severa.statuses()
    credentials["scopes"] = [scope for scope in SCOPES.split() if scope not in ("fees:read", "files:read")]
    sandbox.apis.logins.forget()
    with pytest.raises(Configuration, match=r"lacks scopes \(step: token\): files:read, fees:read\.") as raised:
        await severa.statuses()
    assert raised.value.code == "SCOPES_MISSING"
    assert all(scope in CATALOGUE["SCOPES_MISSING"].remedy for scope in SCOPES.split())


async def test_S13_ambiguous_status_is_an_error_with_choices(severa: SeveraClient, sandbox: SandboxApis) -> None:
    sandbox.change({"severa": {"nordic": {"/v1/invoicestatuses": [{"guid": "x", "name": BEFORE}]}}})
    with pytest.raises(Configuration, match=rf"the status {BEFORE}.* has 2\."):
        await severa.status_ids(BEFORE)
    with pytest.raises(Configuration, match=r"the status Gone.* has 0\."):
        await severa.status_ids("Gone")


async def test_failing_read_is_retried_and_creation_is_in_doubt(
    severa: SeveraClient, procountor: ProcountorClient, sandbox: SandboxApis
) -> None:
    sandbox.faults(BROKEN, {"api": "procountor", "operation": "addProduct", "kind": "fail_after"})
    with pytest.raises(Transient):
        await severa.waiting_invoices(["x"], None)
    body = {"type": "SALES", "name": "n", "code": "c", "discount": 0, "price": 1, "active": True, "currency": "EUR"}
    with pytest.raises(InDoubt):
        await procountor.create_product(body, LEASE)
    assert [card.code for card in await procountor.find_products("c")] == ["c"]


@pytest.mark.sends_wrong_requests
async def test_what_procountor_refuses_is_told_in_its_words(procountor: ProcountorClient) -> None:
    with pytest.raises(Permanent, match="undeclared") as caught:
        await procountor.create_product({"undeclared": 1}, LEASE)
    assert caught.value.code == "PROCOUNTOR_REFUSED"


async def test_L2_registers_are_read_for_the_terms(procountor: ProcountorClient) -> None:
    assert [one.iban for one in await procountor.bank_accounts()] == ["FI2112345600000785"]
    vat = await procountor.vat("FINLAND")
    assert 25.5 in {float(one) for one in vat.percents}
    assert VatStatus(21, "EU community sales (service)") in vat.statuses
    assert VatStatus(26, "EU community purchases (service)", for_sales=False) in vat.statuses


async def test_V2_rates_of_both_sides(severa: SeveraClient, procountor: ProcountorClient) -> None:
    """Severa's currencies in use; Procountor's rate of a day, or a refusal where it has none."""
    assert Currency("EUR", Decimal(1), of_organisation=True) in await severa.currencies()
    day = date(2026, 3, 2)
    assert await procountor.exchange_rate("EUR", "USD", day) == Decimal("1.08")
    assert await procountor.exchange_rate("SEK", "EUR", day) == Decimal("0.089286")
    with pytest.raises(Permanent, match="Exchange rate not found"):
        await procountor.exchange_rate("EUR", "XAU", day)


async def test_V1_what_severa_tells_of_vat_when_asked(severa: SeveraClient, sandbox: SandboxApis) -> None:
    """A row's fees, of each page; a credit note's are those that it credits."""
    (guid, *_) = [one["guid"] for one in sandbox.apis.world["severa"]["nordic"]["/v1/invoices"]]
    fee = {"invoice": {"guid": guid}, "invoiceRowGuid": "r1"}
    fees = [{**fee, "guid": f"f{n}", "productType": "Materials"} for n in range(150)]
    fees += [{**fee, "guid": "g", "productType": "FixedFees"}, {**fee, "guid": "h", "invoiceRowGuid": "r2"}]
    credited = {"guid": "c", "invoiceGuid": guid, "invoiceRowGuid": "r3", "productType": "Subcontracting"}
    paths = {"/v1/projectfees": fees, "/v1/reimbursedprojectfees": [credited]}
    settings = {"guid": guid, "isReverseCharged": True}
    before = await severa.is_reverse_charged(guid)
    sandbox.change({"severa": {"nordic": {**paths, "/v1/invoicesettings": [settings]}}})
    assert (before, await severa.is_reverse_charged(guid)) == (False, True)
    invoice = an_invoice(id=guid)
    assert await severa.product_types(invoice) == {"r1": {"Materials", "FixedFees"}, "r2": {""}}
    assert await severa.product_types(replace(invoice, is_credit_note=True)) == {"r3": {"Subcontracting"}}


async def test_M1_M3_partner_is_found_by_number_with_business_id(procountor: ProcountorClient) -> None:
    (found,) = await procountor.find_partners("1100")
    assert (found.customer_number, found.identifier) == ("1100", business_id("FI", 107))


async def test_M1_inactive_partners_are_found_when_they_are_asked_for(
    procountor: ProcountorClient, sandbox: SandboxApis
) -> None:
    """Procountor's search gives the active ones unless it is asked for the inactive ones."""
    there = sandbox.apis.world["procountor"]["acme-fi"]["/businesspartners"]
    card = next(one for one in there if one["invoicingInfo"]["customerNumber"] == "1100")
    card["registryInfo"] = {"active": False}
    assert await procountor.find_partners("1100") == []
    (gone,) = await procountor.find_partners("1100", active=False)
    assert (gone.id, gone.active) == (card["id"], False)


async def test_P2_D5_severas_own_names_of_codes(severa: SeveraClient, sandbox: SandboxApis) -> None:
    """One in use before others; a code that only begins alike is another's."""
    price = {"amount": 95.5, "currencyCode": "EUR"}
    one = {"guid": "a", "code": "P1", "name": "CallLease", "unitPrice": price, "measurementUnit": "month"}
    paths = {
        "/v1/products": [{**one, "guid": "b", "name": "Old", "isActive": False}, {**one, "isActive": True}],
        "/v1/worktypes": [{"guid": "w", "code": "P1", "name": "Design"}],
        "/v1/travelexpensetypes": [{"guid": "t", "code": "P1", "name": "Train", "measurementUnit": "trip"}],
        "/v1/costcenters": [{"guid": "c", "identifier": "C1", "name": "Delivery"}],
    }
    sandbox.change({"severa": {"nordic": paths}})
    lease = SeveraProduct("P1", "CallLease", Money(Decimal("95.5"), "EUR"), "month")
    assert await severa.product(RowKind.FEES, "P1") == lease
    assert await severa.product(RowKind.HOURS, "P1") == SeveraProduct("P1", "Design")
    assert await severa.product(RowKind.TRAVEL, "P1") == SeveraProduct("P1", "Train", unit="trip")
    assert await severa.product(RowKind.FLAT_RATE, "P") is None
    assert [await severa.cost_center_name(code) for code in ("C1", "C")] == ["Delivery", ""]


async def test_L3_both_registers_are_read_to_the_end(
    severa: SeveraClient, procountor: ProcountorClient, sandbox: SandboxApis
) -> None:
    """Severa's without those that are out of use; Procountor's with them, since they explain a difference."""
    many = [{"guid": f"w{n}", "name": f"Work {n}", "code": f"W{n}", "isActive": n < 210} for n in range(220)]
    accounts = [{"guid": f"a{n}", "name": f"Sales {n}", "number": f"{3000 + n}"} for n in range(120)]
    rates = [{"guid": f"{own}{n}", "percentage": n + 0.5, "countryGuid": own} for own in ("fi", "se") for n in range(3)]
    paths = {"/v1/worktypes": many, "/v1/products": many, "/v1/travelexpensetypes": many}
    sandbox.change({"severa": {"nordic": {**paths, "/v1/salesaccounts": accounts, "/v1/vatrates": rates}}})
    product = {"type": "SALES", "discount": 0, "price": 0, "active": False, "currency": "EUR"}
    products = [{**product, "id": 1000 + n, "code": f"P{n}", "name": "P"} for n in range(420)]
    travel = {**product, "id": 9000, "code": "KM", "name": "Km", "type": "TRAVEL", "endDate": "2025-12-31"}
    chart = {"ledgerAccounts": [{"ledgerAccountCode": "3000", "name": "Sales", "active": False}]}
    sandbox.change({"procountor": {"acme-fi": {"/products": [*products, travel], "/coa": chart}}})

    for items in (await severa.work_types(), await severa.products(), await severa.travel_expense_types()):
        assert [one.code for one in items] == [f"W{n}" for n in range(210)]
    assert len(await severa.sales_accounts()) == 120
    assert await severa.vat_percents("se") == {Decimal("0.5"), Decimal("1.5"), Decimal("2.5")}
    assert len(await severa.vat_percents(None)) == len(await severa.vat_percents("elsewhere")) == 3
    sales = await procountor.products("SALES")
    assert len([one for one in sales if one.code.startswith("P") and not one.active]) == 420
    assert [(one.code, one.ends) for one in await procountor.products("TRAVEL")] == [("KM", date(2025, 12, 31))]
    assert [(one.number, one.active) for one in await procountor.ledger_accounts()] == [("3000", False)]
    assert not [one for one in sandbox.journal() if "violation" in one]


async def test_L1_D5_chart_dimensions_and_items_are_read(procountor: ProcountorClient, sandbox: SandboxApis) -> None:
    closed = {"id": 1, "codeName": "C", "status": "P", "description": "Center"}
    sandbox.change({"procountor": {"acme-fi": {"/dimensions": [{"id": 7, "name": "Own", "items": [closed]}]}}})
    assert await procountor.chart_of_accounts() == {"1701", "3000", "3010"}
    made = await procountor.create_dimension_item(7, {"codeName": "C"}, LEASE)
    there = (await procountor.dimensions())[-1]
    assert [(one.name, one.closed) for one in there.items] == [("C", True), ("C", False)]
    assert there.items[1] == made
    sandbox.faults({"api": "procountor", "operation": "addDimensionItem", "kind": "fail_after"})
    with pytest.raises(InDoubt):
        await procountor.create_dimension_item(7, {"codeName": "D"}, LEASE)


async def test_X2_X9_files_go_from_disk_to_disk(
    severa: SeveraClient, procountor: ProcountorClient, sandbox: SandboxApis, tmp_path: Path
) -> None:
    """A PDF as chosen, a file by its id, how rows are grouped; an upload, once, with tokens renewed on the way."""
    own = guid("acme-fi", "invoice", 20_001)
    file = {"guid": "g", "fileGuid": "f", "invoiceGuid": own, "name": "terms.pdf", "size": 200_000}
    sandbox.change({"severa": {"nordic": {"/v1/invoicefiles": [file]}}})
    assert [(one.id, one.name, one.size) for one in await severa.files(own)] == [("f", "terms.pdf", 200_000)]
    assert not await severa.groups_with_attachment(own)
    sandbox.change({"severa": {"nordic": {"/v1/invoicesettings": [{"guid": own, "workHourGrouping": GROUPED}]}}})
    assert await severa.groups_with_attachment(own)
    sandbox.apis.logins.forget()
    await severa.file("f", tmp_path / "file.pdf", 10**6)
    await severa.invoice_pdf(own, Rendition.ALL, tmp_path / "all.pdf", 10**6)
    assert (tmp_path / "all.pdf").stat().st_size > (tmp_path / "file.pdf").stat().st_size > 200_000
    with pytest.raises(TooLarge):
        await severa.invoice_pdf(own, Rendition.ALL, tmp_path / "all.pdf", 100_000)
    with pytest.raises(Permanent):
        await severa.invoice_pdf("nothing", Rendition.ALL, tmp_path / "none.pdf", 100_000)
    made = {"id": 7, "type": "SALES_INVOICE", "status": "UNFINISHED"}
    sandbox.change({"procountor": {"acme-fi": {"/invoices": [made]}}})
    assert await procountor.attachments(7) == []
    sandbox.apis.logins.forget()
    await procountor.upload_attachment(7, "invoice-1.pdf", tmp_path / "file.pdf", FileKind.PDF, LEASE)
    assert await procountor.attachments(7) == [Stored("invoice-1.pdf")]
    (sent,) = sandbox.journal(operation="saveAttachment", effect="created")
    assert sent["object"]["size"] == (tmp_path / "file.pdf").stat().st_size
    sandbox.faults({"api": "procountor", "operation": "saveAttachment", "kind": "fail_after"})
    with pytest.raises(InDoubt):
        await procountor.upload_attachment(7, "invoice-2.pdf", tmp_path / "file.pdf", FileKind.PDF, LEASE)
    assert not [entry for entry in sandbox.journal() if entry.get("violation")]
