"""`gateway check`: do the settings fit both sides? One line a thing, each with the step that mends it (SPEC S2)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable
from dataclasses import asdict, dataclass
from typing import Annotated, Any

import typer

from gateway.cli import DEFAULT, SettingsPath, app, settings_of
from gateway.errors import GatewayError
from gateway.settings import Company, GatewaySettings, Organisation


@dataclass(frozen=True, slots=True)
class Line:
    """One finding: `ok`, `missing` or `failed`."""

    company: str
    thing: str
    state: str
    told: str = ""


@app.command(epilog="Example: `gateway check --settings gateway.yaml --json`")
def check(
    settings: SettingsPath = DEFAULT,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Log in to both APIs and look for what the settings name: statuses, units, accounts, default codes.

    Exit code 0: all is there. 1: something is missing or does not answer. 2: the settings are wrong.
    """
    lines = asyncio.run(check_all(settings_of(settings)))
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in lines], ensure_ascii=False, indent=1))
    else:
        for one in lines:
            typer.echo(f"{one.state:8}{one.company:16}{one.thing}" + (f": {one.told}" if one.told else ""))
    raise typer.Exit(0 if all(one.state == "ok" for one in lines) else 1)


async def check_all(settings: GatewaySettings) -> list[Line]:
    """Findings of every company."""
    from streams.clients import Clients

    clients = Clients(settings)
    clients.share(company.id for company in settings.companies())
    lines: list[Line] = []
    try:
        for organisation in settings.organisations:
            lines += await _organisation(clients, organisation)
            for company in organisation.companies:
                lines += await _company(clients, company)
        return lines
    finally:
        await clients.close()


async def _organisation(clients: Any, organisation: Organisation) -> list[Line]:
    severa = clients.severa(organisation)
    login = await _line(organisation.name, "login to Severa", severa.log_in())
    if login.state != "ok":
        return [login]
    lines = [login]
    for company in organisation.companies:
        sales = company.sales
        for which, name in (("before", sales.status_before), ("after", sales.status_after)):
            lines.append(await _line(company.id, f"status {which} transfer '{name}'", severa.status_id(name)))
    try:
        units = {one.guid: one for one in await severa.business_units()}
    except GatewayError as error:
        return [*lines, Line(organisation.name, "business units", "failed", error.message)]
    for company in organisation.companies:
        unit = units.get(company.business_unit)
        if unit is None:
            told = f"no business unit {company.business_unit} in Severa; correct business_unit in the settings"
            lines.append(Line(company.id, "business unit", "missing", told))
        elif not unit.vat_number:
            told = f"{unit.name} has no VAT number of its own; fill it in in Severa, or name the unit that has one"
            lines.append(Line(company.id, "business unit", "missing", told))
        else:
            lines.append(Line(company.id, "business unit", "ok", unit.name))
    return lines


async def _company(clients: Any, company: Company) -> list[Line]:
    procountor = clients.procountor(company)
    login = await _line(company.id, "login to Procountor", procountor.company_name(), show=True)
    if login.state != "ok":
        return [login]
    lines = [login]
    try:
        accounts = [one for one in await procountor.bank_accounts() if one.active]
        state = "ok" if accounts else "missing"
        told = ", ".join(f"{one.iban} {one.currency}" for one in accounts) or "add a bank account in Procountor"
        lines.append(Line(company.id, "bank accounts", state, told))
        codes = company.default_codes
        for name, code in (("default product code", codes.product), ("default work type code", codes.work_type)):
            found = await procountor.find_products(code)
            told = found[0].name if found else f"add product {code} in Procountor, or correct the settings"
            lines.append(Line(company.id, f"{name} '{code}'", "ok" if found else "missing", told))
    except GatewayError as error:
        lines.append(Line(company.id, "registers", "failed", error.message))
    return lines


async def _line(company: str, thing: str, work: Awaitable[Any], show: bool = False) -> Line:
    try:
        answer = await work
    except GatewayError as error:
        state = "missing" if error.code == "STATUS_UNKNOWN" else "failed"
        return Line(company, thing, state, error.message)
    return Line(company, thing, "ok", str(answer) if show else "")
