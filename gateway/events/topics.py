"""`gateway topics plan|apply`: what the cluster has against the catalogue. Nothing is ever deleted (SPEC O3)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from gateway.events.catalogue import TopicSpec


class Kind(StrEnum):
    """What `apply` does about a difference."""

    CREATE = "create"
    SET = "set"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference between the cluster and the catalogue."""

    topic: str
    kind: Kind
    what: str
    there: str
    wanted: str


async def plan(bootstrap: str, specs: Sequence[TopicSpec]) -> list[Difference]:
    """What `apply` would do. A changed number of partitions is refused: it would move the homes."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        known = {one["topic"]: one for one in await admin.describe_topics() if not one["error_code"]}
        found: list[Difference] = []
        for spec in specs:
            if spec.name not in known:
                found.append(Difference(spec.name, Kind.CREATE, "topic", "", f"{spec.partitions} partitions"))
                continue
            there = len(known[spec.name]["partitions"])
            if there != spec.partitions:
                found.append(
                    Difference(spec.name, Kind.REFUSED, "partitions", str(there), str(spec.partitions)),
                )
            config = await _config(admin, spec.name)
            found += [
                Difference(spec.name, Kind.SET, name, config.get(name, ""), value)
                for name, value in spec.config.items()
                if config.get(name) != value
            ]
        return found
    finally:
        await admin.close()


async def apply(bootstrap: str, specs: Sequence[TopicSpec], differences: Iterable[Difference]) -> None:
    """Do what `plan` showed, and only that."""
    by_name = {spec.name: spec for spec in specs}
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        todo = list(differences)
        new = [by_name[one.topic] for one in todo if one.kind is Kind.CREATE]
        if new:
            await admin.create_topics(
                [NewTopic(spec.name, spec.partitions, spec.replication, topic_configs=spec.config) for spec in new]
            )
            await _until_there(admin, {spec.name for spec in new})
        for topic in sorted({one.topic for one in todo if one.kind is Kind.SET}):
            # the old call replaces all of a topic's own settings, so what is set there is sent along
            config = {**await _own_config(admin, topic), **by_name[topic].config}
            await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, config)])
    finally:
        await admin.close()


async def _until_there(admin: AIOKafkaAdminClient, names: set[str], seconds: float = 15.0) -> None:
    """A topic that was made is known to every broker a moment later; whoever comes next should find it."""
    async with asyncio.timeout(seconds):
        while missing := names - {one["topic"] for one in await admin.describe_topics() if not one["error_code"]}:
            await asyncio.sleep(0.1)
            names = missing


async def _config(admin: AIOKafkaAdminClient, topic: str) -> dict[str, str]:
    return {entry[0]: entry[1] for entry in await _entries(admin, topic)}


async def _own_config(admin: AIOKafkaAdminClient, topic: str) -> dict[str, str]:
    """Settings that were made on the topic itself (source 1), not the broker's defaults."""
    return {entry[0]: entry[1] for entry in await _entries(admin, topic) if entry[3] == 1}


async def _entries(admin: AIOKafkaAdminClient, topic: str) -> list[tuple[str, str, bool, int]]:
    answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    return [tuple(entry[:4]) for answer in answers for resource in answer.resources for entry in resource[4]]
