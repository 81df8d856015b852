"""`gateway retry|adopt|create-anyway|release|confirm-unit`: an operator's commands to the running workers."""

from __future__ import annotations

import asyncio
import getpass
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from aiokafka.errors import KafkaError

from gateway.cli import DEFAULT, SettingsPath, app, fail, settings_of
from gateway.cli.ledger_view import ledger_view
from gateway.delivery.commands import never_applies, nothing_to_do, said_in
from gateway.documents import OF_DOCUMENTS, Command, CommandKind, DocumentKey, Kind
from gateway.documents.keys import OF_DOCUMENTS as OF_KINDS
from gateway.events.catalogue import Topics
from gateway.events.codec import Codec
from gateway.events.registry import FileRegistry
from gateway.events.rights import of_operator
from gateway.kafka import cluster_of
from gateway.kafka.connection import NotReached, connected
from gateway.kafka.rights import RightsMissing, check_rights
from gateway.ledger import Unreadable, partition_of
from gateway.settings import GatewaySettings, Organisation
from gateway.telemetry.spans import commanded
from gateway.telemetry.tracing import set_up_tracing
from streams.publishing import Publishing

Document = Annotated[
    str, typer.Argument(help="The document, as mails and outcomes name it, such as company/sales-invoice/guid.")
]
_GUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
#: Forms of the ids that are no guid.
OTHER_IDS = {
    Kind.COST_ALLOCATION: "[0-9]+-[0-9]+",
    Kind.DIMENSION_ITEM: f"(project|cost-center|business-unit)-{_GUID}",
}
#: How long the command waits for a worker to take it, in seconds.
TAKEN = 10.0
Wait = Annotated[float, typer.Option(help="How long to wait for a worker to take the command, in seconds.", min=0.0)]
WHAT_FOLLOWS = {
    **dict.fromkeys(OF_DOCUMENTS, "Its next outcome, and the worker's log, say what became of the document."),
    CommandKind.RELEASE: "The worker's log says 'hold ended', or 'company held' if the problem is still there.",
    CommandKind.CONFIRM_UNIT: "The worker's log says 'business unit hold ended' when it next reads the hierarchy.",
}
CompanyId = Annotated[str, typer.Argument(help="The company's id in the settings.")]


@app.command(epilog="Example: `gateway retry acme-fi/sales-invoice/5f6c... --settings gateway.yaml`")
def retry(document: Document, settings: SettingsPath = DEFAULT, wait: Wait = TAKEN) -> None:
    """Retry a refused document at the next poll, and report the outcome even if it is the same."""
    _about_document(CommandKind.RETRY, document, settings, wait)


@app.command(epilog="Example: `gateway adopt acme-fi/sales-invoice/5f6c... --invoice 4711`")
def adopt(
    document: Document,
    invoice: Annotated[int, typer.Option("--invoice", "-i", help="Id of the invoice in Procountor.", min=1)],
    settings: SettingsPath = DEFAULT,
    wait: Wait = TAKEN,
) -> None:
    """Link a refused document to an invoice in Procountor: nothing is created, and its status in Severa moves on."""
    _about_document(CommandKind.ADOPT, document, settings, wait, invoice)


@app.command("create-anyway", epilog="Example: `gateway create-anyway acme-fi/sales-invoice/5f6c...`")
def create_anyway(document: Document, settings: SettingsPath = DEFAULT, wait: Wait = TAKEN) -> None:
    """Create the invoice of a refused document although Procountor has an invoice with its number."""
    _about_document(CommandKind.CREATE_ANYWAY, document, settings, wait)


@app.command(epilog="Example: `gateway release acme-fi --settings gateway.yaml`")
def release(company: CompanyId, settings: SettingsPath = DEFAULT, wait: Wait = TAKEN) -> None:
    """Let a held company try one document at once; the hold ends if the transfer succeeds.

    If the company is held because its key opens another company in Procountor, this confirms the change.
    """
    _send(CommandKind.RELEASE, DocumentKey(company, Kind.COMPANY, company), settings, wait)


@app.command("confirm-unit", epilog="Example: `gateway confirm-unit acme-fi 1f0a... --settings gateway.yaml`")
def confirm_unit(
    company: CompanyId,
    unit: Annotated[str, typer.Argument(help="Guid of the business unit in Severa.")],
    settings: SettingsPath = DEFAULT,
    wait: Wait = TAKEN,
) -> None:
    """Confirm that a business unit that was moved in Severa belongs to this company now."""
    key = DocumentKey(company, Kind.BUSINESS_UNIT, _guid(unit, "business unit"))
    _send(CommandKind.CONFIRM_UNIT, key, settings, wait)


def _about_document(kind: CommandKind, document: str, settings: Path, wait: float, invoice: int | None = None) -> None:
    key = document_key(document)
    if why := never_applies(kind, key):
        raise fail(f"{key}: {why}.")
    _send(kind, key, settings, wait, invoice)


def document_key(document: str) -> DocumentKey:
    """The key of a document as people copy it. A wrong form is reported before anything is read."""
    try:
        key = DocumentKey.parse(document)
        if key.kind not in OF_KINDS:
            raise ValueError(document)
    except ValueError:
        raise fail(f"'{document}' is not a document. Write company/sales-invoice/guid, as in the mail.") from None
    form = OTHER_IDS.get(key.kind)
    if form is None:
        return DocumentKey(key.company, key.kind, _guid(key.id, "document"))
    if not re.fullmatch(form, key.id):
        raise fail(f"'{key.id}' is not the id of a document of this kind. Copy it from the mail.")
    return key


def _guid(text: str, what: str) -> str:
    """The guid as Severa writes it. A wrong form is reported before anything is read."""
    if not re.fullmatch(_GUID, text.lower()):
        raise fail(f"'{text}' is not the guid of a {what}. A guid looks like 5f6c0a7e-1b2c-4d3e-8f90-a1b2c3d4e5f6.")
    return text.lower()


def _send(kind: CommandKind, key: DocumentKey, path: Path, wait: float, invoice: int | None = None) -> None:
    settings = settings_of(path)
    organisation = _organisation(settings, key.company)
    target = str(invoice) if invoice is not None else None
    command = Command(organisation.name, kind, key, datetime.now(UTC), getpass.getuser(), target)
    provider = set_up_tracing(settings.telemetry.otlp_endpoint, ratio=settings.telemetry.trace_ratio)
    try:
        with commanded(kind.value, str(key)):
            typer.echo(asyncio.run(_say(settings, command, wait)))
    except (KafkaError, TimeoutError) as error:
        raise fail(
            f"Kafka at {settings.kafka.bootstrap} doesn't answer: {error!r}. Send it again; twice does no harm.",
            1,
        ) from None
    except NotReached as error:
        raise fail(f"{error}\nSend it again; twice does no harm.", 1) from None
    except (Unreadable, RightsMissing) as error:
        raise fail(f"{error}\nNothing was sent.", 1) from None
    finally:
        provider.shutdown()


async def _say(settings: GatewaySettings, command: Command, wait: float) -> str:
    """Send the command if it would change something, and report whether a worker took it."""
    about, taken = said_in(command)
    cluster = cluster_of(settings.kafka)
    async with connected(cluster) as connection:
        await check_rights(cluster, connection, of_operator(settings.kafka))
    async with ledger_view(settings.kafka, command.organisation, (*about, taken)) as ledger:
        if why := nothing_to_do(ledger, command):
            raise fail(f"{command.key}: {why}. Nothing was sent.", 1)
        await _publish(settings, command)
        if await ledger.changes(taken, wait):
            return f"A worker has taken the command. {WHAT_FOLLOWS[command.kind]}"
    return f"The command was sent. A worker will take it as soon as one runs. {WHAT_FOLLOWS[command.kind]}"


def _organisation(settings: GatewaySettings, company: str) -> Organisation:
    for one in settings.organisations:
        if any(own.id == company for own in one.companies):
            return one
    known = ", ".join(one.id for one in settings.companies())
    raise fail(f"The settings have no company '{company}'. They have: {known}.")


async def _publish(settings: GatewaySettings, command: Command) -> None:
    record = Publishing(Topics(settings.kafka.prefix), Codec(FileRegistry())).command(command)
    partition = partition_of(command.organisation, settings.kafka.partitions)
    producer = cluster_of(settings.kafka).producer(acks="all")
    try:
        await producer.start()
        await producer.send_and_wait(record.topic, record.value, record.key, partition, headers=list(record.headers))
    finally:
        await producer.stop()
