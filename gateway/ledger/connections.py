"""How a home reaches Kafka: aiokafka's own clients, or others with the same methods (tests/simulation)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer


@dataclass(frozen=True, slots=True)
class Connections:
    """Creates the clients of a home; each is called with aiokafka's own parameters."""

    #: The home's transactional producer.
    producer: Callable[..., AIOKafkaProducer] = AIOKafkaProducer
    #: Reads the ledger, and sees what has committed.
    consumer: Callable[..., AIOKafkaConsumer] = AIOKafkaConsumer


KAFKA = Connections()
