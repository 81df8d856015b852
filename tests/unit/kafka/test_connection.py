"""Why a broker can't be used is a sentence: a wrong login isn't a broker that is down (O3)."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple, cast

import pytest
from aiokafka.conn import AIOKafkaConnection

from gateway.kafka import cluster_of
from gateway.kafka.connection import NotReached, Refused, TooOld, check_version, connected
from gateway.settings import Kafka
from tests.certificates import Authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@asynccontextmanager
async def served(context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server that closes each connection; its port."""

    async def close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.close()

    server = await asyncio.start_server(close, "127.0.0.1", 0, ssl=context)
    yield int(server.sockets[0].getsockname()[1])
    server.close()


async def why(port: int, **kafka: Any) -> NotReached:
    """The reason for which there is no connection."""
    with pytest.raises(NotReached) as told:
        async with connected(cluster_of(Kafka.model_validate({"bootstrap": f"127.0.0.1:{port}", **kafka})), 5.0):
            pass
    return told.value


def context_of(authority: Authority, host: str = "localhost") -> ssl.SSLContext:
    issued = authority.issue(host, host)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(issued.certificate, issued.key)
    return context


async def test_O3_a_broker_that_is_away_is_not_a_refusal() -> None:
    with socket.socket() as taken:  # bound, and nothing listens
        taken.bind(("127.0.0.1", 0))
        told = await why(taken.getsockname()[1])
    assert type(told) is NotReached and str(told).startswith("Kafka doesn't answer: 127.0.0.1:")
    assert "Check that Kafka runs" in str(told)


async def test_O3_a_port_for_tls_is_told_to_who_speaks_none(authority: Authority) -> None:
    async with served() as port:
        told = await why(port)
        assert "closes the connection. Its port may be for TLS or a login" in str(told)
        assert "Its port may be another listener's" in str(await why(port, tls=True))
    async with served(context_of(authority)) as port:
        assert "Its port may be for TLS or a login" in str(await why(port))


async def test_O3_a_certificate_that_is_not_trusted_is_refused(tmp_path: Path, authority: Authority) -> None:
    async with served(context_of(authority)) as port:
        told = await why(port, tls={"ca": Authority(tmp_path, "other").ca})
        assert isinstance(told, Refused)
        assert "certificate that is not accepted" in str(told) and "Name its authority in kafka.tls.ca" in str(told)
    async with served(context_of(authority, "kafka.example")) as port:
        told = await why(port, tls={"ca": authority.ca})
        assert isinstance(told, Refused) and "127.0.0.1" in str(told).partition("not accepted")[2]


async def test_O3_a_port_that_wants_a_certificate_is_told(authority: Authority) -> None:
    context = context_of(authority)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(authority.ca)
    async with served(context) as port:
        told = await why(port, tls={"ca": authority.ca})
    assert "or want another certificate" in str(told)


class Versions(NamedTuple):
    """Kafka's answer about its requests: key, oldest and newest version."""

    api_versions: list[tuple[int, int, int]]


class Broker:
    """A broker that takes fetches up to this version."""

    host, port = "kafka", 9092

    def __init__(self, fetch: int) -> None:
        self._fetch = fetch

    async def send(self, request: Any) -> Versions:
        return Versions([(0, 0, 9), (1, 4, self._fetch)])


async def test_O3_a_broker_before_the_oldest_version_is_told() -> None:
    """Kafka 3.6 fetches by version 15, Kafka 3.7 by 16."""
    await check_version(cast(AIOKafkaConnection, Broker(16)))
    with pytest.raises(TooOld, match=r"^The broker kafka:9092 is older than Kafka 3\.7"):
        await check_version(cast(AIOKafkaConnection, Broker(15)))
