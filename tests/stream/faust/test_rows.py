"""The rows of Faust's and Kafka's behaviour that would lose or double invoices, held against the pinned versions."""

from __future__ import annotations

import asyncio
import signal

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from streams.runtime.consumer import seek_to_committed
from tests.stream.faust.conftest import Cluster
from tests.waiting import until


async def test_row_1_no_commit_passes_an_event_that_has_not_ended(cluster: Cluster) -> None:
    cluster.start(seconds=30)
    await cluster.heard("started")
    await cluster.send("a", "b", "slow", "c", "d")
    await cluster.heard("ended", 4)
    await cluster.send("e")
    await cluster.heard("ended", event="e")
    assert await cluster.committed() <= 2
    cluster.workers[0].kill()
    cluster.start(seconds=0)
    await cluster.heard("ended", event="slow")


async def test_row_1_ended_events_are_skipped_and_no_commit_passes(
    cluster: Cluster,
) -> None:
    """Also where they come in one batch with it, and where they come while it runs (ADR 5)."""
    await cluster.send("ended 1", "slow", "ended 2")
    cluster.start(seconds=30)
    await cluster.heard("began", event="slow")
    await cluster.send("ended 3", "slow too", "ended 4", "a")
    await cluster.heard("ended", event="a")
    await cluster.commits(1)
    cluster.workers[0].kill()
    cluster.start(seconds=0)
    for event in ("slow", "slow too"):
        await cluster.heard("ended", event=event)
    await cluster.commits(7)
    assert {one["event"] for one in cluster.said("began")} == {"slow", "slow too", "a"}


async def test_row_2_an_exception_of_a_handler_does_not_lose_the_event(cluster: Cluster) -> None:
    cluster.start()
    await cluster.send("raise", "after")
    await cluster.heard("ended", event="after")
    assert await cluster.heard("dead", event="raise", reason="unexpected")


async def test_row_3_sigterm_lets_the_running_end_and_loses_nothing(cluster: Cluster) -> None:
    worker = cluster.start(seconds=1.0, grace=5)
    await cluster.heard("started")
    await cluster.send(*(f"slow{n}" for n in range(20)))
    await cluster.heard("began", 8)
    worker.terminate()
    await until(lambda: worker.poll() is not None, 30, lambda: f"the worker's end; {cluster.logs()}")
    ended = {one["event"] for one in cluster.said("ended")}
    began = {one["event"] for one in cluster.said("began")}
    assert began == ended
    cluster.start(seconds=0)
    await cluster.heard("ended", 20)
    assert {one["event"] for one in cluster.said("ended")} == {f"slow{n}" for n in range(20)}


async def test_row_4_a_stop_does_not_wait_for_an_event_that_never_ends(cluster: Cluster) -> None:
    worker = cluster.start(seconds=600, grace=1)
    await cluster.heard("started")
    await cluster.send("slow")
    await cluster.heard("began")
    worker.terminate()
    await until(lambda: worker.poll() is not None, 30, lambda: f"the worker's end; {cluster.logs()}")
    assert await cluster.committed() == 0


async def test_row_5_after_kill_9_another_worker_runs_the_rest(cluster: Cluster) -> None:
    first = cluster.start(seconds=60)
    await cluster.heard("home", 4)
    await cluster.send("slow", "quick")
    await cluster.heard("began", event="slow")
    cluster.start(seconds=0)
    first.send_signal(signal.SIGKILL)
    second = await cluster.heard("ended", event="slow")
    assert second[0]["worker"] == cluster.workers[1].pid


async def test_row_6_the_consumer_waits_50_ms_and_reads_committed(cluster: Cluster) -> None:
    cluster.start()
    await cluster.heard("started", isolation="read_committed", fetch_wait=50)


async def test_row_5_frozen_worker_ends_nothing_twice(cluster: Cluster) -> None:
    """SIGSTOP for longer than the session timeout: its home is fenced, so it ends nothing of what it had begun."""
    first = cluster.start(seconds=4)
    await cluster.heard("home", 4)
    await cluster.send("slow")
    await cluster.heard("began", event="slow")
    first.send_signal(signal.SIGSTOP)
    cluster.start(seconds=0)
    await cluster.heard("ended", event="slow", worker=cluster.workers[1].pid)
    first.send_signal(signal.SIGCONT)
    await cluster.send("quick")
    await cluster.heard("ended", event="quick")
    assert len(cluster.said("ended", event="slow")) == 1


async def test_row_21_records_of_aborted_transactions_are_skipped(cluster: Cluster) -> None:
    cluster.start()
    topic = f"{cluster.prefix}.events"
    async with AIOKafkaProducer(
        bootstrap_servers=cluster.bootstrap, transactional_id=cluster.prefix + "-x"
    ) as producer:
        for n in range(6):
            await producer.begin_transaction()
            await producer.send_and_wait(topic, f"{'kept' if n % 2 else 'aborted'}{n}".encode(), partition=0)
            await (producer.commit_transaction() if n % 2 else producer.abort_transaction())
    await cluster.heard("ended", event="kept5")
    assert {one["event"] for one in cluster.said("began")} == {"kept1", "kept3", "kept5"}


async def test_row_25_homes_slower_than_the_session_are_taken_once(cluster: Cluster) -> None:
    """Large ledgers: without heartbeats the group drops the worker during it, and it takes them again and again."""
    cluster.start(seconds=0, taking=10)
    await cluster.send("quick")
    await cluster.heard("ended", event="quick")
    await asyncio.sleep(15)
    assert len(cluster.said("home")) == 4


@pytest.mark.parametrize("commit", [None, 0, 1])
async def test_row_31_dropped_records_are_read_again(cluster: Cluster, commit: int | None) -> None:
    """Faust drops a fetch that ends while its flow is stopped, and seeks: also where nothing, or 0, is committed."""
    await cluster.send("a", "b", "c")
    place = TopicPartition(f"{cluster.prefix}.events", 0)
    async with AIOKafkaConsumer(
        bootstrap_servers=cluster.bootstrap,
        group_id=cluster.prefix,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    ) as consumer:
        consumer.assign([place])
        if commit is not None:
            await consumer.commit({place: commit})

        async def read() -> list[bytes | None]:
            values: list[bytes | None] = []
            while len(values) < 3:
                values += [one.value for one in (await consumer.getmany(timeout_ms=5000))[place]]
            return values

        await consumer.seek_to_beginning(place)
        await read()
        committed = await seek_to_committed(consumer)
        assert committed == {place: commit}
        assert (await consumer.getone()).offset == (commit or 0)
