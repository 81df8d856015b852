"""A worker process for the tests: writes what it does to a file, one JSON line each, and takes as long as told."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from gateway.kafka import Cluster
from gateway.ledger import Home, HomeConfig, Publish, Write, partition_of
from streams.runtime.app import WorkerSettings, build_app, wait_for_broker
from streams.runtime.handler import Handler, Record


async def main() -> None:
    settings = json.loads(sys.argv[1])
    out = os.open(settings["out"], os.O_APPEND | os.O_WRONLY)
    prefix, partitions = settings["prefix"], settings["partitions"]
    organisations = {partition_of(name, partitions): name for name in (f"o{n}" for n in range(500))}

    def say(what: str, **facts: object) -> None:
        os.write(out, (json.dumps({"what": what, "worker": os.getpid(), **facts}) + "\n").encode())

    async def handle(event: str, record: Record, home: Home) -> None:
        say("began", event=event, home=home.number, at=record.offset)
        if event.startswith("raise"):
            raise RuntimeError("a fault of the handler")
        await asyncio.sleep(settings["seconds"] if event.startswith("slow") else 0)
        await home.commit(writes=[Write(f"done/{event}", b"1", organisations[home.number])])
        say("ended", event=event, home=home.number)

    handler: Handler[str] = Handler(
        topic=f"{prefix}.events",
        name="test",
        decode=lambda record: (record.value or b"").decode(),
        document=lambda event: event,
        company=lambda event: "acme",
        handle=handle,
        ended=lambda record, home: (record.value or b"").startswith(b"ended"),
    )
    config = HomeConfig(settings["bootstrap"], f"{prefix}.ledger", prefix, partitions=partitions)

    async def take(number: int) -> Home:
        home = await Home.take(number, config)
        await asyncio.sleep(settings.get("taking", 0.0))
        say("home", home=number, epoch=home.epoch)
        return home

    def dead_letter(record: Record, reason: str, detail: str) -> Publish:
        say("dead", event=(record.value or b"").decode(), reason=reason)
        return Publish(f"{prefix}.dead", record.key or b"", record.value or b"")

    worker = WorkerSettings(
        prefix,
        Cluster(settings["bootstrap"]),
        Path(settings["data_dir"]),
        session_timeout=6.0,
        grace=settings.get("grace", 2.0),
    )
    await wait_for_broker(worker.cluster)
    app = build_app(worker, [handler], take, [], dead_letter)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await app.start()
    consumer: Any = app.consumer._thread._consumer  # type: ignore[attr-defined]
    say("started", isolation=consumer._isolation_level, fetch_wait=consumer._fetch_max_wait_ms)
    waiting = [asyncio.create_task(stop.wait()), asyncio.create_task(app.wait_until_stopped())]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    say("stopping")
    await app.stop()
    say("stopped")


if __name__ == "__main__":
    asyncio.run(main())
