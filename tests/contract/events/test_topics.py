"""`gateway topics` on real Kafka (O3)."""

from __future__ import annotations

import dataclasses
import uuid

import pytest

from gateway.events.catalogue import LARGEST, TopicSpec, catalogue
from gateway.events.topics import Difference, Kind, apply, plan
from gateway.kafka import Cluster
from gateway.sandbox.broker.kafka import KafkaBroker
from gateway.settings import Kafka, SettingsError
from streams.ready import wait_until_ready
from tests.unit.streams.one_home import SETTINGS


async def test_O3_apply_creates_what_plan_shows(kafka: KafkaBroker) -> None:
    """And applied again, it changes nothing."""
    specs = catalogue(f"t{uuid.uuid4().hex[:8]}", 3, 1)
    differences = await plan(Cluster(kafka.bootstrap), specs)
    assert [one.kind for one in differences] == [Kind.CREATE] * len(specs)
    await apply(Cluster(kafka.bootstrap), specs, differences)
    assert await plan(Cluster(kafka.bootstrap), specs) == []


async def test_O3_a_setting_is_mended_and_the_others_of_the_topic_stay(kafka: KafkaBroker) -> None:
    specs = catalogue(f"t{uuid.uuid4().hex[:8]}", 1, 1)
    await apply(Cluster(kafka.bootstrap), specs, await plan(Cluster(kafka.bootstrap), specs))
    shorter = [dataclasses.replace(one, config={"retention.ms": "1000000"}) for one in specs[:1]]
    differences = await plan(Cluster(kafka.bootstrap), shorter)
    assert [(one.kind, one.what, one.wanted) for one in differences] == [(Kind.SET, "retention.ms", "1000000")]
    await apply(Cluster(kafka.bootstrap), shorter, differences)
    await until_there(kafka, specs[:1], "retention.ms")
    assert [one.what for one in await plan(Cluster(kafka.bootstrap), specs[:1])] == ["retention.ms"]


async def test_Q1_ledger_deleted_with_time_stops_the_worker(kafka: KafkaBroker) -> None:
    prefix = f"t{uuid.uuid4().hex[:8]}"
    names = Kafka(bootstrap=kafka.bootstrap, prefix=prefix, partitions=1, max_record_bytes=LARGEST)
    settings = SETTINGS.model_copy(update={"kafka": names})
    specs = catalogue(prefix, 1, 0)
    with pytest.raises(SettingsError, match="topics apply"):
        await wait_until_ready(settings)
    await apply(Cluster(kafka.bootstrap), specs, await plan(Cluster(kafka.bootstrap), specs))
    await wait_until_ready(settings)
    ledger = next(one.name for one in specs if one.name.endswith("ledger"))
    lost = Difference(ledger, Kind.SET, "cleanup.policy", "compact", "delete")
    await apply(Cluster(kafka.bootstrap), specs, [lost])
    await until_there(kafka, specs, "cleanup.policy")
    with pytest.raises(SettingsError, match=r"ledger: cleanup.policy is delete.*compact"):
        await wait_until_ready(settings)


async def until_there(kafka: KafkaBroker, specs: list[TopicSpec], what: str) -> None:
    """The broker tells of a change a little later."""
    for _ in range(50):
        if what in [one.what for one in await plan(Cluster(kafka.bootstrap), specs)]:
            return
    raise AssertionError(f"{what} was not set")


async def test_decision_12_a_changed_number_of_partitions_is_refused(kafka: KafkaBroker) -> None:
    prefix = f"t{uuid.uuid4().hex[:8]}"
    specs = catalogue(prefix, 2, 1)
    await apply(Cluster(kafka.bootstrap), specs, await plan(Cluster(kafka.bootstrap), specs))
    wider = catalogue(prefix, 4, 1)
    differences = await plan(Cluster(kafka.bootstrap), wider)
    assert {(one.kind, one.there, one.wanted) for one in differences} == {(Kind.REFUSED, "2", "4")}
    await apply(Cluster(kafka.bootstrap), wider, differences)
    assert await plan(Cluster(kafka.bootstrap), specs) == []
