"""What must be right at Kafka before a worker starts (O3)."""

from __future__ import annotations

import structlog

from gateway.events.catalogue import catalogue
from gateway.events.rights import of_worker
from gateway.events.topics import Kind, plan
from gateway.kafka import cluster_of
from gateway.kafka.connection import TooOld, check_version, connected
from gateway.kafka.rights import RightsMissing, check_rights
from gateway.settings import GatewaySettings, SettingsError
from streams.runtime.app import wait_for_broker

log = structlog.get_logger()

_REMEDIES = {
    Kind.CREATE: "Run 'gateway topics apply'.",
    Kind.SET: "What was acknowledged could be lost: run 'gateway topics apply'.",
    Kind.REFUSED: "The number never changes once there is a ledger: correct kafka.partitions.",
    Kind.BY_HAND: "What was acknowledged could be lost with a broker: add copies with kafka-reassign-partitions, "
    "or correct kafka.replication.",
}


async def wait_until_ready(settings: GatewaySettings) -> None:
    """Wait until the broker answers; its version, the user's rights and the topics must be right. The APIs are not
    asked: their answers concern single companies.

    Raises SettingsError, Refused.
    """
    kafka = settings.kafka
    cluster = cluster_of(kafka)
    await wait_for_broker(cluster)
    try:
        async with connected(cluster) as connection:
            await check_version(connection)
            await check_rights(cluster, connection, of_worker(kafka))
    except (TooOld, RightsMissing) as error:
        raise SettingsError(str(error)) from error
    wrong = await plan(cluster, catalogue(kafka.prefix, kafka.partitions, kafka.replication, kafka.max_record_bytes))
    for one in wrong:
        if one.endangers:
            raise SettingsError(
                f"topic {one.topic}: {one.what} is {one.there or 'missing'}, the settings want {one.wanted}. "
                f"{_REMEDIES[one.kind]}"
            )
        log.warning("topic setting differs", topic=one.topic, setting=one.what, there=one.there, wanted=one.wanted)
