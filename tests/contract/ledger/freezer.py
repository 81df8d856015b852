"""A process that opens an intent, is frozen, and says afterwards whether it would still have started its effect."""

from __future__ import annotations

import asyncio
import json
import sys

from gateway.ledger import Home, HomeConfig, HomeLost, LeaseExpired, partition_of


async def main() -> None:
    config = HomeConfig(**json.loads(sys.argv[1]))
    number = partition_of("nordic", config.partitions)
    home = await Home.take(number, config)
    lease = await home.open_intent("acme/invoice/1", b"", "nordic")
    lease.check()
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    again = await Home.take(number, config) if sys.argv[2] == "retake" else None
    try:
        lease.check()
        print("started", flush=True)
    except (LeaseExpired, HomeLost) as refusal:
        print(type(refusal).__name__, flush=True)
    if again is not None:
        print(again.intent("acme/invoice/1") is not None, flush=True)


asyncio.run(main())
