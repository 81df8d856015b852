"""Virtual time: what takes hours is over at once, and a process dies or freezes at any await."""

from __future__ import annotations

import asyncio

import pytest

from tests.simulation.loop import NothingLeft, Process, run


def test_an_hour_passes_without_waiting() -> None:
    async def main() -> list[float]:
        clock = asyncio.get_running_loop().time
        times = [clock()]
        await asyncio.gather(asyncio.sleep(3600), asyncio.sleep(60))
        times.append(clock())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(5):
                await asyncio.Event().wait()
        return [*times, clock()]

    assert run(main) == [0.0, 3600.0, 3605.0]


def test_a_wait_that_nothing_ends_is_reported() -> None:
    with pytest.raises(NothingLeft):
        run(asyncio.Event().wait)


async def _counting(steps: list[float], ended: list[str]) -> None:
    try:
        for _ in range(10):
            await asyncio.sleep(1)
            steps.append(asyncio.get_running_loop().time())
    finally:
        ended.append("finally")


def test_a_killed_process_runs_no_step_more() -> None:
    steps: list[float] = []
    ended: list[str] = []

    async def main() -> None:
        process = Process("a")
        asyncio.get_running_loop().create_task(_counting(steps, ended), context=process.context())
        await asyncio.sleep(0)
        process.after(6, process.kill)
        await asyncio.sleep(100)
        assert not process.alive

    run(main)
    assert 0 < len(steps) < 10
    assert ended == []


def test_frozen_process_goes_on_late_by_the_clock() -> None:
    steps: list[float] = []

    async def main() -> None:
        process = Process("a")
        asyncio.get_running_loop().create_task(_counting(steps, []), context=process.context())
        await asyncio.sleep(2.5)
        process.freeze()
        await asyncio.sleep(60)
        process.thaw()
        await asyncio.sleep(60)

    run(main)
    assert steps == [1.0, 2.0, 62.5, *(63.5 + n for n in range(7))]
