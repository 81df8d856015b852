"""Real parts for the rings that need them, started once and stopped by whoever started them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from gateway.sandbox.broker.kafka import KafkaBroker
from tests.requests_count import RequestsCount
from tests.system import Gateway

# A slow machine is no reason for a rule to be wrong.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_configure(config: pytest.Config) -> None:
    """Every request to a sandbox API is counted, and is a valid one."""
    RequestsCount.register(config)


@pytest.fixture(scope="session")
def kafka() -> Iterator[KafkaBroker]:
    """A real Apache Kafka for the whole run; topics are the test's own, by unique names."""
    broker = KafkaBroker().start()
    yield broker
    broker.stop()


@pytest.fixture
def gateway(kafka: KafkaBroker) -> Iterator[Callable[..., Gateway]]:
    """Makes one from a world and further settings."""
    opened: list[Gateway] = []

    def make(world: dict[str, Any], twice: bool = False, **settings: Any) -> Gateway:
        opened.append(Gateway(kafka, world, settings, twice))
        return opened[-1]

    yield make
    for one in opened:
        one.close()
