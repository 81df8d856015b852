"""The cluster that the settings name, and its clients: the only place that knows addresses, TLS and login (O3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from gateway.kafka.tokens import Tokens
from gateway.settings import Kafka, Sasl


@dataclass(frozen=True, slots=True)
class Cluster:
    """Creates clients; what is given to them stands above what they share."""

    #: The brokers as host:port, separated by commas.
    bootstrap: str
    #: TLS and login as aiokafka's parameters, shared by all clients. It holds the password.
    security: Mapping[str, Any] = field(default_factory=dict, repr=False)
    #: The user as the cluster's ACLs name it; "" if only the broker knows: the subject of a certificate, or a token's.
    principal: str = ""

    def admin(self, **given: Any) -> AIOKafkaAdminClient:
        """A client for topics and their settings."""
        return AIOKafkaAdminClient(**self._with(given))

    def producer(self, **given: Any) -> AIOKafkaProducer:
        """A producer."""
        return AIOKafkaProducer(**self._with(given))

    def consumer(self, **given: Any) -> AIOKafkaConsumer:
        """A consumer."""
        return AIOKafkaConsumer(**self._with(given))

    def _with(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return {"bootstrap_servers": self.bootstrap, **self.security, **given}


def cluster_of(kafka: Kafka) -> Cluster:
    """The cluster of the settings."""
    security: dict[str, Any] = {} if kafka.sasl is None else _login(kafka.sasl)
    protocol = "SASL_" if kafka.sasl is not None else ""
    if kafka.tls is not None:
        security |= {"security_protocol": f"{protocol}SSL", "ssl_context": kafka.tls.context()}
    else:
        security["security_protocol"] = f"{protocol}PLAINTEXT"
    return Cluster(kafka.bootstrap, security, _principal(kafka))


def _principal(kafka: Kafka) -> str:
    if kafka.sasl is not None:
        return f"User:{kafka.sasl.username}" if kafka.sasl.username else ""
    return "" if kafka.tls is not None and kafka.tls.certificate is not None else "User:ANONYMOUS"


def _login(sasl: Sasl) -> dict[str, Any]:
    if sasl.oauth is not None:
        return {"sasl_mechanism": sasl.mechanism, "sasl_oauth_token_provider": Tokens(sasl.oauth)}
    return {
        "sasl_mechanism": sasl.mechanism,
        "sasl_plain_username": sasl.username,
        "sasl_plain_password": sasl.password.get_secret_value(),
    }
