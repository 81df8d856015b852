"""Procountor's persons, which are business partners of type PERSON too. A duplicate is accepted."""

from __future__ import annotations

from gateway.sandbox.procountor.pages import by_ids, next_id, page, seen
from gateway.sandbox.server.call import Answer, Call, Json, Keeps, Refusal, dig, filtered, part_of
from gateway.sandbox.world.file import stamp

PATH = "/persons"
_PAGING = ("orderById", "size", "page")
_BASIC = ("id", "firstName", "lastName", "invoicingInfo", "registryInfo")


def _inactive(call: Call, parameter: str) -> Keeps:
    if call.one(parameter) == "true":
        return lambda one: True
    return _is_active


def search(call: Call) -> Answer:
    """By person number; inactive ones only on request. There is no search by identifier."""
    if not call.one("includeInactive"):
        call.query.append(("includeInactive", "false"))
    filters = {"personNumber": part_of("invoicingInfo", "personNumber"), "includeInactive": _inactive}
    found = filtered(call, list(call.objects(PATH)), filters, _PAGING)
    return page(call, map(_basic, found), _BASIC)


def read(call: Call) -> Answer:
    """One person."""
    return by_ids(call, PATH, "id", "Person not found.")


def create(call: Call) -> Answer:
    """A person; the id is one of business partners."""
    if "version" in call.body:
        raise Refusal(400, "Value of the 'version' field must be null.", "version")
    there = call.objects(PATH)
    number = next_id([*there, *call.objects("/businesspartners")])
    made = {**call.body, "id": number, "version": stamp("procountor"), **call.unseen()}
    there.append(made)
    return Answer(body=seen(made), effect="created", object_id=number, about={"name": _name(made)})


def update(call: Call) -> Answer:
    """Replace a person; an old version is refused."""
    there = next((one for one in call.objects(PATH) if str(one["id"]) == call.path["id"]), None)
    if there is None:
        raise Refusal(404, "Person not found.")
    if call.body.get("version") != there.get("version"):
        raise Refusal(400, "The person was changed by somebody else.", "version")
    number = there["id"]
    there.clear()
    there |= {**call.body, "id": number, "version": stamp("procountor")}
    return Answer(body=seen(there), effect="updated", object_id=number, about={"name": _name(there)})


def partners(call: Call) -> list[Json]:
    """The persons as business partners."""
    return [
        {
            "id": one["id"],
            "name": _name(one),
            "type": "PERSON",
            "invoicingInfo": {
                name: value
                for name in ("identifier", "identifierType")
                if (value := dig(one, "invoicingInfo", name)) is not None
            },
            "registryInfo": {"active": _is_active(one)},
            "version": one.get("version", ""),
            **({"_seen_from": one["_seen_from"]} if "_seen_from" in one else {}),
        }
        for one in call.objects(PATH)
    ]


def _basic(one: Json) -> Json:
    """PersonBasicInfo: less of the two groups."""
    info, names = one.get("invoicingInfo") or {}, ("personNumber", "identifier", "identifierType")
    invoicing = {name: info[name] for name in names if name in info}
    return {**one, "invoicingInfo": invoicing, "registryInfo": {"active": _is_active(one)}}


def _is_active(one: Json) -> bool:
    return bool((one.get("registryInfo") or {}).get("active", True))


def _name(one: Json) -> str:
    return " ".join(str(part) for part in (one.get("firstName"), one.get("lastName")) if part)
