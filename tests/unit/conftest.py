"""What the tests of a transfer share."""

from __future__ import annotations

import pytest

from tests.unit.one_document import OneDocument


@pytest.fixture
def document(monkeypatch: pytest.MonkeyPatch) -> OneDocument:
    """A document, with a ledger, a Procountor and a Severa in memory."""
    return OneDocument(monkeypatch)
