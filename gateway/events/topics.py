"""`gateway topics plan|apply`: the cluster compared with the catalogue. Nothing is ever deleted (O3)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    InvalidReplicationFactorError,
    KafkaError,
    PolicyViolationError,
    TopicAlreadyExistsError,
    TopicAuthorizationFailedError,
    for_code,
)

from gateway.events.catalogue import COPIES, IN_SYNC, MOST_BYTES, TopicSpec
from gateway.kafka import Cluster
from gateway.kafka.rights import GRANT, On, Operation, Right, granted, said


class TopicsFailed(Exception):
    """The cluster doesn't answer, or refuses: a sentence per problem, with what to do."""


class Kind(StrEnum):
    """What `apply` does about a difference."""

    CREATE = "create"
    SET = "set"
    REFUSED = "refused"
    BY_HAND = "by hand"


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference between the cluster and the catalogue."""

    topic: str
    kind: Kind
    what: str
    there: str
    wanted: str
    #: No worker may start with it.
    endangers: bool = False


@dataclass(frozen=True, slots=True)
class There:
    """A topic in the cluster."""

    partitions: int
    #: The copies of its partition with the fewest.
    copies: int
    config: dict[str, str]


def differences(spec: TopicSpec, there: There | None, brokers: int) -> list[Difference]:
    """The differences of one topic; `there` is None if the cluster doesn't have it."""
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
        if is_there != value and not (name == MOST_BYTES and int(is_there or 0) > int(value)):  # more copies do no harm
            found.append(Difference(spec.name, Kind.SET, name, is_there, value, name in spec.vital))
    in_sync = int(there.config.get(IN_SYNC) or 1)
    if in_sync > there.copies:  # nothing could be written
        found = [one for one in found if one.what != IN_SYNC]
        found.append(Difference(spec.name, Kind.SET, IN_SYNC, str(in_sync), str(max(1, there.copies - 1)), True))
    return found


async def plan(cluster: Cluster, specs: Sequence[TopicSpec]) -> list[Difference]:
    """What `apply` would do. A changed number of partitions is refused: it would move the homes.

    Raises TopicsFailed.
    """
    async with _admin(cluster) as admin:
        names = [spec.name for spec in specs]
        brokers = len((await admin.describe_cluster())["brokers"])
        known = {one["topic"]: one for one in await admin.describe_topics() if not one["error_code"]}
        config = await _configs(cluster, admin, [name for name in names if name in known])
        found: list[Difference] = []
        for spec in specs:
            partitions = known[spec.name]["partitions"] if spec.name in known else []
            copies = min((len(one["replicas"]) for one in partitions), default=0)
            there = There(len(partitions), copies, config[spec.name]) if partitions else None
            found += differences(spec, there, brokers)
        return found


async def apply(
    cluster: Cluster,
    specs: Sequence[TopicSpec],
    differences: Iterable[Difference],
    done: Callable[[str], None] = lambda said: None,
) -> None:
    """Do exactly what `plan` showed. `done` is called after each change. Raises TopicsFailed."""
    by_name, todo = {spec.name: spec for spec in specs}, list(differences)
    failed: list[str] = []
    async with _admin(cluster) as admin:
        new = [by_name[one.topic] for one in todo if one.kind is Kind.CREATE]
        if new:
            failed += await _create(cluster, admin, new, done)
        for topic in sorted({one.topic for one in todo if one.kind is Kind.SET}):
            wanted = {one.what: one.wanted for one in todo if one.kind is Kind.SET and one.topic == topic}
            failed += await _set(cluster, admin, topic, wanted, done)
    if failed:
        raise TopicsFailed("\n".join(failed))


@asynccontextmanager
async def _admin(cluster: Cluster) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = cluster.admin()
    try:
        await admin.start()
        yield admin
    except (KafkaError, TimeoutError, OSError) as error:
        raise TopicsFailed(
            f"Kafka at {cluster.bootstrap} doesn't answer ({error!r}). Check that Kafka runs and kafka.bootstrap is "
            "right, then run this again."
        ) from error
    finally:
        await admin.close()


async def _create(
    cluster: Cluster, admin: AIOKafkaAdminClient, new: Sequence[TopicSpec], done: Callable[[str], None]
) -> list[str]:
    """Create topics. Returns what the broker refused."""
    brokers = len((await admin.describe_cluster())["brokers"])
    copies = {spec.name: spec.replication or min(COPIES, brokers) for spec in new}
    answer = await admin.create_topics([_new(spec, copies[spec.name]) for spec in new])
    errors = {topic: (code, message) for topic, code, message in answer.topic_errors}
    made = [spec for spec in new if not errors.get(spec.name, (0, ""))[0]]
    for missing in await _not_there(admin, {spec.name for spec in made}):
        done(f"created {missing}; not every broker knows it yet: run 'gateway topics plan' before a worker starts")
        made = [spec for spec in made if spec.name != missing]
    for spec in made:
        done(f"created {spec.name}: {spec.partitions} partitions, {copies[spec.name]} copies")
    return [
        _refused(f"{topic} was not created", *error, granting(cluster, topic, Operation.CREATE))
        for topic, error in errors.items()
        if error[0]
    ]


async def _set(
    cluster: Cluster, admin: AIOKafkaAdminClient, topic: str, wanted: dict[str, str], done: Callable[[str], None]
) -> list[str]:
    """Set a topic's settings. The old API call replaces all of them, so existing ones are sent along."""
    config = {**await _own_config(cluster, admin, topic), **wanted}
    values = ", ".join(f"{name} = {value}" for name, value in wanted.items())
    answers = await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, config)])
    refused = [one for answer in answers for one in answer.resources if one[0]]
    if not refused:
        done(f"set {topic}: {values}")
    grant = granting(cluster, topic, Operation.ALTER_CONFIGS)
    return [_refused(f"{topic} was not set to {values}", one[0], one[1], grant) for one in refused]


def granting(cluster: Cluster, topic: str, operation: Operation) -> str:
    """Who lacks which right on a topic, and the command that grants it."""
    lacked = [Right(On.TOPIC, topic, operation)]
    return " ".join([*said(cluster, lacked), GRANT, *granted(cluster, lacked)])


def _refused(what: str, code: int, message: str | None, grant: str) -> str:
    """The meaning of the broker's answer, and what to do. `grant`: what to do if a right is missing."""
    error = for_code(code)
    answer = (message or error.description or error.__name__).rstrip(".")
    remedy = grant if error in _RIGHTS else _REMEDIES.get(error, _ELSE)
    return f"{what}: {answer}. {remedy}"


_RIGHTS = (ClusterAuthorizationFailedError, TopicAuthorizationFailedError)
_ELSE = "Read the broker's log, fix the cause and run the command again."
_REMEDIES = {
    InvalidReplicationFactorError: "Correct kafka.replication, or start more brokers.",
    PolicyViolationError: "Ask an administrator for an exception, or create it by hand as 'gateway topics plan' shows.",
    TopicAlreadyExistsError: "Somebody else has just created it: run 'gateway topics plan' again.",
}


def _new(spec: TopicSpec, copies: int) -> NewTopic:
    return NewTopic(spec.name, spec.partitions, copies, topic_configs=spec.config_for(copies))


async def _not_there(admin: AIOKafkaAdminClient, names: set[str], seconds: float = 15.0) -> set[str]:
    """A new topic is known to every broker a moment later; the next command should find it."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while names:
                names = names - {one["topic"] for one in await admin.describe_topics() if not one["error_code"]}
                await asyncio.sleep(0.1 if names else 0)
    return names


async def _own_config(cluster: Cluster, admin: AIOKafkaAdminClient, topic: str) -> dict[str, str]:
    """The settings of the topic itself (source 1), without the broker's defaults."""
    return {entry[0]: entry[1] for entry in (await _entries(cluster, admin, [topic]))[topic] if entry[3] == 1}


async def _configs(cluster: Cluster, admin: AIOKafkaAdminClient, topics: Sequence[str]) -> dict[str, dict[str, str]]:
    found = await _entries(cluster, admin, topics)
    return {topic: {one[0]: one[1] for one in entries} for topic, entries in found.items()}


async def _entries(
    cluster: Cluster, admin: AIOKafkaAdminClient, topics: Sequence[str]
) -> dict[str, list[tuple[str, str, bool, int]]]:
    """All settings of each topic, in one call."""
    answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic) for topic in topics])
    resources = [resource for answer in answers for resource in answer.resources]
    refused = [
        _refused(
            f"the settings of {one[3]} can't be read",
            one[0],
            one[1],
            granting(cluster, one[3], Operation.DESCRIBE_CONFIGS),
        )
        for one in resources
        if one[0]
    ]
    if refused:
        raise TopicsFailed("\n".join(refused))
    return {resource[3]: [tuple(entry[:4]) for entry in resource[4]] for resource in resources}
