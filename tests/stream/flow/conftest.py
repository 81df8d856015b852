"""The whole gateway on real parts: worker processes, Kafka, both sandbox APIs, SMTP; a prefix of its own a test."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from gateway.cli.demo.outcomes import Seen, read_topics
from gateway.cli.demo.stage import Stage
from gateway.cli.demo.verdict import Waiting, is_settled, made, waiting_documents, written_back
from gateway.documents import Outcome
from gateway.sandbox.demo_world import AFTER, BEFORE
from gateway.sandbox.kafka import KafkaBroker
from tests.waiting import until

#: Unknown lasts five seconds here.
TERMS = {"lease": 2, "call_timeout": 1.5, "commit_lag": 1, "search_lag": 0.5}


class Gateway:
    """A stage with a reader of the outcome topics."""

    def __init__(self, kafka: KafkaBroker, world: dict[str, Any], settings: dict[str, Any]) -> None:
        self.stage = Stage(world, kafka=kafka, prefix=f"t{uuid.uuid4().hex[:8]}", **{"delivery": TERMS, **settings})
        with ThreadPoolExecutor(1) as pool:  # it blocks, and has a loop of its own
            self.settings = pool.submit(self.stage.open).result()
        self.apis, self.mails, self.seen = self.stage.apis, self.stage.mails, Seen()
        self._stop = threading.Event()
        reading = read_topics(self.settings, self.seen, self._stop)
        self._reader = threading.Thread(target=lambda: asyncio.run(reading), daemon=True)
        self._reader.start()

    @property
    def documents(self) -> list[Waiting]:
        """What waits in Severa now."""
        units = {company.business_unit: company.id for company in self.settings.companies()}
        return waiting_documents(self.apis.apis.world, units, BEFORE)

    def outcome(self, number: int) -> Outcome | None:
        """The current outcome of an invoice number."""
        return next((one for one in self.seen.current.values() if one.number == number), None)

    def change(self, path: str, *objects: dict[str, Any], api: str = "severa", owner: str = "nordic") -> None:
        """Add or change objects of one path."""
        self.apis.change({api: {owner: {path: list(objects)}}})

    def made(self) -> dict[tuple[str, str], int]:
        """Invoices made, by company and number."""
        return dict(made(self.apis.journal()))

    async def settled(self, documents: list[Waiting], seconds: float = 60) -> None:
        """Wait until each of them has its end."""
        await self.until(lambda: self._open(documents) == [], seconds, lambda: f"{self._open(documents)}")

    async def until(self, condition: Callable[[], bool], seconds: float, what: Callable[[], str] | str) -> None:
        """Wait, and tell the worker's log when it was in vain."""
        said = what if callable(what) else lambda: str(what)
        await until(condition, seconds, lambda: f"{said()}\n{self.stage.log_of_worker()}")

    def _open(self, documents: list[Waiting]) -> list[int]:
        moved = written_back(self.apis.journal(), AFTER)
        return [one.number for one in documents if not is_settled(one, self.seen, moved)]

    def close(self) -> None:
        """End all."""
        self._stop.set()
        self._reader.join(10)
        self.stage.close()


@pytest.fixture
def gateway(kafka: KafkaBroker) -> Iterator[Callable[..., Gateway]]:
    """Makes one from a world and further settings."""
    opened: list[Gateway] = []

    def make(world: dict[str, Any], **settings: Any) -> Gateway:
        opened.append(Gateway(kafka, world, settings))
        return opened[-1]

    yield make
    for one in opened:
        one.close()
