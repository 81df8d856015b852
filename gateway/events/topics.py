"""`gateway topics plan|apply`: what the cluster has against the catalogue. Nothing is ever deleted (SPEC O3)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from gateway.events.catalogue import COPIES, IN_SYNC, TopicSpec


class Kind(StrEnum):
    """What `apply` does about a difference."""

    CREATE = "create"
    SET = "set"
    REFUSED = "refused"
    BY_HAND = "by hand"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference between the cluster and the catalogue. `endangers`: no worker may start with it."""

    topic: str
    kind: Kind
    what: str
    there: str
    wanted: str
    endangers: bool = False


@dataclass(frozen=True, slots=True)
class There:
    """A topic as the cluster has it. `copies`: those of the partition that has the fewest."""

    partitions: int
    copies: int
    config: dict[str, str]


def differences(spec: TopicSpec, there: There | None, brokers: int) -> list[Difference]:
    """Of one topic; `there` is None when the cluster has none."""
    copies = spec.replication or min(COPIES, brokers)
    if there is None:
        return [Difference(spec.name, Kind.CREATE, "topic", "", f"{spec.partitions} partitions", endangers=True)]
    found: list[Difference] = []
    if there.partitions != spec.partitions:
        what = "partitions"
        found.append(Difference(spec.name, Kind.REFUSED, what, str(there.partitions), str(spec.partitions), True))
    if there.copies < copies:
        more = Difference(spec.name, Kind.BY_HAND, "replication", str(there.copies), str(copies), spec.precious)
        found.append(more)
    for name, value in spec.config_for(there.copies).items():
        is_there = there.config.get(name, "")
        if is_there != value:
            found.append(Difference(spec.name, Kind.SET, name, is_there, value, name in spec.vital))
    in_sync = int(there.config.get(IN_SYNC) or 1)
    if in_sync > there.copies:  # nothing could be written
        found = [one for one in found if one.what != IN_SYNC]
        found.append(Difference(spec.name, Kind.SET, IN_SYNC, str(in_sync), str(max(1, there.copies - 1)), True))
    return found


async def plan(bootstrap: str, specs: Sequence[TopicSpec]) -> list[Difference]:
    """What `apply` would do. A changed number of partitions is refused: it would move the homes."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        names = [spec.name for spec in specs]
        brokers = len((await admin.describe_cluster())["brokers"])
        known = {one["topic"]: one for one in await admin.describe_topics() if not one["error_code"]}
        config = await _configs(admin, [name for name in names if name in known])
        found: list[Difference] = []
        for spec in specs:
            partitions = known[spec.name]["partitions"] if spec.name in known else []
            copies = min((len(one["replicas"]) for one in partitions), default=0)
            there = There(len(partitions), copies, config[spec.name]) if partitions else None
            found += differences(spec, there, brokers)
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
            brokers = len((await admin.describe_cluster())["brokers"])
            await admin.create_topics([_new(spec, spec.replication or min(COPIES, brokers)) for spec in new])
            await _until_there(admin, {spec.name for spec in new})
        for topic in sorted({one.topic for one in todo if one.kind is Kind.SET}):
            # the old call replaces all of a topic's own settings, so what is set there is sent along
            wanted = {one.what: one.wanted for one in todo if one.kind is Kind.SET and one.topic == topic}
            config = {**await _own_config(admin, topic), **wanted}
            await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, config)])
    finally:
        await admin.close()


def _new(spec: TopicSpec, copies: int) -> NewTopic:
    return NewTopic(spec.name, spec.partitions, copies, topic_configs=spec.config_for(copies))


async def _until_there(admin: AIOKafkaAdminClient, names: set[str], seconds: float = 15.0) -> None:
    """A topic that was made is known to every broker a moment later; whoever comes next should find it."""
    async with asyncio.timeout(seconds):
        while missing := names - {one["topic"] for one in await admin.describe_topics() if not one["error_code"]}:
            await asyncio.sleep(0.1)
            names = missing


async def _own_config(admin: AIOKafkaAdminClient, topic: str) -> dict[str, str]:
    """Settings that were made on the topic itself (source 1), not the broker's defaults."""
    return {entry[0]: entry[1] for entry in (await _entries(admin, [topic]))[topic] if entry[3] == 1}


async def _configs(admin: AIOKafkaAdminClient, topics: Sequence[str]) -> dict[str, dict[str, str]]:
    return {topic: {one[0]: one[1] for one in entries} for topic, entries in (await _entries(admin, topics)).items()}


async def _entries(admin: AIOKafkaAdminClient, topics: Sequence[str]) -> dict[str, list[tuple[str, str, bool, int]]]:
    """All settings of each topic, in one call."""
    answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic) for topic in topics])
    resources = [resource for answer in answers for resource in answer.resources]
    return {resource[3]: [tuple(entry[:4]) for entry in resource[4]] for resource in resources}
