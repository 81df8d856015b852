"""Procountor's dimensions and their items. Nothing makes names unique, and a closed item has the status P."""

from __future__ import annotations

from collections.abc import Callable

from gateway.sandbox.procountor.pages import next_id, seen, visible
from gateway.sandbox.server.call import Answer, Call, Filters, Json, Refusal, filtered, part_of

PATH = "/dimensions"
_FILTERS: Filters = {
    "name": part_of("name"),
    "codeName": lambda call, name: (
        lambda one: any(call.one(name) in (item.get("codeName") or "") for item in one.get("items") or ())
    ),
}


def every(call: Call) -> Answer:
    """All that match, as a bare array, without items that searches don't show yet."""
    return Answer(body=[_shown(one) for one in filtered(call, call.objects(PATH), _FILTERS, ())])


def read(call: Call) -> Answer:
    """One dimension, likewise."""
    return Answer(body=_shown(_find(call)))


def add_item(call: Call) -> Answer:
    """An item; a second one with the same name is accepted too."""
    there = _find(call)
    items = [item for one in call.objects(PATH) for item in one.get("items") or ()]
    made = {**call.body, "id": next_id(items), **call.unseen()}
    there.setdefault("items", []).append(made)
    about = {"dimension": there["name"], "codeName": made["codeName"]}
    return Answer(body=seen(made), effect="created", object_id=made["id"], about=about)


def update_item(call: Call) -> Answer:
    """Replace an item of the dimension, whose id is in the body."""
    there = _find(call)
    item = next((one for one in there.get("items") or () if one["id"] == call.body.get("id")), None)
    if item is None:
        raise Refusal(404, "Dimension item not found.")
    if call.body.get("status") not in (None, "P"):
        raise Refusal(400, "Value of the 'status' is invalid.", "status")
    kept = {name: value for name, value in item.items() if name.startswith("_")}
    item.clear()
    item |= {**{name: value for name, value in call.body.items() if value is not None}, **kept}
    about = {"dimension": there["name"], "codeName": item["codeName"], "status": item.get("status", "")}
    return Answer(body=seen(item), effect="updated", object_id=item["id"], about=about)


def _find(call: Call) -> Json:
    there = next((one for one in call.objects(PATH) if str(one["id"]) == call.path["dimensionId"]), None)
    if there is None:
        raise Refusal(404, "Dimension not found.")
    return there


def _shown(one: Json) -> Json:
    return {**seen(one), "items": [seen(item) for item in visible(one.get("items") or ())]}


OPERATIONS: dict[str, Callable[[Call], Answer]] = {
    "getDimensions": every,
    "getDimension": read,
    "addDimensionItem": add_item,
    "updateDimensionItem": update_item,
}
