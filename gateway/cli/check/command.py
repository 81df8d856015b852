"""`gateway check`: do the settings match both systems, and both systems each other? A report per company (S2, L3)."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from gateway.check.both_systems import BothSystems, ReadOnce
from gateway.cli import DEFAULT, SettingsPath, app, settings_of
from gateway.cli.check.compare import look
from gateway.cli.check.kafka import look_at_kafka
from gateway.cli.check.mail import look_at_mail
from gateway.cli.check.report import Report, as_json, as_text
from gateway.settings import Company, GatewaySettings, Organisation

#: The part of the rate budgets that a check uses, so that it may run beside the workers (Q4).
PART_OF_BUDGET = 0.25


@app.command(epilog="Example: `gateway check --settings gateway.yaml --company acme-fi`")
def check(
    settings: SettingsPath = DEFAULT,
    company: Annotated[list[str] | None, typer.Option("--company", "-c", help="Only these companies.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Show every line, also those without problems.")] = False,
    as_tree: Annotated[bool, typer.Option("--json", help="Print the reports as JSON.")] = False,
) -> None:
    """Log in to both APIs, check what the settings name, and compare both registers.

    Without --company, Kafka, its topics and the mail server are checked too. Nothing is changed, no mail is sent.
    Exit code 0: everything matches. 1: something is missing, different, or could not be checked. 2: the settings are
    wrong.
    """
    read = settings_of(settings)
    known = [one.id for one in read.companies()]
    for name in company or ():
        if name not in known:
            raise typer.BadParameter(f"{name}. The settings have: {', '.join(known)}", param_hint="--company")
    reports = asyncio.run(_look(read, company, known))
    typer.echo(as_json(reports) if as_tree else as_text(reports, every, colours=sys.stdout.isatty()))
    raise typer.Exit(0 if all(one.good for one in reports) else 1)


async def _look(settings: GatewaySettings, companies: list[str] | None, known: list[str]) -> list[Report]:
    around = [] if companies else [await check_around(settings)]
    return around + await check_all(settings, companies or known)


async def check_around(settings: GatewaySettings) -> Report:
    """What all companies share: Kafka and the mail server."""
    looks = await asyncio.gather(look_at_kafka(settings), look_at_mail(settings))
    return Report("", "", "", tuple(line for lines in looks for line in lines))


async def check_all(settings: GatewaySettings, companies: list[str]) -> list[Report]:
    """The reports of these companies, in the order of the settings."""
    from streams.clients import Clients

    clients = Clients(_gentle(settings))
    day = datetime.now(UTC).date()

    def sides(organisation: Organisation, read: ReadOnce, company: Company) -> BothSystems:
        severa = clients.severa(organisation).on_behalf(company.id)
        return BothSystems(organisation, company, severa, clients.procountor(company), day, read)

    reads = [(organisation, ReadOnce()) for organisation in settings.organisations]
    wanted = [sides(o, read, one) for o, read in reads for one in o.companies if one.id in companies]
    for one in wanted:
        one.beside = wanted
    try:
        found = await asyncio.gather(*map(look, wanted))
    finally:
        await clients.close()
    return [
        Report(one.company.id, one.organisation.name, one.company.country, tuple(lines))
        for one, lines in zip(wanted, found, strict=True)
    ]


def _gentle(settings: GatewaySettings) -> GatewaySettings:
    apis = {"severa": settings.severa, "procountor": settings.procountor}
    return settings.model_copy(
        update={name: api.model_copy(update=api.part(PART_OF_BUDGET)) for name, api in apis.items()}
    )
