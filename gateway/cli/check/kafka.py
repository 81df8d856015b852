"""`gateway check` on Kafka: whether it answers, and its topics compared with the catalogue (O3)."""

from __future__ import annotations

import asyncio

from gateway.check.findings import Finding, State, Step, in_settings
from gateway.events.catalogue import TopicSpec, catalogue
from gateway.events.rights import of_worker
from gateway.events.topics import Difference, Kind, TopicsFailed, plan
from gateway.kafka import Cluster, cluster_of
from gateway.kafka.connection import NotReached, TooOld, check_version, connected
from gateway.kafka.rights import Right, by_resource, granted, missing, said
from gateway.settings import GatewaySettings

PART = "Kafka"
#: How soon the cluster must answer, in seconds.
ANSWERS = 30.0


async def look_at_kafka(settings: GatewaySettings) -> list[Finding]:
    """A line for the cluster, one per right that is missing, and one per topic."""
    kafka = settings.kafka
    specs = catalogue(kafka.prefix, kafka.partitions, kafka.replication, kafka.max_record_bytes)
    try:
        async with asyncio.timeout(ANSWERS):
            cluster = cluster_of(kafka)
            async with connected(cluster) as connection:
                await check_version(connection)
                lacked = await missing(connection, of_worker(kafka))
            if lacked:
                return [Finding(PART, kafka.bootstrap, State.OK), *_rights(cluster, lacked)]
            differences = await plan(cluster, specs)
    except TooOld as error:
        return [Finding(PART, kafka.bootstrap, State.DIFFERENT, str(error), _operator("Upgrade the cluster."))]
    except NotReached as error:
        step = in_settings("Start Kafka, or correct kafka.bootstrap, kafka.tls and kafka.sasl.")
        return [Finding(PART, kafka.bootstrap, State.FAILED, str(error), step)]
    except (TopicsFailed, TimeoutError) as error:
        why = error.__cause__ or error
        message = f"Kafka doesn't answer all questions. [{why!r}]"
        return [Finding(PART, kafka.bootstrap, State.FAILED, message, _operator("Read the broker's log."))]
    return [Finding(PART, kafka.bootstrap, State.OK), *(line for one in specs for line in _topic(one, differences))]


def _rights(cluster: Cluster, lacked: list[Right]) -> list[Finding]:
    """Topics are not compared: one that may not be seen would look missing."""
    found = []
    for (on, name), operations in by_resource(lacked).items():
        own = [Right(on, name, operation) for operation in operations]
        step = _operator(f"Run: {'; '.join(granted(cluster, own))}")
        found.append(Finding(PART, name, State.MISSING, " ".join(said(cluster, own)), step))
    return found


def _topic(spec: TopicSpec, differences: list[Difference]) -> list[Finding]:
    own = [one for one in differences if one.topic == spec.name]
    return [_finding(one) for one in own] or [Finding(PART, spec.name, State.OK, f"{spec.partitions} partitions")]


def _finding(one: Difference) -> Finding:
    message = f"{one.what}: {one.there or 'none'}, should be {one.wanted}."
    if one.endangers:
        message += " No worker starts until this is done."
    if one.kind is Kind.CREATE:
        return Finding(PART, one.topic, State.MISSING, message, _operator("Run gateway topics apply."))
    if one.kind is Kind.SET:
        return Finding(PART, one.topic, State.DIFFERENT, message, _operator("Run gateway topics apply."))
    if one.kind is Kind.REFUSED:
        message = f"{message} This number never changes: a change would move the homes."
        return Finding(PART, one.topic, State.DIFFERENT, message, in_settings("Correct kafka.partitions."))
    what = "Add copies with Kafka's own kafka-reassign-partitions, or correct kafka.replication."
    return Finding(PART, one.topic, State.DIFFERENT, message, _operator(what))


def _operator(what: str) -> Step:
    return Step("operator", "Kafka", what)
