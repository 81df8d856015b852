"""`gateway retry|adopt|create-anyway|release|confirm-unit`: what an operator says to the running workers."""

from __future__ import annotations

import asyncio
import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli import DEFAULT, SettingsPath, app, fail, settings_of
from gateway.documents import Command, CommandKind, DocumentKey, Kind
from gateway.settings import GatewaySettings, Organisation

Document = Annotated[
    str, typer.Argument(help="The document as mails and outcomes name it: company/sales-invoice/guid.")
]
CompanyId = Annotated[str, typer.Argument(help="The company's id in the settings.")]


@app.command(epilog="Example: `gateway retry acme-fi/sales-invoice/5f6c... --settings gateway.yaml`")
def retry(document: Document, settings: SettingsPath = DEFAULT) -> None:
    """Try a refused document again with the next poll, and tell the outcome even if it is the same."""
    _about_document(CommandKind.RETRY, document, settings)


@app.command(epilog="Example: `gateway adopt acme-fi/sales-invoice/5f6c... --invoice 4711`")
def adopt(
    document: Document,
    invoice: Annotated[int, typer.Option("--invoice", "-i", help="Id of the invoice in Procountor.", min=1)],
    settings: SettingsPath = DEFAULT,
) -> None:
    """Say that an invoice in Procountor is this refused document: nothing is created, its status in Severa moves."""
    _about_document(CommandKind.ADOPT, document, settings, invoice)


@app.command("create-anyway", epilog="Example: `gateway create-anyway acme-fi/sales-invoice/5f6c...`")
def create_anyway(document: Document, settings: SettingsPath = DEFAULT) -> None:
    """Create the invoice of a refused document although Procountor has one with its number."""
    _about_document(CommandKind.CREATE_ANYWAY, document, settings)


@app.command(epilog="Example: `gateway release acme-fi --settings gateway.yaml`")
def release(company: CompanyId, settings: SettingsPath = DEFAULT) -> None:
    """Let a held company try one document at once; the hold ends when that goes well.

    Where it is held because its key opens another company of Procountor, this says that the change is meant.
    """
    _send(CommandKind.RELEASE, company, company, settings)


@app.command("confirm-unit", epilog="Example: `gateway confirm-unit acme-fi 1f0a... --settings gateway.yaml`")
def confirm_unit(
    company: CompanyId,
    unit: Annotated[str, typer.Argument(help="Guid of the business unit in Severa.")],
    settings: SettingsPath = DEFAULT,
) -> None:
    """Say that a business unit which was moved in Severa belongs to this company now."""
    _send(CommandKind.CONFIRM_UNIT, company, unit.lower(), settings)


def _about_document(kind: CommandKind, document: str, settings: Path, invoice: int | None = None) -> None:
    try:
        key = DocumentKey.parse(document)
        if key.kind is not Kind.SALES_INVOICE:
            raise ValueError(document)
    except ValueError:
        raise fail(f"'{document}' is no document; one is named company/sales-invoice/guid, as in the mail.") from None
    _send(kind, key.company, key.id, settings, invoice)


def _send(kind: CommandKind, company: str, about: str, path: Path, invoice: int | None = None) -> None:
    settings = settings_of(path)
    organisation = _organisation(settings, company)
    command = Command(organisation.name, company, kind, about, datetime.now(UTC), getpass.getuser(), invoice)
    asyncio.run(_publish(settings, command))
    typer.echo("Sent. The worker's log says what it did with it; what comes of the document is its next outcome.")


def _organisation(settings: GatewaySettings, company: str) -> Organisation:
    for one in settings.organisations:
        if any(own.id == company for own in one.companies):
            return one
    known = ", ".join(one.id for one in settings.companies())
    raise fail(f"The settings have no company '{company}'. They have: {known}.")


async def _publish(settings: GatewaySettings, command: Command) -> None:
    from aiokafka import AIOKafkaProducer
    from aiokafka.errors import KafkaError

    from gateway.events.catalogue import Topics
    from gateway.events.codec import Codec
    from gateway.events.registry import FileRegistry
    from gateway.ledger import partition_of
    from streams.publishing import Publishing

    record = Publishing(Topics(settings.kafka.prefix), Codec(FileRegistry())).command(command)
    partition = partition_of(command.organisation, settings.kafka.partitions)
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka.bootstrap, acks="all")
    try:
        await producer.start()
        await producer.send_and_wait(record.topic, record.value, record.key, partition, headers=list(record.headers))
    except KafkaError as error:
        raise fail(
            f"Kafka at {settings.kafka.bootstrap} didn't take the command: {error!r}. Send it again.", 1
        ) from None
    finally:
        await producer.stop()
