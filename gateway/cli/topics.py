"""`gateway topics plan|apply`: the gateway's topics on the cluster."""

from __future__ import annotations

import asyncio

import typer

from gateway.cli import DEFAULT, SettingsPath, app, settings_of
from gateway.events.catalogue import TopicSpec, catalogue
from gateway.events.topics import Difference, Kind, apply, plan
from gateway.settings import GatewaySettings

topics = typer.Typer(help="The gateway's topics: what the cluster has, and what it should have.", no_args_is_help=True)
app.add_typer(topics, name="topics")


def _specs(settings: GatewaySettings) -> list[TopicSpec]:
    kafka = settings.kafka
    return catalogue(kafka.prefix, kafka.partitions, kafka.replication)


def _show(differences: list[Difference]) -> None:
    for one in differences:
        mark = "  (no worker starts until then)" if one.endangers else ""
        typer.echo(f"{one.kind:8} {one.topic}: {one.what} {one.there or '-'} -> {one.wanted}{mark}")
    if any(one.kind is Kind.BY_HAND for one in differences):
        typer.echo("Copies are added with Kafka's own kafka-reassign-partitions; or correct kafka.replication.")
    if any(one.kind is Kind.REFUSED for one in differences):
        typer.echo("A number of partitions is never changed: it would move the homes. Correct kafka.partitions.")
        raise typer.Exit(2)
    if not differences:
        typer.echo("Nothing to do: the cluster has what the catalogue says.")


@topics.command("plan", epilog="Example: `gateway topics plan --settings gateway.yaml`")
def plan_command(settings: SettingsPath = DEFAULT) -> None:
    """Show what `apply` would do; change nothing."""
    read = settings_of(settings)
    _show(asyncio.run(plan(read.kafka.bootstrap, _specs(read))))


@topics.command("apply", epilog="Example: `gateway topics apply --settings gateway.yaml`")
def apply_command(settings: SettingsPath = DEFAULT) -> None:
    """Create topics and set their own settings. Nothing is deleted; running it again changes nothing."""
    read = settings_of(settings)
    specs = _specs(read)
    differences = asyncio.run(plan(read.kafka.bootstrap, specs))
    _show(differences)
    asyncio.run(apply(read.kafka.bootstrap, specs, differences))
