"""One connection to a broker, and in a sentence why there is none: aiokafka's clients keep the reason to themselves."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

from aiokafka.conn import AIOKafkaConnection, collect_hosts, create_conn
from aiokafka.errors import (
    AuthenticationFailedError,
    IllegalSaslStateError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)
from aiokafka.protocol.admin import ApiVersionRequest
from aiokafka.protocol.metadata import MetadataRequest

from gateway.kafka.cluster import Cluster

#: How soon a broker must answer, in seconds.
ANSWERS = 10.0
#: Kafka's oldest version, and the request that it is known by: no broker reports its version. Before 3.6, a record that
#: came after its transaction's end could block the readers of a partition for ever (KIP-890, ADR 35).
OLDEST, FETCH, SINCE_OLDEST = "3.7", 1, 16


class NotReached(Exception):
    """No broker can be used now. The message is a sentence with what to do."""


class Refused(NotReached):
    """The brokers answer, and don't take the connection: login or certificates are wrong. Waiting helps only if they
    are changed.
    """


class TooOld(Exception):
    """A broker is older than the gateway allows. The message is a sentence with what to do."""


@asynccontextmanager
async def connected(cluster: Cluster, seconds: float = ANSWERS) -> AsyncIterator[AIOKafkaConnection]:
    """A connection to the first broker that takes it. Raises NotReached."""
    connection = await _first(cluster, seconds)
    try:
        yield connection
    finally:
        connection.close()


async def check_version(connection: AIOKafkaConnection) -> None:
    """Raises TooOld."""
    answer = await connection.send(ApiVersionRequest())
    newest = {key: last for key, _, last in answer.api_versions}
    if newest.get(FETCH, 0) < SINCE_OLDEST:
        raise TooOld(
            f"The broker {connection.host}:{connection.port} is older than Kafka {OLDEST}, the oldest version that "
            "keeps the gateway's promises. Upgrade the cluster."
        )


async def _first(cluster: Cluster, seconds: float) -> AIOKafkaConnection:
    refused, away = list[str](), list[str]()
    for host, port, _ in collect_hosts(cluster.bootstrap):
        connection = None
        try:
            connection = await create_conn(host, port, request_timeout_ms=int(seconds * 1000), **cluster.security)
            await connection.send(MetadataRequest([]))  # the first request for which a login is needed
            return connection
        except Exception as error:  # whatever answers there, aiokafka raises what its parsing made of it
            if connection is not None:
                connection.close()
            why = _refusal(error, cluster)
            (refused if why else away).append(f"{host}:{port} {why or _absence(error, cluster)}")
    if refused:
        raise Refused(f"Kafka refuses the connection: {' '.join(refused)}")
    raise NotReached(f"Kafka doesn't answer: {' '.join(away)}")


def _refusal(error: BaseException, cluster: Cluster) -> str:
    """The broker's reason, with what to do; "" if it gave none."""
    user = cluster.principal or "this user"
    for one in _causes(error):
        match one:
            case ssl.SSLCertVerificationError():
                return (
                    f"has a certificate that is not accepted ({one.verify_message.rstrip('.')}). Name its authority in "
                    "kafka.tls.ca, and the broker in kafka.bootstrap as the certificate does."
                )
            case ssl.SSLError() if "ALERT" in (one.reason or ""):
                return (
                    f"doesn't accept the certificate of this user ({_words(one.reason)}). Correct "
                    "kafka.tls.certificate and key: the broker's authority for clients must have signed it."
                )
            case SaslAuthenticationFailed() | AuthenticationFailedError():
                return (
                    f"rejects the login of {user} ({_said(one)}). Correct kafka.sasl, or have the user created in the "
                    "cluster."
                )
            case UnsupportedSaslMechanismError() | IllegalSaslStateError():
                wanted = cluster.security.get("sasl_mechanism")
                return f"doesn't offer {wanted} ({_said(one)}). Correct kafka.sasl.mechanism, or the listener's port."
    return ""


def _absence(error: BaseException, cluster: Cluster) -> str:
    tls = "ssl_context" in cluster.security
    for one in _causes(error):
        if isinstance(one, ssl.SSLError):
            return "speaks no TLS at this port. Correct kafka.bootstrap or kafka.tls."
    if isinstance(error, KafkaError | EOFError | ConnectionResetError):
        meant = "be another listener's, or want another certificate" if tls else "be for TLS or a login"
        return f"closes the connection. Its port may {meant}: check kafka.bootstrap, kafka.tls and kafka.sasl."
    why = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return f"({why}). Check that Kafka runs and kafka.bootstrap is right."


def _said(error: BaseException) -> str:
    """The error's own text, without the name that aiokafka puts before it."""
    said = ", ".join(one for one in error.args if isinstance(one, str))
    return (said or str(getattr(error, "description", "") or type(error).__name__)).rstrip(".")


def _words(reason: str | None) -> str:
    return (reason or "").lower().replace("_", " ")


def _causes(error: BaseException | Any) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
