"""The flow of travel reimbursements: what it calls, and the persons that it creates."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from tests.chaos.evidence import Evidence
from tests.chaos.finding import Finding
from tests.chaos.flows.document import at
from tests.chaos.flows.flow import Flow, Once
from tests.chaos.flows.travel_reimbursements.document import TravelReimbursement
from tests.chaos.flows.travel_reimbursements.world import KINDS

if TYPE_CHECKING:
    from tests.chaos.judge.case import Case


def findings(evidence: Evidence, found: Collection[Case]) -> Iterator[Finding]:
    """Persons that were created have all that Severa knows of them."""
    own = [one.document for one in found if isinstance(one.document, TravelReimbursement)]
    users = {(one.book.id, one.card["socialSecurityNumber"]): one for one in own}
    for entry in evidence.journal:
        if entry["operation"] == "insertPerson" and entry["effect"] == "created":
            one = users.get((entry["company"], at(entry["body"], "invoicingInfo.identifier")))
            name = f"person {entry['object']['name']}"
            if one is None:
                yield Finding("wrong_contents", entry["company"], f"{name} has a number that no user has")
                continue
            for path, value in one.person().items():
                if (sent := at(entry["body"], path)) != value:
                    yield Finding("wrong_contents", entry["company"], f"{name}: {path} is {sent!r}, not {value!r}")


TRAVEL_REIMBURSEMENTS = Flow(
    topic="changes.travel-reimbursements",
    schema="travel-reimbursement-changed",
    kinds=KINDS,
    reads={
        "procountor": ("getPersons",),
        "severa": (
            "travelReimbursementsGetTravelReimbursements",
            "travelReimbursementsGetTravelReimbursement",
            "projectTravelExpensesGetProjectTravelExpensesForTravelReimbursement",
            "projectTravelExpensesGetProjectTravelExpenses",
            "travelReimbursementStatusGetTravelReimbursementStatuses",
            "usersGetUser",
            "usersGetUsers",
            "pdfGetTravelReimbursementPdf",
            "filesGetTravelExpenseFiles",
            "fileDataGetDataForFile",
        ),
    },
    writes={
        "procountor": ("insertPerson", "sendToCirculation", "verifyInvoice"),
        "severa": ("travelReimbursementsPatchTravelReimbursement",),
    },
    created={"person": Once("insertPerson", ("body.invoicingInfo.identifier", "object.name"))},
    allowed={"insertPerson": "people.enabled"},
    findings=findings,
    document=TravelReimbursement,
)
