"""Decision 12: from when on a company's ledger knows all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from gateway.ledger import Write, ensure_horizon

FIRST = datetime(2026, 1, 1, tzinfo=UTC)


async def test_decision_12_a_company_that_is_active_again_has_a_new_horizon() -> None:
    """Another integration may have transferred its documents meanwhile: they are looked up before their POST."""
    values: dict[str, bytes] = {}

    async def commit(*, writes: Sequence[Write]) -> None:
        for one in writes:
            values.pop(one.key, None) if one.value is None else values.update({one.key: one.value})

    home = cast(Any, SimpleNamespace(get=values.get, commit=commit))

    async def opened(days: int, active: bool) -> datetime:
        return await ensure_horizon(home, "acme-fi", "nordic", FIRST + timedelta(days=days), active)

    assert await opened(0, True) == await opened(1, True) == FIRST
    assert await opened(2, False) == FIRST + timedelta(days=2)
    assert values == {}
    assert await opened(3, True) == await opened(4, True) == FIRST + timedelta(days=3)
