"""One world of all files of examples/invoices: what Severa has before the transfer, and what Procountor has."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from gateway.sandbox.world.demo_world import AFTER, BEFORE, FIRMS, Firm, base_world, partner
from tests.examples import Example, companies, examples, plain

Json = dict[str, Any]


def firms() -> tuple[Firm, ...]:
    """The sending companies with their settings."""
    return tuple(replace(firm, settings=_settings(companies()[firm.id]["settings"])) for firm in FIRMS)


def examples_world(**limits: Any) -> Json:
    """Checked: a guid that two files give to different things is a mistake of the files."""
    world = base_world(firms(), **limits)
    for firm in FIRMS:
        _add_registers(world["procountor"][firm.id], plain(companies()[firm.id]["registers"]))
        for one in examples().values():
            if one.tree["company"] == firm.id:
                _add(world, firm, one)
    return world


def _settings(given: Json) -> Json:
    return {**given, "sales": {"status_before": BEFORE, "status_after": AFTER, **given["sales"]}}


def _add_registers(there: Json, registers: Json) -> None:
    template, accounts = there["/products"][0], registers["default_accounts"]
    there["/products"] = [
        {**template, "id": own, "name": code, "code": code, **_account(accounts.get(code))}
        for code, own in registers["products"].items()
    ]
    there["/vats/default"]["vatStatuses"] = [
        {"vatStatus": int(number), "description": text, "sales": True, "purchase": False}
        for number, text in registers["vat_statuses"].items()
    ]
    there["/coa"] = {
        "ledgerAccounts": [{"ledgerAccountCode": one, "name": one, "active": True} for one in registers["accounts"]]
    }
    there["/dimensions"] = [
        {
            "id": n,
            "name": name,
            "items": [
                {"id": n * 100 + at, "codeName": code, "description": description}
                for at, (code, description) in enumerate(items.items(), start=1)
            ],
        }
        for n, (name, items) in enumerate(registers["dimensions"].items(), start=7)
    ]


def _account(number: str | None) -> Json:
    return {"defaultAccount": number} if number else {}


def _add(world: Json, firm: Firm, one: Example) -> None:
    severa, said = world["severa"][firm.organisation], plain(one.severa)
    card = said.pop("customer")
    for path, things in {
        "customers": [card],
        "invoices": [said.pop("invoice")],
        "invoicerows": said.pop("rows"),
        **said,
    }.items():
        for thing in things:
            _put(severa.setdefault(f"/v1/{path}", []), "guid", thing, one.name)
    partners, gets = world["procountor"][firm.id]["/businesspartners"], one.procountor
    if "partner_id" in gets and "partner" not in gets:
        _put(partners, "id", partner(firm, card, gets["partner_id"]), one.name)


def _put(there: list[Json], key: str, thing: Json, where: str) -> None:
    known = next((other for other in there if other[key] == thing[key]), None)
    assert known in (None, thing), f"{where}: another file says something else of {key} {thing[key]}"
    if known is None:
        there.append(thing)
