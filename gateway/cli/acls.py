"""`gateway topics acls`: the least rights of each user at Kafka, as commands or as Strimzi resources (O3)."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Annotated

import typer
import yaml

from gateway.cli import DEFAULT, SettingsPath, fail, settings_of
from gateway.cli.topics import specs_of, topics
from gateway.events.rights import of_administrator, of_operator, of_reader, of_replay, of_worker
from gateway.events.strimzi import NotAUser, topic_resources, user_resources
from gateway.kafka import Cluster, cluster_of
from gateway.kafka.rights import Right, commands
from gateway.settings import GatewaySettings

Principals = list[str] | None


@topics.command(
    "acls", epilog="Example: `gateway topics acls --worker User:gateway --operator User:anna --reader User:bi`"
)
def acls_command(
    settings: SettingsPath = DEFAULT,
    worker: Annotated[Principals, typer.Option(help="Runs workers and `gateway check`.")] = None,
    administrator: Annotated[Principals, typer.Option(help="Runs `gateway topics plan` and `apply`.")] = None,
    operator: Annotated[Principals, typer.Option(help="Gives `gateway retry` and the other commands.")] = None,
    replay: Annotated[Principals, typer.Option(help="Resets the offsets of the change topics.")] = None,
    reader: Annotated[Principals, typer.Option(help="Another team's reader of outcomes.")] = None,
    reader_group: Annotated[list[str] | None, typer.Option(help="A consumer group of the readers.")] = None,
    with_changes: Annotated[
        bool, typer.Option("--with-changes", help="Readers read the change topics too: whole documents.")
    ] = False,
    command_config: Annotated[
        str, typer.Option(help="The properties file that kafka-acls.sh logs in with.")
    ] = "admin.properties",
    strimzi: Annotated[
        str, typer.Option(help="The name of a Strimzi cluster: print KafkaTopic and KafkaUser resources instead.")
    ] = "",
) -> None:
    """Print the least rights of each user at Kafka; nothing is changed, and no cluster is asked.

    Users are principals of the cluster, such as User:gateway or User:CN=gateway; each option may be repeated. Without
    any, the rights of a worker with the settings' own login are printed. Names are whole: a flow or a home that is
    added needs its own rights. Exit code 2: the settings or a principal are wrong.
    """
    read = settings_of(settings)
    kafka = read.kafka
    groups = tuple(reader_group or ())
    if kafka.prefix in groups:
        raise fail(f"{kafka.prefix} is the workers' own group: a reader in it would take their partitions.")
    asked = [
        (worker, of_worker(kafka)),
        (administrator, of_administrator(kafka)),
        (operator, of_operator(kafka)),
        (replay, of_replay(kafka)),
        (reader, of_reader(kafka, groups, with_changes)),
    ]
    cluster = cluster_of(kafka)
    if not any(principals for principals, _ in asked):
        asked[0] = ([_own(cluster)], of_worker(kafka))
    wanted = defaultdict[str, list[Right]](list)
    for principals, own in asked:
        for principal in principals or ():
            if not re.fullmatch(r"[A-Za-z]+:.+", principal):
                raise fail(f"'{principal}' is not a principal. Write it as the cluster does: User:{principal}")
            wanted[principal] += own
    if strimzi:
        typer.echo(_resources(read, strimzi, wanted), nl=False)
        return
    for principal, own in wanted.items():
        typer.echo(f"# {principal}")
        for line in commands(cluster, principal, own, command_config):
            typer.echo(line)


def _own(cluster: Cluster) -> str:
    if cluster.principal in ("", "User:ANONYMOUS"):
        raise fail("The settings name no user for Kafka. Name its principal, for example --worker User:gateway")
    return cluster.principal


def _resources(settings: GatewaySettings, cluster: str, wanted: dict[str, list[Right]]) -> str:
    try:
        found = [*topic_resources(specs_of(settings), cluster), *user_resources(wanted, cluster)]
    except NotAUser as error:
        raise fail(f"{error}.") from None
    return yaml.safe_dump_all(found, sort_keys=False, explicit_start=True)
