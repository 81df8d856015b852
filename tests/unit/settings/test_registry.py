"""Which registry the settings accept: ids of a file mean other schemas to everybody else on a cluster (O1, O3)."""

from __future__ import annotations

import pytest

from gateway.settings import Kafka

HERE = ["localhost:9092", "127.0.0.1:9092", "[::1]:9092", "localhost:9092, 127.0.0.2:9093"]
ELSEWHERE = ["kafka:9092", "broker.example.com:9092", "10.0.0.1:9092", "localhost:9092,broker.example.com:9092"]


@pytest.mark.parametrize("bootstrap", HERE)
def test_O1_brokers_on_this_machine_need_no_registry(bootstrap: str) -> None:
    assert Kafka(bootstrap=bootstrap).registry is None


@pytest.mark.parametrize("bootstrap", ELSEWHERE)
def test_O1_ids_of_the_file_are_not_used_by_mistake(bootstrap: str) -> None:
    with pytest.raises(ValueError, match=r"set registry\.url, or write registry: file"):
        Kafka(bootstrap=bootstrap)
    for registry in ("file", {"file": True}, {"url": "https://registry.example"}):
        assert Kafka.model_validate({"bootstrap": bootstrap, "registry": registry}).registry


def test_O1_the_password_shows_nowhere() -> None:
    given = {"registry": {"url": "https://registry.example", "username": "gateway", "password": "hush"}}
    assert "hush" not in repr(Kafka.model_validate(given))
