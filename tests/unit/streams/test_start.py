"""A worker's start: what concerns one company alone does not keep the others waiting."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from gateway.errors import configuration
from streams import worker


async def test_Q4_a_status_that_was_renamed_in_Severa_does_not_keep_the_worker_from_starting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The settings haven't changed: the next restart of any worker, for whatever reason, would be its last."""
    asked: list[str] = []

    async def nothing(*_: Any) -> list[Any]:
        return []

    async def unknown(name: str) -> str:
        asked.append(name)
        raise configuration("STATUS_UNKNOWN", status=name, count=0, there="")

    monkeypatch.setattr(worker, "wait_for_broker", nothing)
    monkeypatch.setattr(worker, "plan", nothing)
    company = SimpleNamespace(id="acme-fi", sales=SimpleNamespace(status_before="Ready", status_after="Done"))
    settings = SimpleNamespace(
        kafka=SimpleNamespace(bootstrap="", prefix="p", partitions=12, replication=1),
        organisations=[SimpleNamespace(name="nordic", companies=[company])],
    )
    clients = SimpleNamespace(severa=lambda organisation: SimpleNamespace(status_id=unknown))
    await worker._ready(cast(Any, settings), cast(Any, clients))
    assert asked == ["Ready", "Done"]
