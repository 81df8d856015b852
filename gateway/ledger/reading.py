"""Reading a home's partition past its barrier (docs/faust.md, The barrier: the end alone is not enough)."""

from __future__ import annotations

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from gateway.ledger.errors import PartitionsChanged, WrongPartition
from gateway.ledger.records import BARRIER, ORGANISATION, HomeTerms, partition_of


async def read_past(terms: HomeTerms, number: int, barrier: int) -> dict[str, bytes]:
    """The partition's newest committed values by key, up to and with the barrier at offset `barrier`.

    The barrier's own commit closes what an interrupted coordinator left without a marker, so an acknowledged
    record is visible once the barrier is. Raises WrongPartition, PartitionsChanged.
    """
    consumer = AIOKafkaConsumer(
        bootstrap_servers=terms.bootstrap,
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=50,
        max_partition_fetch_bytes=8 * 1024 * 1024,
    )
    values: dict[str, bytes] = {}
    partition = TopicPartition(terms.ledger_topic, number)
    async with consumer:
        consumer.assign([partition])
        await consumer.seek_to_beginning(partition)
        done = False
        while not done:
            batches = await consumer.getmany(timeout_ms=1000, max_records=20_000)
            for record in batches.get(partition, []):
                _check(terms, number, record)
                key = (record.key or b"").decode()
                if record.value is None:
                    values.pop(key, None)
                else:
                    values[key] = record.value
                done = done or record.offset >= barrier
    return values


def _check(terms: HomeTerms, number: int, record: ConsumerRecord) -> None:
    """A record in a partition that is not its organisation's, or a barrier written under another count, stops us."""
    key, headers = record.key, record.headers
    if key == BARRIER.encode():
        before = int(record.value)
        if before != terms.partitions:
            raise PartitionsChanged(
                f"the ledger {terms.ledger_topic} was written with {before} partitions and is now read with "
                f"{terms.partitions}. The number must never change: set it back, or move to a new prefix."
            )
        return
    for name, value in headers:
        if name == ORGANISATION and partition_of(value.decode(), terms.partitions) != number:
            raise WrongPartition(
                f"record {key!r} of organisation {value.decode()} stands in partition {number} of "
                f"{terms.ledger_topic}, where it doesn't belong. The topic was repartitioned or written by something "
                "else: stop all workers, restore the topic, and start again."
            )
