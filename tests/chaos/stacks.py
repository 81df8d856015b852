"""Where each task of a worker waits: written to its log at SIGUSR2, which a run sends when it stalls."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Awaitable, Iterator
from typing import Any


async def showing_stacks(work: Awaitable[None]) -> None:
    """Await `work`, and write the stacks at each signal."""
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR2, _show)
    await work


def _show() -> None:
    for task in sorted(asyncio.all_tasks(), key=asyncio.Task.get_name):
        places = " < ".join(reversed(list(_places(task.get_coro()))))
        print(f"task {task.get_name()}: {places}", file=sys.stderr, flush=True)


def _places(waiting: Any) -> Iterator[str]:
    """From the task's first coroutine to what it awaits."""
    while waiting is not None:
        frame = getattr(waiting, "cr_frame", None) or getattr(waiting, "gi_frame", None)
        if frame is not None:
            yield f"{frame.f_code.co_filename.rpartition('/')[2]}:{frame.f_lineno} {frame.f_code.co_name}"
        waiting = getattr(waiting, "cr_await", None) or getattr(waiting, "gi_yieldfrom", None)
