"""Severa's operations on a store of objects."""

from __future__ import annotations

import copy
from collections.abc import Callable

from gateway.sandbox.server.call import (
    Answer,
    Call,
    Filters,
    Json,
    Keeps,
    Refusal,
    among,
    dig,
    exactly,
    filtered,
    flag,
    part_of,
)
from gateway.sandbox.severa import fees, travel
from gateway.sandbox.severa.lists import LARGEST_PAGE, changed, find, page, row_count, rows_of
from gateway.sandbox.world.file import stamp
from gateway.sandbox.world.pdf import invoice_pdf, some_file

#: The fields of a status that an invoice shows.
_STATUS = ("guid", "name", "isSent", "isWaitingPayment", "isPaid")


def _of_projects(call: Call, parameter: str) -> Keeps:
    wanted = frozenset(call.several(parameter))
    return lambda one: any(project.get("guid") in wanted for project in one.get("projects") or ())


def _of_units(call: Call, parameter: str) -> Keeps:
    """The project's business unit decides; it is stored with the project, not with the invoice."""
    wanted = frozenset(call.several(parameter))
    units = {one["guid"]: (one.get("businessUnit") or {}).get("guid") for one in call.objects("/v1/projects")}
    return lambda one: any(units.get(project.get("guid")) in wanted for project in one.get("projects") or ())


def _of_invoice(call: Call, path: str) -> list[Json]:
    """What an invoice bills names its invoice with `invoice.guid`, what was credited with `invoiceGuid`."""
    own = find(call, "/v1/invoices", call.path["invoiceGuid"])["guid"]
    return [one for one in call.objects(path) if own in (one.get("invoiceGuid"), dig(one, "invoice", "guid"))]


_ACTIVE = flag("isActive", absent=True)
_FILTERS: dict[str, Filters] = {
    "/v1/invoices": {
        "invoiceStatusGuids": among("status", "guid"),
        "customerGuids": among("customer", "guid"),
        "projectGuids": _of_projects,
        "projectBusinessUnitGuids": _of_units,
        "numbers": among("number"),
        "referenceNumbers": among("referenceNumber"),
        "changedSince": changed,
    },
    "/v1/flatrates": {"invoiceGuid": exactly("invoiceGuid")},
    "/v1/invoicerows": {"rowType": exactly("rowType"), "changedSince": changed},
    "/v1/customers": {
        "isActive": _ACTIVE,
        "isInternal": flag("isInternal", absent=False),
        "numbers": among("number"),
        "customerNames": among("name"),
        "emailAddresses": among("email"),
        "vatNumber": exactly("vatNumber"),
        "kvkNumber": exactly("kvkNumber"),
        "changedSince": changed,
    },
    "/v1/projects": {
        "projectGuids": among("guid"),
        "customerGuids": among("customer", "guid"),
        "businessUnitGuids": among("businessUnit", "guid"),
        "numbers": among("number"),
        "isClosed": flag("isClosed", absent=False),
        "internal": flag("isInternal", absent=False),
        "changedSince": changed,
    },
    "/v1/products": {
        "type": exactly("type"),
        "isActive": _ACTIVE,
        "code": exactly("code"),
        "changedSince": changed,
    },
    "/v1/invoicestatuses": {"active": _ACTIVE, "textToSearch": part_of("name")},
    "/v1/businessunits": {
        "active": _ACTIVE,
        "companyGuid": exactly("companyGuid"),
        "code": exactly("code"),
        "name": exactly("name"),
        "textToSearch": part_of("name"),
        "changedSince": changed,
    },
    "/v1/bankaccounts": {
        "active": _ACTIVE,
        "companyGuid": among("company", "guid"),
        "businessUnitGuid": among("businessUnit", "guid"),
        "textToSearch": part_of("bankName"),
    },
    "/v1/worktypes": {
        "active": _ACTIVE,
        "productive": flag("isProductive", absent=False),
        "code": exactly("code"),
        "textToSearch": part_of("name"),
        "changedSince": changed,
    },
    "/v1/travelexpensetypes": {
        "active": _ACTIVE,
        "code": exactly("code"),
        "textToSearch": part_of("name"),
        "changedSince": changed,
    },
    "/v1/costcenters": {
        "active": _ACTIVE,
        "identifier": exactly("identifier"),
        "name": exactly("name"),
        "textToSearch": part_of("name"),
        "changedSince": changed,
    },
    "/v1/salesaccounts": {"active": _ACTIVE, "textToSearch": part_of("name")},
    "/v1/currencies": {"active": _ACTIVE, "textToSearch": part_of("name")},
    "/v1/vatrates": {"active": _ACTIVE, "countryGuid": exactly("countryGuid")},
}


def get_rows(call: Call) -> Answer:
    """Rows of one invoice."""
    own = find(call, "/v1/invoices", call.path["invoiceGuid"])["guid"]
    rows = [row for row in call.objects("/v1/invoicerows") if row.get("invoiceGuid") == own]
    return page(call, rows, _FILTERS["/v1/invoicerows"])


def get_vat_rates(call: Call) -> Answer:
    """All that match: this list has no pages."""
    return Answer(body=list(filtered(call, call.objects("/v1/vatrates"), _FILTERS["/v1/vatrates"], ())))


def patch_invoice(call: Call) -> Answer:
    """JSON Patch, Replace only: the status by its guid, or a field of the head. All or nothing."""
    invoice = find(call, "/v1/invoices", call.path["guid"])
    changed, effect = copy.deepcopy(invoice), "updated"
    for one in call.body or []:
        if one["op"].lower() != "replace":
            raise Refusal(400, f"InvalidOperation: {one['op']} is not supported, only Replace")
        path, value = one.get("path") or "", one.get("value")
        if path == "/status/guid":
            status = next((s for s in call.objects("/v1/invoicestatuses") if s["guid"] == value), None)
            if status is None:
                raise Refusal(400, f"InvalidParameter: no invoice status {value}")
            changed["status"] = {name: status[name] for name in _STATUS if name in status}
            effect = "status"
        elif path.count("/") == 1 and path[1:] in invoice and path != "/guid":
            changed[path[1:]] = value
        else:
            raise Refusal(400, f"InvalidParameter: path {path}")
    changed["lastUpdatedDateTime"] = stamp("severa")
    invoice.update(changed)
    about = {"number": invoice.get("number"), "status": (invoice.get("status") or {}).get("name")}
    return Answer(body=[invoice], effect=effect, object_id=invoice["guid"], about=about)


def get_pdf(call: Call) -> Answer:
    """Created each time: a page for the invoice, one for the breakdown, and the users' files."""
    invoice = find(call, "/v1/invoices", call.path["guid"])
    wanted = call.one("pdfGetOptions", "All")
    files = [] if wanted == "InvoiceOnly" else _files(call, invoice["guid"])
    return Answer(body=invoice_pdf(invoice.get("number"), wanted, files))


def get_files(call: Call) -> Answer:
    """The users' files of an invoice."""
    kept = _files(call, find(call, "/v1/invoices", call.path["invoiceGuid"])["guid"])
    first = int(call.one("firstRow", "0"))
    return Answer(body=kept[first : first + row_count(call)])


def get_file_data(call: Call) -> Answer:
    """The bytes of one file, by its `fileGuid`."""
    every = [*call.objects("/v1/invoicefiles"), *call.objects(travel.FILES)]
    there = (one for one in every if one.get("fileGuid") == call.path["guid"])
    found = next(there, None)
    if found is None:
        raise Refusal(404, "")
    return Answer(body=some_file(found))


def get_settings(call: Call) -> Answer:
    """How an invoice groups its rows; in a world, stored under the invoice's guid."""
    own = find(call, "/v1/invoices", call.path["invoiceGuid"])["guid"]
    usual = {f"{kind}Grouping": "OneByOne" for kind in ("workHour", "projectFee", "projectTravelExpense")}
    given = next((one for one in call.objects("/v1/invoicesettings") if one["guid"] == own), {})
    return Answer(body={"guid": own, **usual, **given})


def _files(call: Call, invoice: str) -> list[Json]:
    own = [one for one in call.objects("/v1/invoicefiles") if one.get("invoiceGuid") == invoice]
    return sorted(own, key=lambda one: one.get("sortOrder") or 0)


def _single(path: str) -> Callable[[Call], Answer]:
    return lambda call: Answer(body=find(call, path, call.path["guid"]))


def _by_token(path: str) -> Callable[[Call], Answer]:
    return lambda call: page(call, call.objects(path), _FILTERS.get(path, {}))


def _by_row(path: str, rows: str = "20") -> Callable[[Call], Answer]:
    """The older lists: firstRow and rowCount."""

    def handler(call: Call) -> Answer:
        return rows_of(call, call.objects(path), _FILTERS.get(path, {}), rows)

    return handler


def _billed(path: str) -> Callable[[Call], Answer]:
    return lambda call: page(call, _of_invoice(call, path), _FILTERS.get(path, {}))


def _credited(path: str) -> Callable[[Call], Answer]:
    return lambda call: rows_of(call, _of_invoice(call, path), _FILTERS.get(path, {}), "20")


OPERATIONS: dict[str, Callable[[Call], Answer]] = {
    "invoicesGetInvoices": _by_token("/v1/invoices"),
    "invoicesGetInvoice": _single("/v1/invoices"),
    "invoicesPatchInvoice": patch_invoice,
    "invoiceRowsGetInvoiceRowsForInvoice": get_rows,
    "flatRatesGetAllFlatRates": _by_token("/v1/flatrates"),
    "workHoursGetInvoiceWorkHours": _billed("/v1/workhours"),
    "projectFeesGetInvoiceProjectFees": _billed("/v1/projectfees"),
    "projectTravelExpensesGetInvoiceProjectTravelExpenses": _billed("/v1/projecttravelexpenses"),
    "reimbursedWorkHoursGetInvoiceReimbursedWorkHours": _credited("/v1/reimbursedworkhours"),
    "reimbursedProjectFeesGetInvoiceReimbursedProjectFees": _billed("/v1/reimbursedprojectfees"),
    "reimbursedProjectTravelExpensesGetInvoiceProjectTravelExpenses": _credited("/v1/reimbursedprojecttravelexpenses"),
    "pdfGetInvoicePdf": get_pdf,
    "filesGetInvoiceFiles": get_files,
    "fileDataGetDataForFile": get_file_data,
    "invoiceSettingsGetInvoiceSettings": get_settings,
    "invoiceRowsGetInvoiceRows": _by_token("/v1/invoicerows"),
    "customersGetCustomers": _by_token("/v1/customers"),
    "customersGetCustomer": _single("/v1/customers"),
    "projectsGetProject": _single("/v1/projects"),
    "projectsGetProjects": _by_token("/v1/projects"),
    "productsGetProducts": _by_token("/v1/products"),
    "invoiceStatusesGetInvoiceStatuses": _by_row("/v1/invoicestatuses"),
    "businessUnitsGetBusinessUnits": _by_row("/v1/businessunits"),
    "bankAccountsGetBankAccounts": _by_row("/v1/bankaccounts"),
    "workTypesGetWorkTypes": _by_row("/v1/worktypes"),
    "travelExpenseTypesGetTravelExpenseTypes": _by_row("/v1/travelexpensetypes", rows=str(LARGEST_PAGE)),
    "costCentersGetCostCenters": _by_row("/v1/costcenters"),
    "salesAccountsGetSalesAccounts": _by_row("/v1/salesaccounts"),
    "vatRatesGetVatRates": get_vat_rates,
    "currenciesGetCurrencies": _by_row("/v1/currencies"),
    **travel.OPERATIONS,
    **fees.OPERATIONS,
}
