"""The sandbox's Procountor, over real HTTP: strict, and with duplicates as the real one."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from gateway.sandbox.server.server import SandboxApis
from tests.contract.sandbox.bodies import a_body

ROW = {"product": "x", "quantity": 2, "unit": "HOUR", "unitPrice": 10.5, "discountPercent": 0, "vatPercent": 25.5}
TRANSFER = {"paymentMethod": "BANK_TRANSFER", "currency": "EUR", "dueDate": "2026-03-16", "currencyRate": 1}
CASH = {**TRANSFER, "paymentMethod": "CASH"}
EARLY = {**CASH, "dueDate": "2026-03-01"}
ADDRESS = {"name": "Asiakas Oy", "street": "Katu 1", "zip": "00100", "city": "Helsinki", "country": "SWEDEN"}
E_INVOICE = {"counterPartyAddress": ADDRESS, "einvoiceAddress": {"address": "0037"}}
CARD = {"name": "Uusi Oy", "type": "CUSTOMER", "address": ADDRESS, "paymentInfo": {"paymentMethod": "BANK_TRANSFER"}}


def test_invoice_is_created_unfinished_duplicates_too(procountor: httpx.Client) -> None:
    first, second = (procountor.post("/invoices", json=a_body(status="SENT")).json() for _ in range(2))
    assert (first["status"], first["id"], second["id"]) == ("UNFINISHED", 1, 2)
    found = procountor.get("/invoices", params={"originalInvoiceNumber": "100", "orderById": "ASC"}).json()
    assert [one["id"] for one in found["results"]] == [1, 2]
    assert "notes" not in found["results"][0]
    assert procountor.get("/invoices/2").json()["notes"] == "severa:x#1:abc"
    assert procountor.get("/invoices/2").json()["invoiceSumInfo"][0]["excludingVatTotal"] == 21.0


def test_notes_are_replaced_in_any_status(procountor: httpx.Client) -> None:
    """And an invoice names the user who created it."""
    made = procountor.post("/invoices", json=a_body()).json()
    for status, body in (("approve", {}), ("invalidate", None)):
        procountor.put(f"/invoices/{made['id']}/{status}", json=body)
        assert procountor.put(f"/invoices/{made['id']}/notes", json={"notes": status}).status_code == 200
        assert procountor.get(f"/invoices/{made['id']}").json()["notes"] == status
    assert procountor.put("/invoices/99/notes", json={"notes": ""}).status_code == 404
    assert made["creatorId"] == procountor.get("/sessioninfo").json()["userId"]


@pytest.mark.parametrize(
    "changes",
    [
        {"undeclared": 1},
        {"language": None},
        {"vatStatus": None},
        {"vatStatus": 2},
        {"vatStatus": 26},
        {"vatStatus": 21},
        {"invoiceChannel": "PAPER_INVOICE"},
        {"invoiceChannel": "EMAIL"},
        {"additionalInformation": "漢"},
        {"additionalInformation": "x" * 10_001},
        {"partnerId": 999},
        {"paymentInfo": EARLY},
        {"paymentInfo": {**TRANSFER, "dueDate": "2029-03-01"}},
        {"paymentInfo": {**TRANSFER, "bankAccount": {"accountNumber": "FI0000000000000000"}}},
        {"date": "2026-02-31"},
        {"penaltyPercent": 8.005},
        {"penaltyPercent": 1000},
        {"invoiceRows": [{**ROW, "quantity": 0.83333}]},
        {"discountPercent": 0.00001},
        {"paymentInfo": {**CASH, "currencyRate": 1.1}},
        {"paymentInfo": {**CASH, "bankReferenceCode": "12345"}},
        {"paymentInfo": {**CASH, "bankReferenceCode": "RF19539007547034"}},
        {"paymentInfo": {**CASH, "bankReferenceCode": "invoice 7"}},
        {"counterParty": E_INVOICE, "invoiceChannel": "ELECTRONIC_INVOICE", "billingAddress": {}},
        {"counterParty": {"counterPartyAddress": {"name": "x"}}, "invoiceChannel": "MAIL"},
    ],
)
@pytest.mark.sends_wrong_requests
def test_what_the_api_demands_is_demanded(
    procountor: httpx.Client, sandbox: SandboxApis, changes: dict[str, Any]
) -> None:
    answer = procountor.post("/invoices", json=a_body(**changes))
    assert answer.status_code == 400
    assert answer.json()["errors"]
    assert sandbox.journal(effect="created") == []


def test_a_closed_period_is_told_by_its_code(procountor: httpx.Client, sandbox: SandboxApis) -> None:
    period = {"startDate": "2026-01-01", "endDate": "2026-12-31", "status": "CLOSED"}
    sandbox.change({"procountor": {"acme-fi": {"/fiscalyears": [{"id": 1, "trackingPeriods": [period]}]}}})
    assert "CLOSED_FISCAL_PERIOD" in procountor.post("/invoices", json=a_body()).text
    old = {"id": 7, "status": "UNFINISHED", "date": "2026-03-02"}
    sandbox.change({"procountor": {"acme-fi": {"/invoices": [old]}}})
    assert "CLOSED_FISCAL_PERIOD" in procountor.put("/invoices/7/invalidate").text


def test_an_invoice_that_is_right_is_taken(procountor: httpx.Client) -> None:
    """The bodies that are refused above differ from this one in one place each."""
    own = {**TRANSFER, "bankAccount": {"accountNumber": "FI2112345600000785"}, "bankReferenceCode": ""}
    body = a_body(paymentInfo=own, counterParty=E_INVOICE, invoiceChannel="ELECTRONIC_INVOICE")
    made = procountor.post("/invoices", json={**body, "billingAddress": ADDRESS}).json()
    assert made["paymentInfo"]["bankReferenceCode"] == "00013"  # 1 * 7, and 3 to the next ten
    assert made["deliveryAddress"] == made["billingAddress"] == ADDRESS
    assert (made["ledgerReceiptId"], "created" in made) == (10_001, False)


@pytest.mark.parametrize(
    "changes",
    [
        {"penaltyPercent": 8.5},
        {"penaltyPercent": 0.07, "discountPercent": 12.5},
        {"paymentInfo": {**CASH, "currency": "USD", "currencyRate": 0.92}},
        {"paymentInfo": {**CASH, "bankReferenceCode": "1009"}},
        {"paymentInfo": {**CASH, "bankReferenceCode": "RF18539007547034"}},
        {"paymentInfo": {**CASH, "bankReferenceCode": "12345", "bankReferenceCodeType": "KID"}},
    ],
)
def test_numbers_that_are_right_are_taken(procountor: httpx.Client, changes: dict[str, Any]) -> None:
    answer = procountor.post("/invoices", json=a_body(**changes))
    assert answer.status_code == 200, answer.text


def test_the_status_machine(procountor: httpx.Client) -> None:
    procountor.post("/invoices", json=a_body())
    put = procountor.put
    assert put("/invoices/1/send").status_code == 400
    assert put("/invoices/1/approve", json={}).status_code == 200
    assert put("/invoices/1/approve", json={}).status_code == 403
    assert put("/invoices/1/unfinished").status_code == 200
    assert put("/invoices/1/approve", json={}).status_code == 200
    assert put("/invoices/1/send").status_code == put("/invoices/1/send").status_code == 200
    assert put("/invoices/1/invalidate").status_code == 200
    assert procountor.get("/invoices/1").json()["status"] == "INVALIDATED"


def test_M1_partners_are_found_by_number_and_by_the_header(procountor: httpx.Client) -> None:
    one = procountor.get("/businesspartners", params={"customerNumber": "1100", "type": "CUSTOMER"}).json()["results"][
        0
    ]
    identifier = one["invoicingInfo"]["identifier"].replace("-", "")
    by_header = procountor.get("/businesspartners", headers={"identifier": identifier}).json()["results"]
    assert [hit["id"] for hit in by_header] == [one["id"]]


def test_P2_products_are_found_by_a_part_of_the_code(procountor: httpx.Client) -> None:
    codes = [one["code"] for one in procountor.get("/products", params={"code": "O"}).json()["results"]]
    assert sorted(codes) == ["CONS", "WORK"]


def test_partner_and_product_are_created_each_time(procountor: httpx.Client) -> None:
    partners = [procountor.post("/businesspartners", json=CARD).json()["id"] for _ in range(2)]
    product = {"type": "SALES", "name": "x", "code": "X", "discount": 0, "price": 0, "active": True, "currency": "EUR"}
    products = [procountor.post("/products", json=product).json()["id"] for _ in range(2)]
    assert partners[0] != partners[1] and products[0] != products[1]
    assert procountor.get(f"/businesspartners/{partners[0]}").json()["name"] == "Uusi Oy"
    found = procountor.get("/businesspartners", headers={"name": "uusi"}).json()["results"]
    assert sorted(one["id"] for one in found) == partners


def test_an_inactive_partner_is_found_only_when_asked_for(procountor: httpx.Client, sandbox: SandboxApis) -> None:
    gone = {"id": 900, "name": "Gone", "type": "CUSTOMER", "registryInfo": {"active": False}}
    sandbox.change({"procountor": {"acme-fi": {"/businesspartners": [gone]}}})

    def ids(**query: str) -> list[int]:
        return [x["id"] for x in procountor.get("/businesspartners", params=query).json()["results"]]

    assert 900 not in ids()
    assert ids(active="false") == [900]


def test_several_ids_give_a_list_in_order_without_the_unknown(procountor: httpx.Client) -> None:
    assert [one["id"] for one in procountor.get("/products/3,1,99,1").json()] == [1, 3]
    assert procountor.get("/products/3").json()["id"] == 3
    assert procountor.get("/products/98,99").status_code == 404
    assert procountor.get("/products/" + ",".join(map(str, range(201)))).status_code == 400


def test_pages_go_on_after_the_last_id(procountor: httpx.Client) -> None:
    seen: list[int] = []
    while True:
        query = {"orderById": "ASC", "size": "2", **({"previousId": str(seen[-1])} if seen else {})}
        results = procountor.get("/products", params=query).json()["results"]
        seen += [one["id"] for one in results]
        if not results:
            break
    assert seen == [1, 2, 3, 4, 5]
    second = procountor.get("/products", params={"size": "2"}).json()
    assert ([one["id"] for one in second["results"]], second["meta"]["totalCount"]) == ([5, 4], 5)


@pytest.mark.parametrize(
    ("path", "query", "headers"),
    [
        ("/invoices", {"originalNumber": "1"}, {}),
        ("/invoices", {"size": "201"}, {}),
        ("/invoices", {"types": "SALES_INVOICE,NONE"}, {}),
        ("/invoices", {"createdStartDate": "2026-03-01T00:00:00Z"}, {}),  # Procountor's times carry no zone
        ("/businesspartners", {"name": "x"}, {}),  # a header, not a parameter
        ("/products", {}, {"identifier": "2112345-7"}),
    ],
)
@pytest.mark.sends_wrong_requests
def test_what_is_not_declared_is_a_violation(
    procountor: httpx.Client, sandbox: SandboxApis, path: str, query: dict[str, str], headers: dict[str, str]
) -> None:
    assert procountor.get(path, params=query, headers=headers).status_code == 400
    assert "violation" in sandbox.journal()[-1]


def test_unknown_filter_is_refused(procountor: httpx.Client, sandbox: SandboxApis) -> None:
    assert "doesn't serve" in procountor.get("/invoices", params={"searchTerm": "x"}).text
    assert "violation" not in sandbox.journal()[-1]


@pytest.mark.parametrize(
    ("query", "hit"),
    [
        ({"types": "PURCHASE_INVOICE,SALES_INVOICE"}, True),
        ({"types": "PURCHASE_INVOICE"}, False),
        ({"status": "SENT"}, False),
        ({"originalInvoiceNumber": "10"}, True),  # by part
        ({"originalInvoiceNumber": "101"}, False),
        ({"createdStartDate": "2100-01-01T00:00:00"}, False),
        ({"createdEndDate": "2000-01-01T00:00:00"}, False),
        ({"startDate": "2026-03-02", "endDate": "2026-03-02"}, True),
        ({"startDate": "2026-03-03"}, False),
        ({"dueEndDate": "2026-03-15"}, False),
        ({"versionStartDate": "2026-01-01T00:00:00"}, True),
        ({"isOffer": "true"}, False),
    ],
)
def test_invoices_are_searched(procountor: httpx.Client, query: dict[str, str], hit: bool) -> None:
    procountor.post("/invoices", json=a_body())
    assert bool(procountor.get("/invoices", params=query).json()["results"]) is hit


@pytest.mark.parametrize("wrong", [{"api_key": "x"}, {"client_secret": "x"}, {"grant_type": "password"}])
def test_a_wrong_login_is_refused(sandbox: SandboxApis, wrong: dict[str, str]) -> None:
    form = {"grant_type": "client_credentials", "client_id": "gateway-client", "client_secret": "gateway-secret"}
    asked = {**form, "api_key": "acme-fi-key", "redirect_uri": "https://ignored.example"}
    token = sandbox.procountor_url + "/oauth/token"
    assert httpx.post(token, data=asked).json()["expires_in"] == 3600
    assert httpx.post(token, data={**asked, **wrong}).status_code == 401


@pytest.mark.sends_wrong_requests
def test_S1_the_path_of_another_version_is_404(sandbox: SandboxApis) -> None:
    assert httpx.post(sandbox.procountor_url + "/v2402/oauth/token", data={}).status_code == 404


def test_a_key_opens_its_own_company_alone(procountor: httpx.Client, sandbox: SandboxApis) -> None:
    procountor.post("/invoices", json=a_body())
    form = {"grant_type": "client_credentials", "client_id": "gateway-client", "client_secret": "gateway-secret"}
    token = httpx.post(sandbox.procountor_url + "/oauth/token", data={**form, "api_key": "bolt-fi-key"}).json()
    other = {"Authorization": f"Bearer {token['access_token']}"}
    assert procountor.get("/invoices", headers=other).json()["results"] == []


def test_S1_a_key_tells_its_own_company(procountor: httpx.Client, sandbox: SandboxApis) -> None:
    """By one id, also where the world says little of it; another company has another one."""
    told = procountor.get("/company").json()
    assert told["id"] == procountor.get("/sessioninfo").json()["companyId"]
    store = sandbox.apis.world["procountor"]["acme-fi"]
    del store["/company"]
    assert procountor.get("/company").json() == {"id": told["id"], "name": "Acme Oy"}
    del store["/sessioninfo"]
    assert procountor.get("/company").json()["name"] == "acme-fi"


def test_Q4_the_limit_is_per_client_and_said_by_429(procountor: httpx.Client, sandbox: SandboxApis) -> None:
    sandbox.apis.limits["procountor_per_second"] = 3
    refused = [one for one in (procountor.get("/sessioninfo") for _ in range(6)) if one.status_code == 429]
    assert refused[0].headers["Retry-After"] == "1"
    assert sandbox.journal(status=429)


def test_echo_can_be_switched_off_for_a_company(procountor: httpx.Client, sandbox: SandboxApis) -> None:
    sandbox.apis.limits["no_echo"] = ["acme-fi"]
    assert "originalInvoiceNumber" not in procountor.post("/invoices", json=a_body()).json()
