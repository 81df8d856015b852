"""Real parts for the rings that need them, started once and stopped by whoever started them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gateway.sandbox.kafka import KafkaBroker


@pytest.fixture(scope="session")
def kafka() -> Iterator[KafkaBroker]:
    """A real Apache Kafka for the whole run; topics are the test's own, by unique names."""
    broker = KafkaBroker().start()
    yield broker
    broker.stop()
