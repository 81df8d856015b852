"""Wait on a condition with a deadline: never for a while and a hope."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable


async def until(condition: Callable[[], bool], seconds: float, what: Callable[[], str] | str) -> None:
    """Return when the condition holds; fail after `seconds`, saying what was waited for."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what() if callable(what) else what}")
        await asyncio.sleep(0.05)
