"""Decision 8 over a frozen process: the clock of a lease goes on while its owner doesn't."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import signal
import sys

import pytest

from gateway.ledger import Home, HomeConfig, boottime, partition_of
from tests.unit.ledger.promises import Take
from tests.waiting import until


async def a_freezer(config: HomeConfig, mode: str) -> asyncio.subprocess.Process:
    settings = json.dumps(dataclasses.asdict(config))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.contract.ledger.freezer", settings, mode,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert (await process.stdout.readline()).strip() == b"ready"
    return process


@pytest.mark.parametrize("mode", ["stay", "retake"])
async def test_decision_8_a_frozen_owner_does_not_start_its_effect(config: HomeConfig, take: Take, mode: str) -> None:
    """`retake`: in a process that lost the home and got it back; the intent is found open there."""
    process = await a_freezer(config, mode)
    os.kill(process.pid, signal.SIGSTOP)
    frozen = boottime()
    try:
        other: Home = await take(partition_of("nordic", config.partitions))
        assert other.intent("acme/invoice/1") is not None
        await until(lambda: boottime() > frozen + config.lease, 10, "the end of the lease")
    finally:
        os.kill(process.pid, signal.SIGCONT)
    out, _ = await asyncio.wait_for(process.communicate(b"go\n"), 30)
    assert out.split() == ([b"LeaseExpired"] if mode == "stay" else [b"LeaseExpired", b"True"])


async def test_decision_8_without_a_freeze_the_effect_starts(config: HomeConfig) -> None:
    """The counter-proof: the same process, not held up, starts."""
    process = await a_freezer(dataclasses.replace(config, lease=60), "stay")
    out, _ = await asyncio.wait_for(process.communicate(b"go\n"), 30)
    assert out.split() == [b"started"]
