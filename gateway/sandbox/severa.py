"""Severa's operations over a store of objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gateway.sandbox.call import Answer, Call, Json, Refusal
from gateway.sandbox.world import stamp

#: The largest page; the default is 20.
LARGEST_PAGE = 100

Keeps = Callable[[Json], bool]


def get_invoices(call: Call) -> Answer:
    """Filtered by status, numbers and change; an unknown filter never gets here."""
    statuses, numbers = set(call.several("invoiceStatusGuids")), set(call.several("numbers"))

    def keeps(one: Json) -> bool:
        wanted = not statuses or (one.get("status") or {}).get("guid") in statuses
        return wanted and (not numbers or str(one.get("number")) in numbers) and _changed(call, one)

    return _page(call, call.objects("/v1/invoices"), keeps)


def get_invoice(call: Call) -> Answer:
    """One head."""
    return Answer(body=_find(call, "/v1/invoices", call.path["guid"]))


def get_rows(call: Call) -> Answer:
    """Rows of one invoice."""
    invoice = _find(call, "/v1/invoices", call.path["invoiceGuid"])
    return _page(call, call.objects("/v1/invoicerows"), lambda row: row.get("invoiceGuid") == invoice["guid"])


def get_changed_rows(call: Call) -> Answer:
    """Rows of all invoices, by change."""
    return _page(call, call.objects("/v1/invoicerows"), lambda one: _changed(call, one))


def patch_invoice(call: Call) -> Answer:
    """JSON Patch, Replace only; the status by its guid, or a field of the head."""
    invoice = _find(call, "/v1/invoices", call.path["guid"])
    effect = "updated"
    for one in call.body or []:
        if one["op"].lower() != "replace":
            raise Refusal(400, f"InvalidOperation: {one['op']} is not supported, only Replace")
        path, value = one.get("path") or "", one.get("value")
        if path in ("/status/guid", "/status"):
            guid = value["guid"] if isinstance(value, dict) else value
            status = next((s for s in call.objects("/v1/invoicestatuses") if s["guid"] == guid), None)
            if status is None:
                raise Refusal(400, f"InvalidParameter: no invoice status {guid}")
            invoice["status"] = {name: status[name] for name in ("guid", "name") if name in status}
            effect = "status"
        elif path.count("/") == 1 and path[1:] in invoice:
            invoice[path[1:]] = value
        else:
            raise Refusal(400, f"InvalidParameter: path {path}")
    invoice["lastUpdatedDateTime"] = stamp("severa")
    about = {"number": invoice.get("number"), "status": (invoice.get("status") or {}).get("name")}
    return Answer(body=[invoice], effect=effect, object_id=invoice["guid"], about=about)


def get_customers(call: Call) -> Answer:
    """Cards, by change."""
    return _page(call, call.objects("/v1/customers"), lambda one: _changed(call, one))


def get_customer(call: Call) -> Answer:
    """One card."""
    return Answer(body=_find(call, "/v1/customers", call.path["guid"]))


def get_project(call: Call) -> Answer:
    """One project."""
    return Answer(body=_find(call, "/v1/projects", call.path["guid"]))


def _by_page(path: str) -> Callable[[Call], Answer]:
    return lambda call: _page(call, call.objects(path), lambda one: _changed(call, one))


def _by_rows(path: str) -> Callable[[Call], Answer]:
    """The older lists: firstRow and rowCount."""

    def handler(call: Call) -> Answer:
        active = {"true": True, "false": False}.get(call.one("active"))
        kept = [one for one in call.objects(path) if active is None or one.get("isActive", True) is active]
        first = int(call.one("firstRow", "0"))
        return Answer(body=kept[first : first + _row_count(call)])

    return handler


OPERATIONS: dict[str, Callable[[Call], Answer]] = {
    "invoicesGetInvoices": get_invoices,
    "invoicesGetInvoice": get_invoice,
    "invoicesPatchInvoice": patch_invoice,
    "invoiceRowsGetInvoiceRowsForInvoice": get_rows,
    "invoiceRowsGetInvoiceRows": get_changed_rows,
    "customersGetCustomers": get_customers,
    "customersGetCustomer": get_customer,
    "projectsGetProject": get_project,
    "projectsGetProjects": _by_page("/v1/projects"),
    "productsGetProducts": _by_page("/v1/products"),
    "invoiceStatusesGetInvoiceStatuses": _by_rows("/v1/invoicestatuses"),
    "businessUnitsGetBusinessUnits": _by_rows("/v1/businessunits"),
    "workTypesGetWorkTypes": _by_rows("/v1/worktypes"),
    "travelExpenseTypesGetTravelExpenseTypes": _by_rows("/v1/travelexpensetypes"),
}


def _find(call: Call, path: str, guid: str) -> Json:
    found = next((one for one in call.objects(path) if one.get("guid") == guid), None)
    if found is None:
        raise Refusal(404, "")
    return found


def _changed(call: Call, one: Json) -> bool:
    """`changedSince` compares as text, which orders UTC stamps; an object without a stamp never changed."""
    since = call.one("changedSince")
    return not since or (one.get("lastUpdatedDateTime") or one.get("createdDateTime") or "") >= since[:23]


def _row_count(call: Call) -> int:
    return min(int(call.one("rowCount", "20")), LARGEST_PAGE)


def _page(call: Call, objects: list[Json], keeps: Keeps) -> Answer:
    """A page after the object that the token names, so that a list which changes skips nothing."""
    after = call.one("pageToken")
    at = next((n + 1 for n, one in enumerate(objects) if one.get("guid") == after), len(objects)) if after else 0
    size = _row_count(call)
    page: list[Any] = []
    for one in objects[at:]:
        if not keeps(one):
            continue
        if len(page) == size:
            return Answer(body=page, headers={"NextPageToken": str(page[-1]["guid"])})
        page.append(one)
    return Answer(body=page)
