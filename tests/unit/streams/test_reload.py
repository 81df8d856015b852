"""S18-S20: a worker takes a changed settings file in, wholly or not at all."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.ledger import seconds_until_known
from gateway.settings import GatewaySettings, SettingsError
from streams.reload import watch_settings
from tests.memory_home import MemoryLedger
from tests.unit.one_company import ACME, a_company, a_context
from tests.unit.streams.one_home import NORDIC, SETTINGS, contexts_of

OFF = a_company(enabled=False)


def of(*companies: Any) -> GatewaySettings:
    return SETTINGS.model_copy(update={"organisations": (NORDIC.model_copy(update={"companies": companies}),)})


async def watched(*reads: GatewaySettings | SettingsError | None) -> tuple[list[GatewaySettings], list[str]]:
    """What the worker takes in of these reads of the file, and the log's events."""
    left, taken = list(reads), list[GatewaySettings]()

    def changed() -> GatewaySettings | None:
        if not left:
            raise asyncio.CancelledError
        read = left.pop(0)
        if isinstance(read, SettingsError):
            raise read
        return read

    async def take_in(settings: GatewaySettings) -> list[str]:
        taken.append(settings)
        return ["acme-fi"]

    with capture_logs() as logs, pytest.raises(asyncio.CancelledError):
        await watch_settings(SETTINGS, changed, take_in, each=0)
    return taken, [line["event"] for line in logs]


async def test_S18_changed_company_is_taken_in() -> None:
    assert await watched(None, of(OFF), of(OFF), of(ACME)) == ([of(OFF), of(ACME)], ["settings taken in"] * 2)


async def test_B12_wrong_file_leaves_the_worker_as_it_is() -> None:
    taken, events = await watched(SettingsError("no"), of(OFF))
    assert (taken, events[0]) == ([of(OFF)], "settings file is wrong, the worker keeps its settings")


async def test_S18_no_half_of_a_change_is_taken_in() -> None:
    other = of(OFF).model_copy(update={"smtp": SETTINGS.smtp.model_copy(update={"host": "mail"})})
    assert await watched(other) == ([], ["settings have changed, restart the workers"])


async def test_S18_company_switched_on_is_looked_up_first() -> None:
    """Others may have transferred its documents while it was off: a horizon from now, and its quarantine."""
    home, context = MemoryLedger().take(), a_context(OFF)
    other = a_context(a_company("bolt-fi"))
    contexts = contexts_of(context, other, home=home)
    before = context.horizon
    bolt = a_company("bolt-fi")
    assert await contexts.take_in(of(ACME, bolt)) == ["acme-fi"]
    assert (context.company, context.horizon > before, other.company) == (ACME, True, bolt)
    assert seconds_until_known(home, "acme-fi") > 0
    assert (context.colleagues, other.colleagues) == (("bolt-fi",), ("acme-fi",))
    assert await contexts.take_in(of(OFF, bolt)) == ["acme-fi"]
    assert (context.company.active, other.colleagues, contexts.settings) == (False, (), of(OFF, bolt))
