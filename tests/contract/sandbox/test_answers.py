"""Every operation that the sandbox serves, once: its answer has the shape that the API's facts declare."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from gateway.sandbox import facts
from gateway.sandbox.server.server import SandboxApis
from gateway.sandbox.world.demo_world import AFTER, guid
from tests.contract.sandbox.bodies import a_body, parts

INVOICE = guid("acme-fi", "invoice", 1)
STATUS = [{"op": "Replace", "path": "/status/guid", "value": guid("nordic", "status", AFTER)}]
TRAVEL_STATUS = [{"op": "Replace", "path": "/travelReimbursementStatus/guid", "value": "approved"}]
LOGIN = {"client_id": "nordic-client", "client_secret": "nordic-secret"}
ADDRESS = {"name": "Uusi Oy", "street": "Katu 1", "zip": "00100", "city": "Helsinki", "country": "FINLAND"}
PARTNER = {"name": "Uusi Oy", "type": "CUSTOMER", "address": ADDRESS, "paymentInfo": {"paymentMethod": "CASH"}}
PERSON = {
    "lastName": "Virtanen",
    "paymentInfo": {"paymentMethod": "BANK_TRANSFER", "paymentTermDays": "0", "penalInterestRate": 0},
    "invoicingInfo": {"language": "FINNISH", "gender": "NOT_APPLICABLE"},
    "registryInfo": {"active": True},
}
PRODUCT = {"type": "SALES", "name": "x", "discount": 0, "price": 1.5, "active": True, "currency": "EUR"}
RECEIPT = {
    "id": 60,
    "type": "SALES_INVOICE",
    "name": "Uusi Oy",
    "receiptDate": "2026-03-02",
    "vatType": "SALES",
    "vatStatus": 1,
    "version": "2026-03-02T10:00:00",
    "transactions": [{"id": 1, "transactionType": "ENTRY", "account": "3000", "accountingValue": -1, "vatPercent": 0}],
}
BILLED: dict[str, Any] = {"guid": "billed", "invoice": {"guid": INVOICE}, "quantity": 1.0}
CREDITED = {"guid": "credited", "invoiceGuid": INVOICE, "quantity": 1.0}
FEE = {"project": {"guid": "project"}, "unitCost": {"amount": 1, "currencyCode": "EUR"}}
#: Statuses of a success other than 200.
STATUSES = {"projectFeesPostProjectFee": 201, "projectFeesDeleteProjectFree": 204}
MORE = {
    "severa": {
        "nordic": {
            "/v1/projects": [{"guid": "project", "name": "Renewal", "isClosed": False}],
            "/v1/products": [{"guid": "product", "name": "Travel pass", "type": "Materials"}],
            "/v1/worktypes": [{"guid": "work", "name": "Consulting", "code": "CONS"}],
            "/v1/costcenters": [{"guid": "center", "name": "Projects", "identifier": "C1"}],
            "/v1/travelexpensetypes": [{"guid": "travel", "name": "Mileage"}],
            "/v1/bankaccounts": [{"guid": "bank", "bankName": "Bank", "accountNumber": "FI2112345600000785"}],
            "/v1/salesaccounts": [{"guid": "account", "name": "Sales", "number": "3000"}],
            "/v1/vatrates": [{"guid": "rate", "percentage": 25.5}],
            "/v1/workhours": [{**BILLED, "eventDate": "2026-03-02"}],
            "/v1/flatrates": [{"guid": "flat", "invoiceGuid": INVOICE, "project": {"guid": "project"}}],
            "/v1/projectfees": [BILLED, {"guid": "fee", "project": {"guid": "project"}, "quantity": 1.0}],
            "/v1/projecttravelexpenses": [
                BILLED,
                {"guid": "line", "travelReimbursement": {"guid": "trip"}, "quantity": 1.0},
            ],
            "/v1/reimbursedworkhours": [CREDITED],
            "/v1/reimbursedprojectfees": [CREDITED],
            "/v1/reimbursedprojecttravelexpenses": [CREDITED],
            "/v1/travelreimbursements": [{"guid": "trip", "number": 501, "title": "Visit"}],
            "/v1/travelreimbursementstatuses": [{"guid": "approved", "name": "Approved"}],
            "/v1/travelexpensefiles": [
                {"guid": "r", "fileGuid": "receipt", "travelExpenseGuid": "line", "name": "r.gif"}
            ],
            "/v1/users": [{"guid": "user", "firstName": "Maija", "lastName": "Virtanen"}],
            "/v1/invoicefiles": [{"guid": "f", "fileGuid": "file", "invoiceGuid": INVOICE, "name": "terms.pdf"}],
        }
    },
    "procountor": {
        "acme-fi": {
            "/invoices": [{**a_body(), "id": number, "status": "UNFINISHED"} for number in (50, 51, 52)]
            + [{**a_body(), "id": 53, "status": "NOT_SENT"}]
            + [{**a_body(type="TRAVEL_INVOICE"), "id": 54, "status": "UNFINISHED"}]
            + [{**a_body(type="TRAVEL_INVOICE"), "id": 55, "status": "RECEIVED"}],
            "/persons": [{**PERSON, "id": 800, "version": "2026-03-02T10:00:00"}],
            "/company/usagesettings": {"accountingByRow": {"travelAndExpenseInvoicePosting": True}},
            "/businesspartners": [{**PARTNER, "id": 900}],
            "/fiscalyears": [{"id": 1, "trackingPeriods": [{"id": 1, "status": "OPEN"}]}],
            "/dimensions": [{"id": 1, "name": "Project", "items": [{"id": 2, "codeName": "1001"}]}],
            "/ledgerreceipts": [RECEIPT],
            "/coa": {"ledgerAccounts": [{"ledgerAccountCode": "3000", "name": "Sales", "active": True}]},
        }
    },
}
CALLS: dict[str, tuple[str, str, str, Any]] = {
    "publicBearerAuthenticationGetLoginToken": ("severa", "POST", "/v1/token", LOGIN),
    "publicBearerAuthenticationGetAccessTokenTokenFromRefreshToken": ("severa", "POST", "/v1/refreshtoken", "refresh"),
    "invoicesGetInvoices": ("severa", "GET", "/v1/invoices", None),
    "invoicesGetInvoice": ("severa", "GET", f"/v1/invoices/{INVOICE}", None),
    "invoicesPatchInvoice": ("severa", "PATCH", f"/v1/invoices/{INVOICE}", STATUS),
    "invoiceRowsGetInvoiceRowsForInvoice": ("severa", "GET", f"/v1/invoices/{INVOICE}/invoicerows", None),
    "invoiceRowsGetInvoiceRows": ("severa", "GET", "/v1/invoicerows", None),
    "pdfGetInvoicePdf": ("severa", "GET", f"/v1/invoices/{INVOICE}/pdf", None),
    "filesGetInvoiceFiles": ("severa", "GET", f"/v1/invoices/{INVOICE}/files", None),
    "fileDataGetDataForFile": ("severa", "GET", "/v1/files/file/filedata", None),
    "invoiceSettingsGetInvoiceSettings": ("severa", "GET", f"/v1/invoices/{INVOICE}/invoicesettings", None),
    "invoiceStatusesGetInvoiceStatuses": ("severa", "GET", "/v1/invoicestatuses", None),
    "businessUnitsGetBusinessUnits": ("severa", "GET", "/v1/businessunits", None),
    "customersGetCustomers": ("severa", "GET", "/v1/customers", None),
    "customersGetCustomer": ("severa", "GET", f"/v1/customers/{guid('acme-fi', 'customer', 100)}", None),
    "projectsGetProjects": ("severa", "GET", "/v1/projects", None),
    "projectsGetProject": ("severa", "GET", "/v1/projects/project", None),
    "productsGetProducts": ("severa", "GET", "/v1/products", None),
    "workTypesGetWorkTypes": ("severa", "GET", "/v1/worktypes", None),
    "costCentersGetCostCenters": ("severa", "GET", "/v1/costcenters?identifier=C1", None),
    "travelExpenseTypesGetTravelExpenseTypes": ("severa", "GET", "/v1/travelexpensetypes", None),
    "bankAccountsGetBankAccounts": ("severa", "GET", "/v1/bankaccounts", None),
    "salesAccountsGetSalesAccounts": ("severa", "GET", "/v1/salesaccounts", None),
    "currenciesGetCurrencies": ("severa", "GET", "/v1/currencies", None),
    "vatRatesGetVatRates": ("severa", "GET", "/v1/vatrates", None),
    "flatRatesGetAllFlatRates": ("severa", "GET", f"/v1/flatrates?invoiceGuid={INVOICE}", None),
    "workHoursGetInvoiceWorkHours": ("severa", "GET", f"/v1/invoices/{INVOICE}/workhours", None),
    "projectFeesGetInvoiceProjectFees": ("severa", "GET", f"/v1/invoices/{INVOICE}/projectfees", None),
    "projectTravelExpensesGetInvoiceProjectTravelExpenses": (
        "severa",
        "GET",
        f"/v1/invoices/{INVOICE}/projecttravelexpenses",
        None,
    ),
    "reimbursedWorkHoursGetInvoiceReimbursedWorkHours": (
        "severa",
        "GET",
        f"/v1/invoices/{INVOICE}/reimbursedworkhours",
        None,
    ),
    "reimbursedProjectFeesGetInvoiceReimbursedProjectFees": (
        "severa",
        "GET",
        f"/v1/invoices/{INVOICE}/reimbursedprojectfees",
        None,
    ),
    "reimbursedProjectTravelExpensesGetInvoiceProjectTravelExpenses": (
        "severa",
        "GET",
        f"/v1/invoices/{INVOICE}/reimbursedprojecttravelexpenses",
        None,
    ),
    "travelReimbursementsGetTravelReimbursements": ("severa", "GET", "/v1/travelreimbursements", None),
    "travelReimbursementsGetTravelReimbursement": ("severa", "GET", "/v1/travelreimbursements/trip", None),
    "travelReimbursementsPatchTravelReimbursement": ("severa", "PATCH", "/v1/travelreimbursements/trip", TRAVEL_STATUS),
    "projectTravelExpensesGetProjectTravelExpensesForTravelReimbursement": (
        "severa",
        "GET",
        "/v1/travelreimbursements/trip/projecttravelexpenses",
        None,
    ),
    "projectTravelExpensesGetProjectTravelExpenses": ("severa", "GET", "/v1/projecttravelexpenses", None),
    "travelReimbursementStatusGetTravelReimbursementStatuses": (
        "severa",
        "GET",
        "/v1/travelreimbursementstatuses",
        None,
    ),
    "pdfGetTravelReimbursementPdf": ("severa", "GET", "/v1/travelreimbursements/trip/pdf", None),
    "filesGetTravelExpenseFiles": ("severa", "GET", "/v1/projecttravelexpenses/line/files", None),
    "usersGetUsers": ("severa", "GET", "/v1/users", None),
    "usersGetUser": ("severa", "GET", "/v1/users/user", None),
    "costCentersGetCostCenter": ("severa", "GET", "/v1/costcenters/center", None),
    "projectFeesGetProjectFeesForProject": ("severa", "GET", "/v1/projects/project/projectfees", None),
    "projectFeesGetProjectFeesByToken": ("severa", "GET", "/v1/projectfees", None),
    "projectFeesGetProjectFee": ("severa", "GET", "/v1/projectfees/fee", None),
    "projectFeesPostProjectFee": ("severa", "POST", "/v1/projectfees", FEE),
    "projectFeesDeleteProjectFree": ("severa", "DELETE", "/v1/projectfees/fee", None),
    "searchBusinessPartners": ("procountor", "GET", "/businesspartners", None),
    "insertBusinessPartner": ("procountor", "POST", "/businesspartners", PARTNER),
    "getBusinessPartner": ("procountor", "GET", "/businesspartners/900", None),
    "getPersons": ("procountor", "GET", "/persons", None),
    "getPersonById": ("procountor", "GET", "/persons/800", None),
    "insertPerson": ("procountor", "POST", "/persons", PERSON),
    "updatePerson": ("procountor", "PUT", "/persons/800", {**PERSON, "version": "2026-03-02T10:00:00"}),
    "getProducts": ("procountor", "GET", "/products", None),
    "addProduct": ("procountor", "POST", "/products", PRODUCT),
    "getProduct": ("procountor", "GET", "/products/1", None),
    "searchInvoice": ("procountor", "GET", "/invoices", None),
    "saveInvoice": ("procountor", "POST", "/invoices", a_body()),
    "getInvoice": ("procountor", "GET", "/invoices/50", None),
    "approveInvoice1": ("procountor", "PUT", "/invoices/51/approve", {}),
    "send": ("procountor", "PUT", "/invoices/53/send", None),
    "sendToCirculation": ("procountor", "PUT", "/invoices/54/sendToCirculation", None),
    "verifyInvoice": ("procountor", "PUT", "/invoices/55/verify", {}),
    "markInvoiceAsInvalidated": ("procountor", "PUT", "/invoices/52/invalidate", None),
    "markInvoiceAsUnfinished": ("procountor", "PUT", "/invoices/53/unfinished", None),
    "addNotesToInvoice": ("procountor", "PUT", "/invoices/53/notes", {"notes": "for us"}),
    "saveAttachment": ("procountor", "POST", "/attachments", "parts"),
    "getBankAccounts": ("procountor", "GET", "/bankaccounts", None),
    "getFiscalYears": ("procountor", "GET", "/fiscalyears", None),
    "getCompanyLatestRates": ("procountor", "GET", "/currencies/latest", None),
    "getCurrencyExchangeRate": (
        "procountor",
        "GET",
        "/currencies/exchangerate?baseCurrency=EUR&currency=USD&day=2026-03-02"
        "&rateType=PROCOUNTOR_ACCOUNTING_EXCHANGE_RATE",
        None,
    ),
    "getVatStatusesForCompany": ("procountor", "GET", "/vats/default", None),
    "getDimensions": ("procountor", "GET", "/dimensions", None),
    "getDimension": ("procountor", "GET", "/dimensions/1", None),
    "updateDimensionItem": ("procountor", "PUT", "/dimensions/1/items", {"id": 2, "codeName": "1001"}),
    "addDimensionItem": ("procountor", "POST", "/dimensions/1/items", {"codeName": "1002"}),
    "searchLedgerReceipt": ("procountor", "GET", "/ledgerreceipts", None),
    "getLedgerReceipt": ("procountor", "GET", "/ledgerreceipts/60", None),
    "updateLedgerReceipt": ("procountor", "PUT", "/ledgerreceipts/60", RECEIPT),
    "getUsageSettings": ("procountor", "GET", "/company/usagesettings", None),
    "getCompanyInfo": ("procountor", "GET", "/company", None),
    "getSessionInfo": ("procountor", "GET", "/sessioninfo", None),
    "getChartOfAccount": ("procountor", "GET", "/coa", None),
}


@pytest.mark.parametrize("operation", CALLS)
def test_the_answer_has_the_declared_shape(
    sandbox: SandboxApis, severa: httpx.Client, procountor: httpx.Client, operation: str
) -> None:
    api, method, path, body = CALLS[operation]
    sandbox.change(MORE)
    client = severa if api == "severa" else procountor
    if body == "refresh":
        body = severa.post("/v1/token", json=LOGIN).json()["refresh_token"]
    given = {"files": parts(50)} if body == "parts" else {"json": body} if body is not None else {}
    answer = client.request(method, path, **given)
    binary = answer.headers["content-type"] == "application/octet-stream"
    status = STATUSES.get(operation, 200)
    assert (answer.status_code, bool(answer.content)) == (status, status != 204)
    if status != 204:
        told = answer.content.decode("latin-1") if binary else answer.json()
        assert bool(told)
        assert facts.wrong_answer(api, operation, told) == []
    entry = sandbox.journal()[-1]
    assert "violation" not in entry
    assert entry["operation"] in (operation, "token", "refreshtoken")


@pytest.mark.parametrize("api", ["severa", "procountor"])
def test_no_operation_is_left_out(api: str) -> None:
    assert {one.name for one in facts.operations(api)} == {name for name, call in CALLS.items() if call[0] == api}
