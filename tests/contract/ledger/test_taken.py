"""Decision 12 on real Kafka: what a new owner sees of a ledger of which records were deleted."""

from __future__ import annotations

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from gateway.ledger import HomeConfig, seconds_until_known, set_horizons
from tests.unit.ledger.promises import ACME, DAY, Take, write


async def test_decision_12_horizon_older_than_a_deletion_is_set_again(take: Take, config: HomeConfig) -> None:
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
