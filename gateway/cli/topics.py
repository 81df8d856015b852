"""`gateway topics plan|apply`: the gateway's topics on the cluster."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import typer

from gateway.cli import DEFAULT, SettingsPath, app, fail, settings_of
from gateway.cli.differences import show
from gateway.events.catalogue import TopicSpec, catalogue
from gateway.events.topics import Kind, TopicsFailed, apply, plan
from gateway.settings import GatewaySettings

T = TypeVar("T")

topics = typer.Typer(
    help="The gateway's topics: compare the cluster with the catalogue, and create what is missing.",
    no_args_is_help=True,
)
app.add_typer(topics, name="topics")


def _specs(settings: GatewaySettings) -> list[TopicSpec]:
    kafka = settings.kafka
    return catalogue(kafka.prefix, kafka.partitions, kafka.replication, kafka.max_record_bytes)


HINTS = {
    Kind.BY_HAND: "Add copies with Kafka's own kafka-reassign-partitions, or correct kafka.replication.",
    Kind.REFUSED: "The number of partitions never changes: a change would move the homes. Correct kafka.partitions.",
}
NOTHING = "Nothing to do: the cluster matches the catalogue."


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Run the work; report what the cluster refuses, with what to do, and end with exit code 1."""
    try:
        return asyncio.run(work)
    except TopicsFailed as error:
        raise fail(str(error), 1) from None


@topics.command("plan", epilog="Example: `gateway topics plan --settings gateway.yaml`")
def plan_command(settings: SettingsPath = DEFAULT) -> None:
    """Show what `apply` would do; change nothing.

    Exit code 1: the cluster doesn't answer, or refuses; 2: the settings are wrong.
    """
    read = settings_of(settings)
    show(_run(plan(read.kafka.bootstrap, _specs(read))), HINTS, NOTHING, would="would ")


@topics.command("apply", epilog="Example: `gateway topics apply --settings gateway.yaml`")
def apply_command(settings: SettingsPath = DEFAULT) -> None:
    """Create the topics and set their settings. Nothing is deleted; running it again changes nothing.

    Each line says what was done. Exit code 1: the cluster doesn't answer, or refuses. Exit code 2: the settings are
    wrong, and nothing was done.
    """
    read = settings_of(settings)
    specs = _specs(read)
    differences = _run(plan(read.kafka.bootstrap, specs))
    left = [one for one in differences if one.kind not in (Kind.CREATE, Kind.SET)]
    if left or not differences:
        show(left, HINTS, NOTHING)
    _run(apply(read.kafka.bootstrap, specs, differences, done=typer.echo))
