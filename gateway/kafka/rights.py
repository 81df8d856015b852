"""The rights of a user at Kafka: which it needs, which it lacks, and the commands that grant them (O3)."""

from __future__ import annotations

import asyncio
import shlex
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from aiokafka.admin.config_resource import ConfigResourceType
from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import GroupAuthorizationFailedError as NoGroup
from aiokafka.errors import TopicAuthorizationFailedError as NoTopic
from aiokafka.errors import TransactionalIdAuthorizationFailed as NoTransactionalId
from aiokafka.protocol.admin import DescribeConfigsRequest
from aiokafka.protocol.group import HeartbeatRequest
from aiokafka.protocol.transaction import AddPartitionsToTxnRequest

from gateway.kafka.cluster import Cluster
from gateway.kafka.wire import TopicRights


class Operation(StrEnum):
    """What an ACL allows, as `kafka-acls.sh` and Strimzi write it. Read and Write allow Describe as well, AlterConfigs
    allows DescribeConfigs.
    """

    READ = "Read"
    WRITE = "Write"
    CREATE = "Create"
    DESCRIBE = "Describe"
    DESCRIBE_CONFIGS = "DescribeConfigs"
    ALTER_CONFIGS = "AlterConfigs"


#: The bit of each operation in a broker's answers.
BITS = {
    Operation.READ: 3,
    Operation.WRITE: 4,
    Operation.CREATE: 5,
    Operation.DESCRIBE: 8,
    Operation.DESCRIBE_CONFIGS: 10,
    Operation.ALTER_CONFIGS: 11,
}


class On(StrEnum):
    """Kinds of resources, as `kafka-acls.sh` writes them."""

    TOPIC = "topic"
    GROUP = "group"
    TRANSACTIONAL_ID = "transactional-id"


@dataclass(frozen=True, slots=True, order=True)
class Right:
    """An operation on one resource, by its whole name."""

    on: On
    name: str
    operation: Operation


class RightsMissing(Exception):
    """A user lacks rights. The message names each of them, and the commands that grant them."""


def rights(on: On, names: Iterable[str], *operations: Operation) -> list[Right]:
    """These operations on each of these resources."""
    return [Right(on, name, operation) for name in names for operation in operations]


def by_resource(wanted: Iterable[Right]) -> dict[tuple[On, str], list[Operation]]:
    """The operations on each resource."""
    found = defaultdict[tuple[On, str], list[Operation]](list)
    for one in dict.fromkeys(wanted):
        found[one.on, one.name].append(one.operation)
    return dict(found)


def commands(cluster: Cluster, principal: str, wanted: Iterable[Right], config: str = "") -> Iterator[str]:
    """`kafka-acls.sh` commands that grant exactly these rights. `config`: the properties file of whoever runs them."""
    alike = defaultdict[tuple[On, tuple[Operation, ...]], list[str]](list)
    for (on, name), each in by_resource(wanted).items():
        alike[on, tuple(each)].append(name)
    login = ["--command-config", config] if config else []
    for (on, operations), names in alike.items():
        allowed = [word for one in operations for word in ("--operation", str(one))]
        named = [word for name in names for word in (f"--{on}", name)]
        words = ["--bootstrap-server", cluster.bootstrap, *login, "--add", "--allow-principal", principal]
        yield shlex.join(["kafka-acls.sh", *words, *allowed, *named])


async def missing(connection: AIOKafkaConnection, wanted: Sequence[Right]) -> list[Right]:
    """The rights that this user lacks; none where the cluster has no ACLs. Nothing is changed."""
    topics = sorted({one.name for one in wanted if one.on is On.TOPIC})
    allowed = await _on_topics(connection, topics)
    others = sorted({(one.on, one.name) for one in wanted if one.on is not On.TOPIC})
    answers = await asyncio.gather(
        *(
            _may_join(connection, name) if on is On.GROUP else _may_write(connection, name, topics[:1])
            for on, name in others
        )
    )
    refused = {other for other, may in zip(others, answers, strict=True) if not may}
    return [
        one
        for one in wanted
        if (one.on, one.name) in refused
        or (one.on is On.TOPIC and one.name in allowed and not allowed[one.name] >> BITS[one.operation] & 1)
    ]


async def check_rights(cluster: Cluster, connection: AIOKafkaConnection, wanted: Sequence[Right]) -> None:
    """Raises RightsMissing."""
    if lacked := await missing(connection, wanted):
        raise RightsMissing("\n".join([*said(cluster, lacked), GRANT, *granted(cluster, lacked)]))


#: Before the commands.
GRANT = "An administrator of the cluster grants it:"


def said(cluster: Cluster, lacked: Iterable[Right]) -> list[str]:
    """A sentence for each resource: who may not do what."""
    user = cluster.principal or "The user of this certificate or token"
    return [
        f"{user} may not {' or '.join(operations)} on {on.replace('-', ' ')} {name}."
        for (on, name), operations in by_resource(lacked).items()
    ]


def granted(cluster: Cluster, lacked: Iterable[Right]) -> list[str]:
    """The commands that grant what is lacked."""
    return list(commands(cluster, cluster.principal or "User:...", lacked))


async def _on_topics(connection: AIOKafkaConnection, topics: list[str]) -> dict[str, int]:
    """The allowed operations of each topic, as bits. A topic that doesn't exist is left out."""
    if not topics:
        return {}
    found = (await connection.send(TopicRights(topics))).to_object()["topics"]
    hidden = [one["topic"] for one in found if one["error_code"] == NoTopic.errno]
    allowed = {one["topic"]: one["operations"] for one in found if not one["error_code"]}
    return allowed | (await _on_hidden(connection, hidden) if hidden else {})


async def _on_hidden(connection: AIOKafkaConnection, topics: list[str]) -> dict[str, int]:
    """The same of topics that may not be described. Read and Write would allow that, DescribeConfigs doesn't."""
    asked = [(ConfigResourceType.TOPIC, topic, ["cleanup.policy"]) for topic in topics]
    answer = await connection.send(DescribeConfigsRequest(asked, False))
    codes = {resource[3]: resource[0] for resource in answer.resources}
    return {topic: 0 if codes[topic] == NoTopic.errno else 1 << BITS[Operation.DESCRIBE_CONFIGS] for topic in topics}


async def _may_join(connection: AIOKafkaConnection, group: str) -> bool:
    """Read on a group, asked by the heartbeat of a member that doesn't exist: rights are checked before anything."""
    answer = await connection.send(HeartbeatRequest(group, -1, ""))
    return bool(answer.error_code != NoGroup.errno)


async def _may_write(connection: AIOKafkaConnection, name: str, topics: Sequence[str]) -> bool:
    """Write on a transactional id, asked for a producer that doesn't exist: rights are checked before anything, and
    nobody's transaction is touched.
    """
    answer: Any = await connection.send(AddPartitionsToTxnRequest(name, -1, -1, [(one, [0]) for one in topics]))
    codes = {code for _, partitions in answer.errors for _, code in partitions}
    return NoTransactionalId.errno not in codes
