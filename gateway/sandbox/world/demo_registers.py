"""The registers of the demo's world: what Severa's rows name, and Procountor's chart of accounts. They match."""

from __future__ import annotations

from typing import Any

from gateway.sandbox.world.demo_world import Firm, guid

Json = dict[str, Any]

ACCOUNTS = {"FI": {"3000": "Sales of services", "3010": "Resale"}, "SE": {"3041": "Sales of services"}}
OTHERS = {"FI": {"1910": "Bank account", "4000": "Purchases"}, "SE": {"1930": "Bank account", "4000": "Purchases"}}
WORK_TYPES = {"CONS": "Consulting", "PM": "Project management"}
PRODUCTS = {"GEN": "General"}
TRAVEL = {"TRAVEL": "Train ticket"}
VAT = {"FI": (0, 10, 13.5, 25.5), "SE": (0, 6, 12, 25)}


def add_registers(world: Json, *firms: Firm) -> Json:
    """Add them to a world and return it. An organisation has the accounts and rates of each country of its firms."""
    for firm in firms:
        severa, home = world["severa"][firm.organisation], guid(firm.country)
        for unit in severa["/v1/businessunits"]:
            if unit["guid"] == guid(firm.id, "unit"):
                unit["companyCountryGuid"] = home
        _add(severa, "/v1/bankaccounts", firm, [_bank_account(world, firm)], "bankName")
        accounts = [{"number": number, "name": name} for number, name in ACCOUNTS[firm.country].items()]
        rates = [{"percentage": percent, "countryGuid": home} for percent in VAT[firm.country]]
        _add(severa, "/v1/salesaccounts", firm, accounts, "number")
        _add(severa, "/v1/vatrates", firm, rates, "countryGuid", "percentage")
        for path, named in (
            ("/v1/worktypes", WORK_TYPES),
            ("/v1/products", PRODUCTS),
            ("/v1/travelexpensetypes", TRAVEL),
        ):
            _add(severa, path, firm, [{"code": code, "name": name} for code, name in named.items()], "code")
        chart = world["procountor"][firm.id].setdefault("/coa", {"ledgerAccounts": []})["ledgerAccounts"]
        there = {one["ledgerAccountCode"] for one in chart}
        for number, name in {**OTHERS[firm.country], **ACCOUNTS[firm.country]}.items():
            if number not in there:
                chart.append({"ledgerAccountCode": number, "name": name, "active": True})
    return world


def _bank_account(world: Json, firm: Firm) -> Json:
    (own,) = world["procountor"][firm.id]["/bankaccounts"]
    unit = {"guid": guid(firm.id, "unit"), "name": firm.name}
    return {
        "bankName": f"Bank of {firm.name}",
        "accountNumber": own["iban"],
        "accountNumberFormat": "Iban",
        "businessUnit": unit,
    }


def _add(severa: Json, path: str, firm: Firm, objects: list[Json], *keys: str) -> None:
    there = severa.setdefault(path, [])
    known = {one["guid"] for one in there}
    for one in objects:
        own = guid(firm.organisation, path, *(one[key] for key in keys))
        if own not in known:
            there.append({"guid": own, **one, "isActive": True})
