"""A changed settings file takes effect without a restart, or the log says what needs one (S18-S20)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from gateway.settings import GatewaySettings, SettingsError
from gateway.settings.file import needs_a_restart

log = structlog.get_logger()

#: How often the file is looked at, in seconds.
EACH = 5.0


async def watch_settings(
    settings: GatewaySettings,
    changed: Callable[[], GatewaySettings | None],
    take_in: Callable[[GatewaySettings], Awaitable[list[str]]],
    each: float = EACH,
) -> None:
    """Look for a change until cancelled. A file that is wrong, or that needs a restart, changes nothing at all: half of
    a change is what nobody wrote.

    `take_in`: makes the settings those of the running worker, and returns the companies that it changed.
    """
    while True:
        await asyncio.sleep(each)
        try:
            now = await asyncio.to_thread(changed)
        except SettingsError as error:
            log.error("settings file is wrong, the worker keeps its settings", detail=str(error))
            continue
        if now is None or now == settings:
            continue
        if wanted := needs_a_restart(settings, now):
            log.error("settings have changed, restart the workers", restart_for=wanted)
            continue
        settings = now
        log.info("settings taken in", companies=await take_in(now))
