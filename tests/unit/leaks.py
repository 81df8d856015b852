"""Everything that leaves memory in a test, and a search for a personal number in it (R3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pytest
from structlog.testing import capture_logs

from gateway.delivery.company import CompanyContext
from gateway.documents import Outcome
from gateway.notify.mail import render
from gateway.telemetry import tracing
from tests.memory_home import MemoryHome
from tests.unit.recorded import Recorded


def plain(text: str) -> str:
    """Letters and digits alone: whatever separates them, a number is found."""
    return re.sub(r"[^0-9A-Z]", "", text.upper())


class Seen:
    """Everything that leaves memory in a test."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def has(self, number: str) -> list[str]:
        """Where the number stands, with and without century."""
        wanted = plain(number)
        short = wanted[2:] if len(wanted) == 12 else wanted
        return [text[:200] for text in self.texts if short in plain(text)]


@contextmanager
def watched(monkeypatch: pytest.MonkeyPatch, seen: Seen) -> Iterator[None]:
    """Log lines before they are masked, and spans."""
    recorded = Recorded(monkeypatch)
    with capture_logs() as lines, tracing.span("transfer"):
        yield
    seen.texts += [f"log {line!r}" for line in lines]
    seen.texts += [f"span {one.to_json()}" for one in recorded.spans]


def collect(seen: Seen, home: MemoryHome, told: Iterable[Outcome], context: CompanyContext) -> None:
    """Topics and ledger byte for byte, mails, and what the company's context remembers."""
    for _, event in home.ledger.published:
        seen.texts.append(f"topic {event.key!r} {event.value!r} {event.headers!r}")
    seen.texts += [f"ledger {one!r}" for records in home.ledger.records.values() for one in records]
    seen.texts += [f"mail {render(one, ['a@x.fi'], 'g@x.fi')}" for one in told if one.error is not None]
    seen.texts.append(f"context {context!r} {context.registers.__dict__!r}")
