"""Which rights a user lacks is told by name, with the command that grants them (O3)."""

from __future__ import annotations

from typing import Any, NamedTuple, cast

import pytest
from aiokafka.conn import AIOKafkaConnection
from aiokafka.protocol.admin import DescribeConfigsRequest
from aiokafka.protocol.group import HeartbeatRequest
from aiokafka.protocol.transaction import AddPartitionsToTxnRequest

from gateway.kafka import Cluster
from gateway.kafka.rights import BITS, On, Operation, Right, RightsMissing, check_rights, commands, missing, rights
from gateway.kafka.wire import TopicRights

READ, WRITE, CONFIGS = Operation.READ, Operation.WRITE, Operation.DESCRIBE_CONFIGS
AT = Cluster("kafka:9093", principal="User:gateway")
WANTED = [
    *rights(On.TOPIC, ["p.a", "p.b"], READ, WRITE),
    *rights(On.TOPIC, ["p.c"], READ, CONFIGS),
    *rights(On.GROUP, ["p"], READ),
    *rights(On.TRANSACTIONAL_ID, ["p-home-0", "p-home-1"], WRITE),
]


class Topics(NamedTuple):
    """Kafka's answer about topics."""

    topics: list[dict[str, Any]]

    def to_object(self) -> dict[str, Any]:
        return self._asdict()


class Heartbeat(NamedTuple):
    """Kafka's answer to a heartbeat."""

    error_code: int


class Added(NamedTuple):
    """Kafka's answer about a transaction."""

    errors: list[tuple[str, list[tuple[int, int]]]]


class Configs(NamedTuple):
    """Kafka's answer about settings: error code and message, type and name of each."""

    resources: list[tuple[int, str, int, str]]


class Broker:
    """A connection to a broker that allows these rights. Topics that it doesn't list don't exist."""

    def __init__(self, *allowed: Right, topics: tuple[str, ...] = ("p.a", "p.b", "p.c")) -> None:
        self.allowed, self.topics = set(allowed), topics

    async def send(self, request: Any) -> Any:
        if isinstance(request, TopicRights):
            return Topics([self._topic(name) for name in request._topics])
        if isinstance(request, HeartbeatRequest):
            may = Right(On.GROUP, request._group, READ) in self.allowed
            return Heartbeat(25 if may else 30)  # UNKNOWN_MEMBER_ID, GROUP_AUTHORIZATION_FAILED
        if isinstance(request, DescribeConfigsRequest):
            return Configs([self._configs(name) for _, name, _ in request._resources])
        assert isinstance(request, AddPartitionsToTxnRequest) and request._producer_id == -1
        may = Right(On.TRANSACTIONAL_ID, request._transactional_id, WRITE) in self.allowed
        return Added([("p.a", [(0, 49 if may else 53)])])  # INVALID_PRODUCER_ID_MAPPING, ...AUTHORIZATION_FAILED

    def _topic(self, name: str) -> dict[str, Any]:
        own = {one.operation for one in self.allowed if one.name == name and one.on is On.TOPIC}
        bits = sum(1 << BITS[one] for one in own)
        code = 29 if not own & {READ, WRITE} else 0 if name in self.topics else 3
        return {"topic": name, "error_code": code, "operations": bits if not code else -(2**31)}

    def _configs(self, name: str) -> tuple[int, str, int, str]:
        return (0 if Right(On.TOPIC, name, CONFIGS) in self.allowed else 29, "", 2, name)


def connection(*allowed: Right, **more: Any) -> AIOKafkaConnection:
    return cast(AIOKafkaConnection, Broker(*allowed, **more))


async def test_O3_what_is_allowed_is_not_missing() -> None:
    assert await missing(connection(*WANTED), WANTED) == []


@pytest.mark.parametrize("lacked", WANTED, ids=str)
async def test_O3_each_missing_right_is_found_alone(lacked: Right) -> None:
    assert await missing(connection(*(set(WANTED) - {lacked})), WANTED) == [lacked]


async def test_O3_a_topic_that_may_not_be_seen_lacks_all() -> None:
    """Whether it exists, nobody can know; one that doesn't exist and may be seen is left to the plan."""
    both = rights(On.TOPIC, ["p.a"], READ, WRITE)
    assert await missing(connection(*(set(WANTED) - set(both))), WANTED) == both
    assert await missing(connection(*WANTED, topics=()), WANTED) == []


async def test_O3_the_sentence_names_all_and_its_commands() -> None:
    """Alike resources are one command; a name is quoted as a shell needs it."""
    with pytest.raises(RightsMissing) as told:
        await check_rights(AT, connection(WANTED[0]), WANTED)
    assert str(told.value).splitlines() == [
        "User:gateway may not Write on topic p.a.",
        "User:gateway may not Read or Write on topic p.b.",
        "User:gateway may not Read or DescribeConfigs on topic p.c.",
        "User:gateway may not Read on group p.",
        "User:gateway may not Write on transactional id p-home-0.",
        "User:gateway may not Write on transactional id p-home-1.",
        "An administrator of the cluster grants it:",
        *commands(AT, "User:gateway", WANTED[1:]),
    ]
    assert [*commands(AT, "User:CN=the gateway", WANTED[-2:], "admin.properties")] == [
        "kafka-acls.sh --bootstrap-server kafka:9093 --command-config admin.properties --add --allow-principal "
        "'User:CN=the gateway' --operation Write --transactional-id p-home-0 --transactional-id p-home-1"
    ]
