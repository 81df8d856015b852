"""Decision 12: from when on a company's ledger knows all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.ledger import Write, ensure_horizon, forget_horizons

FIRST = datetime(2026, 1, 1, tzinfo=UTC)


class Ledger:
    """A home: what is committed is there."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}
        self.get = self.values.get
        self.items = self.values.items

    async def commit(self, *, writes: Sequence[Write]) -> None:
        for one in writes:
            self.values.pop(one.key, None) if one.value is None else self.values.update({one.key: one.value})


@pytest.fixture
def home() -> Any:
    return Ledger()


async def opened(home: Any, days: int, active: bool = True) -> datetime:
    return await ensure_horizon(home, "acme-fi", "nordic", FIRST + timedelta(days=days), active)


async def test_decision_12_a_company_that_is_active_again_has_a_new_horizon(home: Any) -> None:
    """Another integration may have transferred its documents meanwhile: they are looked up before their POST."""
    assert await opened(home, 0) == await opened(home, 1) == FIRST
    assert await opened(home, 2, active=False) == FIRST + timedelta(days=2)
    assert home.values == {}
    assert await opened(home, 3) == await opened(home, 4) == FIRST + timedelta(days=3)


async def test_decision_12_a_company_that_left_the_settings_has_a_new_horizon_when_it_is_back(home: Any) -> None:
    """So has one whose whole organisation had left."""
    await opened(home, 0)
    await forget_horizons(home, {"acme-fi", "bolt-fi"})
    assert await opened(home, 1) == FIRST
    await forget_horizons(home, {"bolt-fi"})
    assert home.values == {}
    assert await opened(home, 2) == FIRST + timedelta(days=2)


async def test_decision_12_a_horizon_of_the_version_before_is_read_and_written_anew(home: Any) -> None:
    """It was the time alone."""
    home.values = {f"{company}/horizon": FIRST.isoformat().encode() for company in ("acme-fi", "bolt-fi")}
    home.get, home.items = home.values.get, home.values.items
    for _ in range(2):
        await forget_horizons(home, {"acme-fi"})
        assert await opened(home, 1) == FIRST
    assert b"nordic" in home.values["acme-fi/horizon"]
