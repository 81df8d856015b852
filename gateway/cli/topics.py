"""`gateway topics plan|apply`: the gateway's topics on the cluster."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import typer

from gateway.cli import DEFAULT, SettingsPath, app, fail, settings_of
from gateway.cli.differences import show
from gateway.events.catalogue import TopicSpec, catalogue
from gateway.events.rights import of_plan
from gateway.events.topics import Difference, Kind, TopicsFailed, apply, plan
from gateway.kafka import Cluster, cluster_of
from gateway.kafka.connection import NotReached, TooOld, check_version, connected
from gateway.kafka.rights import RightsMissing, check_rights
from gateway.settings import GatewaySettings

T = TypeVar("T")

topics = typer.Typer(
    help="The gateway's topics: compare the cluster with the catalogue, and create what is missing.",
    no_args_is_help=True,
)
app.add_typer(topics, name="topics")


def specs_of(settings: GatewaySettings) -> list[TopicSpec]:
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
    except (TopicsFailed, NotReached, TooOld, RightsMissing) as error:
        raise fail(str(error), 1) from None


async def _differences(settings: GatewaySettings, cluster: Cluster) -> list[Difference]:
    """What `apply` would do. A topic that this user may not see would look missing, so its rights are asked first."""
    async with connected(cluster) as connection:
        await check_version(connection)
        await check_rights(cluster, connection, of_plan(settings.kafka))
    return await plan(cluster, specs_of(settings))


@topics.command("plan", epilog="Example: `gateway topics plan --settings gateway.yaml`")
def plan_command(settings: SettingsPath = DEFAULT) -> None:
    """Show what `apply` would do; change nothing.

    Exit code 1: the cluster doesn't answer, or refuses; 2: the settings are wrong.
    """
    read = settings_of(settings)
    show(_run(_differences(read, cluster_of(read.kafka))), HINTS, NOTHING, would="would ")


@topics.command("apply", epilog="Example: `gateway topics apply --settings gateway.yaml`")
def apply_command(settings: SettingsPath = DEFAULT) -> None:
    """Create the topics and set their settings. Nothing is deleted; running it again changes nothing.

    Each line says what was done. Exit code 1: the cluster doesn't answer, or refuses. Exit code 2: the settings are
    wrong, and nothing was done.
    """
    read = settings_of(settings)
    specs, cluster = specs_of(read), cluster_of(read.kafka)
    differences = _run(_differences(read, cluster))
    left = [one for one in differences if one.kind not in (Kind.CREATE, Kind.SET)]
    if left or not differences:
        show(left, HINTS, NOTHING)
    _run(apply(cluster, specs, differences, done=typer.echo))
