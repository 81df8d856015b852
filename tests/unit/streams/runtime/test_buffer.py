"""What waits in Faust's queues: bounded, and never so much that one topic stops the reading of the others."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest
from faust.transport.conductor import ConductorCompiler
from faust.types import TP, ConsumerMessage

from gateway.kafka import Cluster
from streams.runtime.app import BUFFER, WorkerSettings, build_app


@pytest.mark.parametrize("partitions", [1, 12, 90, 1000])
async def test_Q4_standing_flow_stops_no_other_topic(tmp_path: Path, partitions: int) -> None:
    """As the mails do while their server is down. Faust's own conductor and queue; nobody takes anything from it."""
    worker = WorkerSettings("p", Cluster("localhost:1"), tmp_path, partitions=partitions)
    app = build_app(worker, [], cast(Any, None), [], cast(Any, None))
    app.flow_control.resume()
    topic = app.topic("errors", key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")
    queue = (channel := topic.clone(is_iterator=True)).queue
    going = [TP("errors", number) for number in range(partitions)]
    app.consumer.on_buffer_full = going.remove  # type: ignore[method-assign, assignment]
    handlers = {tp: ConductorCompiler().build(cast(Any, app.topics), tp, cast(Any, {channel})) for tp in going}

    async def fetch() -> None:
        """Polls, each with the records of one partition that isn't paused: as many as may be."""
        polls = 0
        while going:
            tp = going[(polls := polls + 1) % len(going)]
            for offset in range(app.conf.broker_max_poll_records):
                await handlers[tp](ConsumerMessage(*tp, offset, 0.0, 0, [], b"k", b"v", None, 1, 1, tp))

    await asyncio.wait_for(fetch(), 20)
    assert queue.qsize() <= BUFFER
