"""`gateway schemas plan|apply`: the gateway's schemas in the schema registry."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import typer

from gateway.cli import DEFAULT, SettingsPath, app, fail, settings_of
from gateway.cli.differences import show
from gateway.errors import GatewayError
from gateway.events.registration import apply, plan
from gateway.events.registry_client import RegistryClient, RegistryRefused
from gateway.events.topics import Kind
from gateway.settings import GatewaySettings

T = TypeVar("T")

schemas = typer.Typer(
    help="The gateway's schemas: compare the schema registry with this version, and register what is missing.",
    no_args_is_help=True,
)
app.add_typer(schemas, name="schemas")


HINTS = {Kind.REFUSED: "Nothing is registered: another version of the gateway wrote there, or another program."}
NOTHING = "Nothing to do: the registry has this version's schemas."


def _run(settings: GatewaySettings, work: Callable[[RegistryClient], Awaitable[T]]) -> T:
    """Run the work; report what the registry refuses, with what to do, and end with exit code 1."""
    registry = settings.kafka.registry
    if registry is None or registry.file:
        raise fail("kafka.registry.url is not set: the schemas' ids come from a file, and no registry is asked.")

    async def with_client() -> T:
        client = RegistryClient(registry)
        try:
            return await work(client)
        finally:
            await client.close()

    try:
        return asyncio.run(with_client())
    except RegistryRefused as error:
        raise fail(str(error), 1) from None
    except GatewayError as error:
        raise fail(f"{error.message} ({error.detail})\nCheck kafka.registry.url, then run this again.", 1) from None


@schemas.command("plan", epilog="Example: `gateway schemas plan --settings gateway.yaml`")
def plan_command(settings: SettingsPath = DEFAULT) -> None:
    """Show what `apply` would do; change nothing.

    Exit code 1: the registry doesn't answer, or refuses; 2: the settings are wrong, or a schema is not compatible.
    """
    read = settings_of(settings)
    show(_run(read, lambda client: plan(client, read.kafka.prefix)), HINTS, NOTHING, would="would ")


@schemas.command("apply", epilog="Example: `gateway schemas apply --settings gateway.yaml`")
def apply_command(settings: SettingsPath = DEFAULT) -> None:
    """Register this version's schemas, and set FULL_TRANSITIVE. Nothing is deleted; running it again changes nothing.

    Each line says what was done. Exit code 1: the registry doesn't answer, or refuses. Exit code 2: the settings are
    wrong, or a schema is not compatible, and nothing was done.
    """
    read = settings_of(settings)
    prefix = read.kafka.prefix
    differences = _run(read, lambda client: plan(client, prefix))
    if not differences or any(one.kind is Kind.REFUSED for one in differences):
        show(differences, HINTS, NOTHING)
        return
    _run(read, lambda client: apply(client, prefix, differences, done=typer.echo))
