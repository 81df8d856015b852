"""O3, Q1: which settings of a topic a worker refuses to start with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.events.catalogue import IN_SYNC, TopicSpec, catalogue
from gateway.events.topics import Kind, There, differences


def of(name: str, replication: int = 0) -> TopicSpec:
    return next(one for one in catalogue("p", 12, replication) if one.name == f"p.{name}")


def as_wanted(spec: TopicSpec, copies: int = 3) -> There:
    return There(12, copies, {IN_SYNC: "1", **spec.config_for(copies)})


LEDGER, CHANGES = of("ledger"), of("changes.sales-invoices")


@pytest.mark.parametrize("copies", [1, 2, 3])
def test_O3_a_topic_with_as_many_copies_as_brokers_is_as_wanted(copies: int) -> None:
    for spec in catalogue("p", 12, 0):
        assert differences(spec, as_wanted(spec, copies), brokers=copies) == []
        assert differences(spec, as_wanted(spec, 3), brokers=5) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cleanup.policy", "delete"),
        ("cleanup.policy", "compact,delete"),
        ("message.timestamp.type", "CreateTime"),
        ("unclean.leader.election.enable", "true"),
        (IN_SYNC, "1"),
    ],
)
def test_Q1_what_would_lose_the_ledger_is_no_warning(name: str, value: str) -> None:
    there = as_wanted(LEDGER)
    (one,) = differences(LEDGER, replace(there, config={**there.config, name: value}), brokers=3)
    assert (one.kind, one.what, one.there, one.endangers) == (Kind.SET, name, value, True)


def test_Q1_fewest_possible_ledger_copies_are_no_warning() -> None:
    (one,) = differences(LEDGER, as_wanted(LEDGER, 1), brokers=3)
    assert (one.kind, one.there, one.wanted, one.endangers) == (Kind.BY_HAND, "1", "3", True)
    assert differences(of("ledger", replication=1), as_wanted(LEDGER, 1), brokers=3) == []  # somebody wants it so


@pytest.mark.parametrize(("copies", "in_sync"), [(1, "2"), (2, "3"), (3, "4")])
def test_Q1_a_topic_that_takes_no_record_is_no_warning(copies: int, in_sync: str) -> None:
    for spec in (LEDGER, CHANGES):
        there = as_wanted(spec, copies)
        (one,) = differences(spec, replace(there, config={**there.config, IN_SYNC: in_sync}), brokers=copies)
        assert (one.what, one.endangers) == (IN_SYNC, True)


def test_O3_what_is_only_unusual_is_a_warning() -> None:
    there = as_wanted(CHANGES, 2)
    unusual = replace(there, config={**there.config, "retention.ms": "1000"})
    assert {(one.what, one.endangers) for one in differences(CHANGES, unusual, brokers=3)} == {
        ("retention.ms", False),
        ("replication", False),
    }


def test_Q1_commands_have_the_brokers_time() -> None:
    there = There(12, 1, {**of("commands").config, "message.timestamp.type": "CreateTime"})
    (one,) = differences(of("commands"), there, brokers=1)
    assert one.endangers


def test_O3_missing_topic_or_wrong_partitions_stop_the_start() -> None:
    assert [one.endangers for one in differences(CHANGES, None, 3)] == [True]
    (one,) = differences(CHANGES, replace(as_wanted(CHANGES), partitions=6), 3)
    assert (one.kind, one.endangers) == (Kind.REFUSED, True)
