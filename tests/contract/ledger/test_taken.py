"""Decision 12 on real Kafka: what a new owner sees of a ledger that is old, or of which records were deleted."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from gateway.ledger import Covered, HomeConfig, seconds_until_known, set_horizons, wait_out_quarantine
from tests.contract.ledger.conftest import FakeClock, Take
from tests.contract.ledger.test_home import ORG, write

ACME = {"acme-fi": Covered(ORG, active=True)}
DAY = timedelta(days=1)


async def test_decision_12_the_time_of_a_home_is_the_brokers_at_its_barrier(take: Take) -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    home = await take()
    assert before <= home.taken.at <= datetime.now(UTC)
    assert (home.taken.silence, home.taken.start) == (timedelta(0), 0)


async def test_decision_12_what_owners_write_when_they_take_a_home_ends_no_silence(take: Take) -> None:
    """A worker that died before it set the horizons would have hidden the absence from the next."""
    first = await take()
    await first.commit(writes=[write("acme-fi/sales-invoice/1")])
    committed = time.time()
    await (await take()).open_intent("k", b"", ORG)
    taken = (await take()).taken
    assert taken.silence.total_seconds() >= taken.at.timestamp() - committed - 0.002


async def test_Q1_a_new_horizon_is_counted_out_by_one_owner_in_full(take: Take) -> None:
    clock = FakeClock()
    first = await take(clock=clock)
    horizon = (await set_horizons(first, ACME, DAY))["acme-fi"]
    clock.now += first.config.quarantine - 0.1
    second = await take(clock=clock)
    assert await set_horizons(second, ACME, DAY) == {"acme-fi": horizon}
    assert seconds_until_known(second, "acme-fi") == second.config.quarantine
    clock.now += second.config.quarantine
    await wait_out_quarantine(second, "acme-fi")
    third = await take(clock=clock)
    await set_horizons(third, ACME, DAY)
    assert seconds_until_known(third, "acme-fi") == 0.0


async def test_decision_12_a_horizon_that_outlives_deleted_documents_is_set_again(
    take: Take, config: HomeConfig
) -> None:
    """Kafka deletes records only where the topic's policy has `delete`, as it may have had for a day."""
    admin = AIOKafkaAdminClient(bootstrap_servers=config.bootstrap)
    await admin.start()
    policy = {"cleanup.policy": "compact,delete"}
    await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, config.ledger_topic, policy)])
    home = await take()
    await home.commit(writes=[write("acme-fi/sales-invoice/1")])
    horizon = await set_horizons(home, ACME, DAY)  # the newest record
    await admin.delete_records({TopicPartition(config.ledger_topic, 0): RecordsToDelete(before_offset=6)})
    await admin.close()
    trimmed = await take()
    assert trimmed.get("acme-fi/sales-invoice/1") is None
    assert trimmed.get("acme-fi/horizon") is not None
    again = await set_horizons(trimmed, ACME, DAY)
    assert again["acme-fi"] > horizon["acme-fi"]
    assert seconds_until_known(trimmed, "acme-fi") > 0
    assert await set_horizons(await take(), ACME, DAY) == again
