"""Decisions 11, 14: what an operator asked for holds for what that operator has seen, however often it is read."""

from __future__ import annotations

from typing import Any, cast

import pytest

from gateway.delivery.commands import asked_for, command_key
from tests.unit.delivery.one_document import OneDocument


@pytest.fixture
def one(monkeypatch: pytest.MonkeyPatch) -> OneDocument:
    return OneDocument(monkeypatch)


async def test_decision_11_a_command_of_the_version_before_is_void(one: OneDocument) -> None:
    """It names no revision, and must not stop the poll."""
    one.home.values[command_key("acme-fi", "g")] = b'{"kind":"retry","at":"2026-01-01T00:00:00+00:00"}'
    assert asked_for(cast(Any, one.home), "acme-fi", "g", 1) is None
