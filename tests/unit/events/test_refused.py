"""O3: what a cluster refuses is a sentence with what to do, and what was done before is still said."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import pytest
from aiokafka.errors import KafkaConnectionError

from gateway.events.catalogue import catalogue
from gateway.events.topics import Difference, Kind, TopicsFailed, apply, plan
from gateway.kafka import Cluster

NAMES = [spec.name for spec in catalogue("p", 1, 1)]
AT = Cluster("k:9092", principal="User:anna")
DENIED = (29, "Authorization failed.")
GRANT = r"User:anna may not Create on topic \S+\. .*kafka-acls.sh .*--operation Create --topic"


class Created(NamedTuple):
    """Kafka's answer about topics: name, error code and message of each."""

    topic_errors: list[tuple[str, int, str | None]]


class Described(NamedTuple):
    """Kafka's answer about settings: error code and message, type and name of each."""

    resources: list[tuple[Any, ...]]


class Admin:
    """An admin client of a cluster that answers with an error of each topic, by name."""

    def __init__(self, **_: Any) -> None:
        self.there: list[str] = []

    errors: ClassVar[dict[str, tuple[int, str | None]]] = {}

    async def start(self) -> None:
        """Connected."""

    async def close(self) -> None:
        """Closed."""

    async def describe_cluster(self) -> dict[str, Any]:
        return {"brokers": [1]}

    async def describe_topics(self) -> list[dict[str, Any]]:
        partitions = [{"replicas": [1]}]
        return [{"topic": name, "error_code": 0, "partitions": partitions} for name in self.there]

    async def create_topics(self, new: list[Any]) -> Any:
        answers = [(one.name, *self.errors.get(one.name, (0, None))) for one in new]
        self.there += [name for name, code, _ in answers if not code]
        return Created(answers)

    async def describe_configs(self, asked: list[Any]) -> list[Any]:
        return [Described([(*self.errors.get(one.name, (0, None)), 2, one.name, []) for one in asked])]

    async def alter_configs(self, asked: list[Any]) -> list[Any]:
        return [Described([(*DENIED, 2, one.name) for one in asked])]


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> type[Admin]:
    made = type("Made", (Admin,), {"errors": {}})
    monkeypatch.setattr(Cluster, "admin", lambda self: made())
    return made


async def test_O3_missing_right_names_the_topic(cluster: type[Admin]) -> None:
    """The other topics are created."""
    cluster.errors = {NAMES[2]: DENIED}
    said: list[str] = []
    specs = catalogue("p", 1, 1)
    with pytest.raises(TopicsFailed, match=rf"^{NAMES[2]} was not created: Authorization failed. {GRANT}"):
        await apply(AT, specs, await plan(AT, specs), said.append)
    assert [one.split(":")[0] for one in said] == [f"created {name}" for name in NAMES if name != NAMES[2]]


async def test_O3_a_setting_that_may_not_be_made_is_not_said_to_be(cluster: type[Admin]) -> None:
    said: list[str] = []
    wanted = Difference(NAMES[0], Kind.SET, "retention.ms", "1", "2")
    with pytest.raises(TopicsFailed, match=r"was not set to retention.ms = 2: Authorization failed"):
        await apply(AT, catalogue("p", 1, 1), [wanted], said.append)
    assert said == []


async def test_O3_settings_that_may_not_be_read_stop_the_plan(
    cluster: type[Admin], monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.errors = {NAMES[1]: DENIED}
    monkeypatch.setattr(cluster, "__init__", lambda self, **_: setattr(self, "there", list(NAMES)))
    with pytest.raises(TopicsFailed, match=rf"^the settings of {NAMES[1]} can't be read"):
        await plan(AT, catalogue("p", 1, 1))


async def test_O3_a_broker_that_is_away_is_no_traceback(cluster: type[Admin], monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(self: Admin) -> None:
        raise KafkaConnectionError("Unable to bootstrap")

    monkeypatch.setattr(cluster, "start", away)
    with pytest.raises(TopicsFailed, match=r"^Kafka at k:9092 doesn't answer \(KafkaConnectionError"):
        await plan(AT, catalogue("p", 1, 1))
