"""One place turns the settings into clients of Kafka, Faust's too (O3)."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from faust.transport.drivers.aiokafka import credentials_to_aiokafka_auth

from gateway.kafka import cluster_of
from gateway.kafka.tokens import Tokens
from gateway.settings import Kafka
from streams.runtime.app import credentials

ROOT = Path(__file__).parents[3]
USER = {"username": "gateway", "password": "hush"}
OAUTH = {
    "mechanism": "OAUTHBEARER",
    "oauth": {"token_url": "https://login.example/token", "client_id": "gateway", "client_secret": "hush"},
}


@pytest.mark.parametrize(
    ("given", "protocol", "principal"),
    [
        ({}, "PLAINTEXT", "User:ANONYMOUS"),
        ({"tls": True}, "SSL", "User:ANONYMOUS"),
        ({"sasl": USER}, "SASL_PLAINTEXT", "User:gateway"),
        ({"tls": True, "sasl": USER}, "SASL_SSL", "User:gateway"),
        ({"tls": True, "sasl": OAUTH}, "SASL_SSL", ""),
    ],
)
def test_O3_each_login_is_the_same_for_every_client(given: dict[str, Any], protocol: str, principal: str) -> None:
    """Faust passes on exactly what the other clients get."""
    cluster = cluster_of(Kafka.model_validate(given))
    assert (cluster.security["security_protocol"], cluster.principal) == (protocol, principal)
    faust = credentials_to_aiokafka_auth(credentials(cluster))
    assert {name: one for name, one in faust.items() if one is not None} == cluster.security
    assert "hush" not in repr(cluster)
    if "sasl" in given:
        secret = cluster.security.get("sasl_plain_password") == "hush"
        assert secret or isinstance(cluster.security["sasl_oauth_token_provider"], Tokens)


def test_O3_no_other_place_creates_a_client_of_kafka() -> None:
    """It would lack the login. The ledger is handed its connections."""
    kinds = {"AIOKafkaProducer", "AIOKafkaConsumer", "AIOKafkaAdminClient", "create_conn"}
    found = {
        str(path.relative_to(ROOT))
        for room in ("gateway", "streams", "tools")
        for path in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds
    }
    assert found == {"gateway/kafka/cluster.py", "gateway/kafka/connection.py"}
