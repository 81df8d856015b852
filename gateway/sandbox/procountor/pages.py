"""Procountor's paging, and what a search shows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from gateway.sandbox.server.call import Answer, Call, Json, Keeps, Refusal

#: Parameters of paging that the sandbox serves.
PAGING = ("orderById", "previousId", "size", "page")
#: The most ids per call.
MOST_IDS = 200
#: Fields that only a search of invoices shows.
_SEARCHED = ("created", "dueDate")


def page(call: Call, found: Iterable[Json], fields: tuple[str, ...] = ()) -> Answer:
    """By id, DESC unless ASC is requested; after `previousId`, or by page number; without what isn't visible yet."""
    ascending, size = call.one("orderById", "DESC") == "ASC", int(call.one("size", "50"))
    if size < 1:
        raise Refusal(400, "Value of the 'size' is invalid.", "size")
    kept = sorted(visible(found), key=lambda one: int(one["id"]), reverse=not ascending)
    total = len(kept)
    if previous := int(call.one("previousId", "0")):
        kept = [one for one in kept if (one["id"] > previous if ascending else one["id"] < previous)]
    number = int(call.one("page", "0"))
    results = [
        {name: one[name] for name in fields if name in one} if fields else seen(one)
        for one in kept[number * size : number * size + size]
    ]
    meta = {"pageNumber": number, "pageSize": size, "resultCount": len(results), "totalCount": total}
    return Answer(body={"results": results, "meta": meta})


def by_ids(call: Call, path: str, parameter: str, missing: str) -> Answer:
    """One object by its id, or a list by comma-separated ids, in the order of ids; unknown ones are omitted."""
    asked = call.path[parameter]
    ids = {one.strip() for one in asked.split(",")}
    if len(ids) > MOST_IDS:
        raise Refusal(400, f"More than {MOST_IDS} ids.")
    hits = sorted((one for one in call.objects(path) if str(one["id"]) in ids), key=lambda one: int(one["id"]))
    if not hits:
        raise Refusal(404, missing)
    shown = [seen(one, without=_SEARCHED) for one in hits]
    return Answer(body=shown if "," in asked else shown[0])


def seen(one: Json, without: tuple[str, ...] = ()) -> Json:
    """Without the sandbox's own fields."""
    return {name: value for name, value in one.items() if not name.startswith("_") and name not in without}


def visible(found: Iterable[Json]) -> Iterable[Json]:
    """The objects that searches show by now."""
    now = time.time()
    return (one for one in found if one.get("_seen_from", 0) <= now)


def check_period(call: Call, day: str) -> None:
    """Nothing is booked in a closed period."""
    for year in call.objects("/fiscalyears"):
        for period in year.get("trackingPeriods", ()):
            if period["status"] == "CLOSED" and period["startDate"] <= day <= period["endDate"]:
                raise Refusal(400, "CLOSED_FISCAL_PERIOD", "date")


def next_id(there: list[Json]) -> int:
    """Ids count up within a company."""
    return max((int(one["id"]) for one in there), default=0) + 1


def since(field: str) -> Callable[[Call, str], Keeps]:
    """A filter: a date or time from the given one on."""

    def make(call: Call, parameter: str) -> Keeps:
        edge = call.one(parameter)
        return lambda one: str(_value(one, field)) >= edge

    return make


def until(field: str) -> Callable[[Call, str], Keeps]:
    """A filter: a date or time up to the given one."""

    def make(call: Call, parameter: str) -> Keeps:
        edge = call.one(parameter)
        return lambda one: str(_value(one, field)) <= edge

    return make


def _value(one: Json, field: str) -> Any:
    return one.get(field) or ""
