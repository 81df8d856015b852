"""Reading examples/purchases, and playing a file of it on the real path."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from gateway.documents import Outcome
from gateway.sandbox.world.demo_world import FIRMS, guid
from tests.examples import _read, plain
from tests.unit.flows.purchase_invoices.one_invoice import DELETE, POST, OneInvoice

FOLDER = Path(__file__).parents[4] / "examples/purchases"
Json = dict[str, Any]


@cache
def examples() -> dict[str, Json]:
    """All of them by name."""
    return {path.stem: _read(path) for path in sorted(FOLDER.glob("[0-9]*.yaml"))}


def an_invoice(example: Json) -> OneInvoice:
    """The example's invoice with its receipt in Procountor, and the projects in Severa."""
    procountor, firm = plain(example["procountor"]), next(one for one in FIRMS if one.id == example["company"])
    unit = {"guid": guid(firm.id, "unit"), "name": firm.name}

    def change(world: Json) -> None:
        there = world["procountor"][firm.id]
        there["/invoices"][-1] |= procountor["invoice"]
        there["/ledgerreceipts"][-1] |= procountor["receipt"]
        there["/dimensions"][0]["items"] = procountor["items"]
        projects = plain(example["severa"]["projects"])
        world["severa"][firm.organisation]["/v1/projects"] = [{"businessUnit": unit, **one} for one in projects]

    return OneInvoice(firm=firm, change=change, **plain(example.get("settings", {})))


async def play(example: Json) -> Json:
    """What Severa got, and what the outcomes say, in the words of the examples: at first, and after each change."""
    one = an_invoice(example)
    steps = [await _step(one)]
    for later in plain(example["procountor"].get("later", ())):
        for fee in one.fees:
            fee |= later.get("fee", {})
        one.wall += 60
        there = one.apis.world["procountor"][one.firm.id]
        for path, name in (("/invoices", "invoice"), ("/ledgerreceipts", "receipt")):
            if name in later:
                there[path][0] |= later[name] | {"version": one._now()}
        steps.append(await _step(one))
    return {"steps": steps}


async def _step(one: OneInvoice) -> Json:
    began, before = len(one.apis.journal.entries()), len(one.told)
    await one.run()
    entries = one.apis.journal.entries()[began:]
    deleted = [_marker(one["object"]["text"]) for one in entries if one["operation"] == DELETE]
    created = [one["body"] for one in entries if one["operation"] == POST]
    for body in created:
        body["description"] = _plain(body["description"])
    found: Json = {"deleted": deleted, "created": created, "outcomes": [_said(told) for told in one.told[before:]]}
    return {name: value for name, value in found.items() if value}


def _said(told: Outcome) -> Json:
    found: Json = {"id": told.key.id, "state": told.state.value, "notes": list(told.notes)}
    if told.error is not None:
        found |= {"code": told.error.code, "message": told.error.message}
    found["truncations"] = [
        {"field": one.field, "kind": one.kind.value, "full_length": one.full_length, "kept_length": one.kept_length}
        for one in told.truncations
    ]
    return {name: value for name, value in found.items() if value != []}


def _plain(text: str) -> str:
    return re.sub("[0-9a-f]{8}$", "0" * 8, text)


def _marker(text: str) -> str:
    return _plain(text.rpartition("\n")[2])
