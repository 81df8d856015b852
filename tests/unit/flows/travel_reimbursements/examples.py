"""Reading examples/travel, and playing a file of it on the real path."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from gateway.documents import Outcome
from gateway.sandbox.world.demo_travel import TRAVEL_BEFORE, status
from gateway.sandbox.world.demo_world import FIRMS
from tests.examples import _read, plain
from tests.unit.flows.travel_reimbursements.one_trip import PERSON, TRIP, OneTrip

FOLDER = Path(__file__).parents[4] / "examples/travel"
Json = dict[str, Any]
#: What moves a travel invoice on, as the examples name it.
ACTIONS = ("sendToCirculation", "verifyInvoice", "approveInvoice1")


@cache
def examples() -> dict[str, Json]:
    """All of them by name."""
    return {path.stem: _read(path) for path in sorted(FOLDER.glob("[0-9]*.yaml"))}


def a_trip(example: Json, folder: Path) -> OneTrip:
    """The example's reimbursement, waiting in Severa."""
    severa, firm = plain(example["severa"]), next(one for one in FIRMS if one.id == example["company"])

    def change(card: Json, lines: list[Json], files: list[Json], head: Json) -> None:
        card |= severa["user"]
        of_trip = {"travelReimbursement": {"guid": TRIP}, "travelReimbursementRequired": True}
        lines[:] = [{**of_trip, **one} for one in severa["lines"]]
        files[:] = severa.get("receipts", [])
        head |= severa["reimbursement"] | {"guid": TRIP, "travelReimbursementStatus": status(firm, TRAVEL_BEFORE)}

    person = None if example.get("new_person") else PERSON
    settings = plain(example.get("settings", {}))
    return OneTrip(folder, change, person, firm=firm, people="people" in example, **settings)


def gets(trip: OneTrip, outcome: Outcome) -> Json:
    """What Procountor got, and what the outcome says, in the words of the examples."""
    entries = trip.apis.journal.entries()

    def bodies(operation: str) -> list[Any]:
        return [one["body"] for one in entries if one["operation"] == operation]

    if outcome.error is not None:
        told = outcome.error.each
        return {"refused": [{"code": one.code, "message": one.message} for one in told]}
    (invoice,) = bodies("saveInvoice")
    invoice["notes"] = re.sub("[0-9a-f]{8}$", "0" * 8, invoice["notes"])
    found: Json = {"invoice": invoice, "attachments": trip.files.merged[-1]}  # type: ignore[attr-defined]
    written = [one["object"]["entries"] for one in entries if one["operation"] == "updateLedgerReceipt"]
    found |= {"receipt": written[-1]} if written else {}
    found["actions"] = [one["operation"] for one in entries if one["operation"] in ACTIONS]
    found["person"], found["items"] = bodies("insertPerson"), [one["codeName"] for one in bodies("addDimensionItem")]
    found["notes"] = list(outcome.notes)
    found["truncations"] = [
        {"field": one.field, "kind": one.kind.value, "full_length": one.full_length, "kept_length": one.kept_length}
        for one in outcome.truncations
    ]
    return {name: value for name, value in found.items() if value not in ([], {})}
