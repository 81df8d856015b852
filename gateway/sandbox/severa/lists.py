"""Severa's two kinds of lists, and what changed since a time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gateway.sandbox.server.call import Answer, Call, Filters, Json, Keeps, Refusal, filtered
from gateway.sandbox.world.file import stamp

#: The largest page; the default is 20.
LARGEST_PAGE = 100
_PAGE_BY_TOKEN = ("pageToken", "rowCount")
_PAGE_BY_ROW = ("firstRow", "rowCount")


def _canonical(text: str) -> str:
    """A time in the form whose text order is the time order."""
    return text if len(text) == 24 and text.endswith("Z") else stamp("severa", datetime.fromisoformat(text))


def changed(call: Call, parameter: str) -> Keeps:
    """An object without a stamp has never changed."""
    since = call.one(parameter)
    edge = _canonical(since) if since else ""

    def keeps(one: Json) -> bool:
        own = one.get("lastUpdatedDateTime") or one.get("createdDateTime")
        return not edge or (own is not None and _canonical(own) >= edge)

    return keeps


def find(call: Call, path: str, guid: str) -> Json:
    """The object with a guid; 404 if there is none."""
    found = next((one for one in call.objects(path) if one.get("guid") == guid), None)
    if found is None:
        raise Refusal(404, "")
    return found


def row_count(call: Call, default: str = "20") -> int:
    """The size of a page."""
    count = int(call.one("rowCount", default))
    if count < 1:
        raise Refusal(400, f"InvalidParameter: rowCount {count}")
    return min(count, LARGEST_PAGE)


def page(call: Call, objects: list[Json], filters: Filters) -> Answer:
    """The page after the object that the token names, so that a changing list skips nothing."""
    after, size = call.one("pageToken"), row_count(call)
    start = next((n + 1 for n, one in enumerate(objects) if one.get("guid") == after), None) if after else 0
    if start is None:
        raise Refusal(400, f"InvalidParameter: pageToken {after}")
    found: list[Any] = []
    for one in filtered(call, objects[start:], filters, _PAGE_BY_TOKEN):
        if len(found) == size:
            return Answer(body=found, headers={"NextPageToken": str(found[-1]["guid"])})
        found.append(one)
    return Answer(body=found)


def rows_of(call: Call, objects: list[Json], filters: Filters, rows: str) -> Answer:
    """The older lists: firstRow and rowCount."""
    kept = list(filtered(call, objects, filters, _PAGE_BY_ROW))
    first = int(call.one("firstRow", "0"))
    return Answer(body=kept[first : first + row_count(call, rows)])
