"""Severa's project fees: read, created and deleted. What Severa refuses isn't known; the sandbox refuses what is billed
or closed (docs/api-facts.md 81).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

from gateway.sandbox.procountor.pages import seen, visible
from gateway.sandbox.server.call import Answer, Call, Filters, Json, Refusal, dig, exactly, flag
from gateway.sandbox.severa.lists import changed, find, page
from gateway.sandbox.world.file import stamp

FEES, PROJECTS = "/v1/projectfees", "/v1/projects"
_FILTERS: Filters = {
    "productType": exactly("productType"),
    "isBillable": flag("isBillable", absent=False),
}
#: References that a fee shows as they were given.
_REFERENCES = ("phase", "product", "user", "costCenter", "salesAccount")


def of_project(call: Call) -> Answer:
    """The fees of one project, as far as searches show them."""
    own = find(call, PROJECTS, call.path["projectGuid"])["guid"]
    there = [seen(one) for one in visible(call.objects(FEES)) if dig(one, "project", "guid") == own]
    return page(call, there, _FILTERS)


def of_all(call: Call) -> Answer:
    """The fees of all projects, likewise."""
    return page(call, [seen(one) for one in visible(call.objects(FEES))], {"changedSince": changed})


def read(call: Call) -> Answer:
    """One fee."""
    return Answer(body=seen(find(call, FEES, call.path["guid"])))


def create(call: Call) -> Answer:
    """A fee; a second one like it is accepted too."""
    project = _open_project(call, call.body["project"]["guid"])
    own, now = str(uuid.uuid4()), stamp("severa")
    made: Json = {
        **{name: value for name, value in call.body.items() if value is not None and name not in _REFERENCES},
        **{name: {"guid": call.body[name]["guid"]} for name in _REFERENCES if call.body.get(name)},
        "guid": own,
        "project": {"guid": project["guid"], "name": project["name"]},
        "createdDateTime": now,
        "lastUpdatedDateTime": now,
        **call.unseen(),
    }
    call.objects(FEES).append(made)
    about = {"project": project.get("number"), "cost": dig(made, "unitCost", "amount"), "text": made.get("description")}
    return Answer(201, [seen(made)], effect="created", object_id=own, about=about)


def delete(call: Call) -> Answer:
    """Not a fee on an invoice, nor one of a closed project."""
    there = find(call, FEES, call.path["guid"])
    if there.get("invoice") or there.get("invoiceRowGuid"):
        raise Refusal(400, "InvalidOperation: the project fee is on an invoice")
    _open_project(call, there["project"]["guid"])
    call.objects(FEES).remove(there)
    return Answer(204, effect="deleted", object_id=there["guid"], about={"text": there.get("description")})


def _open_project(call: Call, guid: str) -> Json:
    project = next((one for one in call.objects(PROJECTS) if one["guid"] == guid), None)
    if project is None:
        raise Refusal(400, f"InvalidParameter: no project {guid}")
    if project.get("isClosed"):
        raise Refusal(400, "InvalidOperation: the project is closed")
    return project


OPERATIONS: dict[str, Callable[[Call], Answer]] = {
    "projectFeesGetProjectFeesForProject": of_project,
    "projectFeesGetProjectFeesByToken": of_all,
    "projectFeesGetProjectFee": read,
    "projectFeesPostProjectFee": create,
    "projectFeesDeleteProjectFree": delete,
}
