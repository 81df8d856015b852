"""Severa's travel reimbursements, their lines and receipts, and users."""

from __future__ import annotations

import copy
from collections.abc import Callable

from gateway.sandbox.server.call import Answer, Call, Filters, Json, Refusal, among, dig, exactly, flag
from gateway.sandbox.severa.lists import changed, find, page, rows_of
from gateway.sandbox.world.file import stamp
from gateway.sandbox.world.pdf import pdf

REIMBURSEMENTS, LINES, FILES = "/v1/travelreimbursements", "/v1/projecttravelexpenses", "/v1/travelexpensefiles"
STATUSES = "/v1/travelreimbursementstatuses"
_ACTIVE = flag("isActive", absent=True)
FILTERS: dict[str, Filters] = {
    REIMBURSEMENTS: {
        "travelReimbursementStatusGuids": among("travelReimbursementStatus", "guid"),
        "changedSince": changed,
    },
    STATUSES: {"active": _ACTIVE},
    LINES: {"changedSince": changed, "expenseClass": exactly("travelExpense", "expenseClass")},
    "/v1/users": {
        "isActive": _ACTIVE,
        "businessUnitGuids": among("businessUnit", "guid"),
        "changedSince": changed,
    },
}


def _with_addon(handler: Callable[[Call], Answer]) -> Callable[[Call], Answer]:
    """Refused where the organisation has no add-on of travel reimbursements."""

    def handled(call: Call) -> Answer:
        if call.owner in call.limits["no_travel"]:
            raise Refusal(403, "AddonMissing: travel reimbursements are not in use")
        return handler(call)

    return handled


def _by_token(path: str) -> Callable[[Call], Answer]:
    return lambda call: page(call, call.objects(path), FILTERS[path])


def _single(path: str) -> Callable[[Call], Answer]:
    return lambda call: Answer(body=find(call, path, call.path["guid"]))


def get_lines(call: Call) -> Answer:
    """The expenses of one reimbursement."""
    own = find(call, REIMBURSEMENTS, call.path["travelReimbursementGuid"])["guid"]
    return page(call, [one for one in call.objects(LINES) if _is_of(one, own)], FILTERS[LINES])


def patch(call: Call) -> Answer:
    """JSON Patch, Replace only: the status by its guid, or a field of the head. All or nothing."""
    there = find(call, REIMBURSEMENTS, call.path["guid"])
    patched, effect = copy.deepcopy(there), "updated"
    for one in call.body or []:
        if one["op"].lower() != "replace":
            raise Refusal(400, f"InvalidOperation: {one['op']} is not supported, only Replace")
        path, value = one.get("path") or "", one.get("value")
        if path == "/travelReimbursementStatus/guid":
            status = next((s for s in call.objects(STATUSES) if s["guid"] == value), None)
            if status is None:
                raise Refusal(400, f"InvalidParameter: no travel reimbursement status {value}")
            patched["travelReimbursementStatus"] = {name: status[name] for name in ("guid", "name")}
            effect = "status"
        elif path.count("/") == 1 and path[1:] in there and path != "/guid":
            patched[path[1:]] = value
        else:
            raise Refusal(400, f"InvalidParameter: path {path}")
    there.update({**patched, "lastUpdatedDateTime": stamp("severa")})
    about = {"number": there.get("number"), "status": dig(there, "travelReimbursementStatus", "name")}
    return Answer(body=[there], effect=effect, object_id=there["guid"], about=about)


def get_pdf(call: Call) -> Answer:
    """Created each time: one page for the reimbursement, one for its expenses."""
    own = find(call, REIMBURSEMENTS, call.path["guid"])
    lines = sum(_is_of(one, own["guid"]) for one in call.objects(LINES))
    return Answer(body=pdf([f"Travel reimbursement {own.get('number')}", f"{lines} expenses"]))


def get_files(call: Call) -> Answer:
    """The receipts of one expense."""
    own = find(call, LINES, call.path["projectTravelExpenseGuid"])["guid"]
    there = [one for one in call.objects(FILES) if one.get("travelExpenseGuid") == own]
    return rows_of(call, there, {}, "20")


def _is_of(line: Json, guid: str) -> bool:
    return bool(dig(line, "travelReimbursement", "guid") == guid)


OPERATIONS: dict[str, Callable[[Call], Answer]] = {
    "travelReimbursementsGetTravelReimbursements": _with_addon(_by_token(REIMBURSEMENTS)),
    "travelReimbursementsGetTravelReimbursement": _with_addon(_single(REIMBURSEMENTS)),
    "travelReimbursementsPatchTravelReimbursement": _with_addon(patch),
    "projectTravelExpensesGetProjectTravelExpensesForTravelReimbursement": _with_addon(get_lines),
    "projectTravelExpensesGetProjectTravelExpenses": _by_token(LINES),
    "travelReimbursementStatusGetTravelReimbursementStatuses": _with_addon(
        lambda call: rows_of(call, call.objects(STATUSES), FILTERS[STATUSES], "20")
    ),
    "pdfGetTravelReimbursementPdf": _with_addon(get_pdf),
    "filesGetTravelExpenseFiles": get_files,
    "usersGetUser": _single("/v1/users"),
    "usersGetUsers": _by_token("/v1/users"),
    "costCentersGetCostCenter": _single("/v1/costcenters"),
}
