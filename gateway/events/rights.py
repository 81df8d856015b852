"""Who needs which rights at Kafka, to the letter (O3): what the ACLs of each user are made from."""

from __future__ import annotations

from gateway.documents.keys import CHANGE_TOPICS
from gateway.events.catalogue import Topics
from gateway.kafka.rights import On, Operation, Right, rights
from gateway.settings import Kafka

#: Whole names, no prefixes: `gw.` would cover another gateway's `gw.test.ledger` too (ADR 35).
_READ, _WRITE, _CONFIGS = Operation.READ, Operation.WRITE, Operation.DESCRIBE_CONFIGS


def all_topics(kafka: Kafka) -> list[str]:
    """Every topic of the gateway."""
    topics = Topics(kafka.prefix)
    return [*_changes(topics), topics.commands, topics.ledger, topics.results, topics.errors, topics.dead_letters]


def of_worker(kafka: Kafka) -> list[Right]:
    """`gateway run`, and `gateway check`."""
    topics = Topics(kafka.prefix)
    both = [*_changes(topics), topics.ledger, topics.results, topics.errors]
    return [
        *rights(On.TOPIC, both, _READ, _WRITE, _CONFIGS),
        *rights(On.TOPIC, [topics.commands], _READ, _CONFIGS),
        *rights(On.TOPIC, [topics.dead_letters], _WRITE, _CONFIGS),
        *rights(On.GROUP, [kafka.prefix], _READ),
        *rights(On.TRANSACTIONAL_ID, [f"{kafka.prefix}-home-{n}" for n in range(kafka.partitions)], _WRITE),
    ]


def of_operator(kafka: Kafka) -> list[Right]:
    """`gateway retry`, `adopt`, `create-anyway`, `release`, `confirm-unit`."""
    topics = Topics(kafka.prefix)
    return [*rights(On.TOPIC, [topics.commands], _WRITE), *rights(On.TOPIC, [topics.ledger], _READ)]


def of_plan(kafka: Kafka) -> list[Right]:
    """`gateway topics plan`."""
    return rights(On.TOPIC, all_topics(kafka), Operation.DESCRIBE, _CONFIGS)


def of_administrator(kafka: Kafka) -> list[Right]:
    """`gateway topics plan` and `apply`. AlterConfigs allows DescribeConfigs."""
    return rights(On.TOPIC, all_topics(kafka), Operation.CREATE, Operation.DESCRIBE, Operation.ALTER_CONFIGS)


def of_replay(kafka: Kafka) -> list[Right]:
    """A reset of offsets with Kafka's own tool."""
    return [*rights(On.GROUP, [kafka.prefix], _READ), *rights(On.TOPIC, _changes(Topics(kafka.prefix)), _READ)]


def of_reader(kafka: Kafka, groups: tuple[str, ...] = (), changes: bool = False) -> list[Right]:
    """Another team's reader of outcomes; of `changes` too, which have the whole documents."""
    topics = Topics(kafka.prefix)
    read = [topics.results, topics.errors, *(_changes(topics) if changes else ())]
    return [*rights(On.TOPIC, read, _READ), *rights(On.GROUP, groups, _READ)]


def _changes(topics: Topics) -> list[str]:
    return [topics.changes(kind) for kind in CHANGE_TOPICS]
