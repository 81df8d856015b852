"""The least rights of each user, and that none of them leaves the prefix (O3)."""

from __future__ import annotations

from gateway.events.catalogue import catalogue
from gateway.events.rights import all_topics, of_administrator, of_operator, of_reader, of_replay, of_worker
from gateway.kafka.rights import On, Operation, Right
from gateway.settings import Kafka


def every(prefix: str) -> list[Right]:
    kafka = Kafka(prefix=prefix, partitions=2)
    own = (of_worker, of_administrator, of_operator, of_replay)
    return [right for needs in own for right in needs(kafka)] + of_reader(kafka, changes=True)


def test_O3_rights_are_on_the_topics_of_the_catalogue() -> None:
    assert all_topics(Kafka(prefix="p")) == [spec.name for spec in catalogue("p", 1, 1)]
    assert {right.name for right in of_worker(Kafka(prefix="p")) if right.on is On.TOPIC} == set(
        all_topics(Kafka(prefix="p"))
    )


def test_O3_no_right_reaches_another_prefix() -> None:
    """Not even of a prefix that begins with this one, whose topics `gw.` would cover."""
    names = {(right.on, right.name) for right in every("gw")}
    for other in ("gw.test", "gw-home-1", "gw2"):
        assert names.isdisjoint((right.on, right.name) for right in every(other))
    assert all(name == "gw" or name.startswith(("gw.", "gw-home-")) for _, name in names)


def test_O3_nobody_may_delete_and_only_one_may_create() -> None:
    makers = set(of_administrator(Kafka(prefix="p", partitions=2)))
    assert {right.operation for right in set(every("p")) - makers} == {
        Operation.READ,
        Operation.WRITE,
        Operation.DESCRIBE_CONFIGS,
    }
    assert {right.operation for right in makers} == {Operation.CREATE, Operation.DESCRIBE, Operation.ALTER_CONFIGS}


def test_O3_a_reader_sees_outcomes_only_unless_asked() -> None:
    """Changes hold whole documents; nobody but a worker and an operator reads the ledger."""
    kafka = Kafka(prefix="p")
    assert {right.name for right in of_reader(kafka, ("bi",))} == {"p.outcomes.results", "p.outcomes.errors", "bi"}
    assert all("ledger" not in right.name for right in of_reader(kafka, changes=True))
