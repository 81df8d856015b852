"""Apache Kafka with an authorizer, TLS and logins: SCRAM, PLAIN, tokens, and certificates on another listener."""

from __future__ import annotations

import base64
import json
import shlex
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Int8, Int16, Int32, Schema, String

from gateway.kafka import Cluster
from gateway.kafka.connection import connected
from gateway.kafka.rights import BITS, On, Operation, Right
from gateway.sandbox.broker.kafka import KafkaBroker, free_port
from tests.certificates import Authority

_PROPERTIES = """\
listeners=PLAINTEXT://127.0.0.1:{port},SECURED://127.0.0.1:{secured},MUTUAL://127.0.0.1:{mutual},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},SECURED://127.0.0.1:{secured},MUTUAL://127.0.0.1:{mutual}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURED:SASL_SSL,MUTUAL:SSL
inter.broker.listener.name=PLAINTEXT
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS;User:super
ssl.keystore.type=PEM
ssl.keystore.location={folder}/server-store.pem
ssl.truststore.type=PEM
ssl.truststore.location={ca}
listener.name.mutual.ssl.client.auth=required
listener.name.secured.sasl.enabled.mechanisms=SCRAM-SHA-512,PLAIN,OAUTHBEARER
listener.name.secured.scram-sha-512.sasl.jaas.config={module}.scram.ScramLoginModule required;
listener.name.secured.plain.sasl.jaas.config={module}.plain.PlainLoginModule required user_plain="plain-word";
listener.name.secured.oauthbearer.sasl.jaas.config={module}.oauthbearer.OAuthBearerLoginModule required;
"""
_MODULE = "org.apache.kafka.common.security"
_TEXT = String("utf-8")
_KINDS = {On.TOPIC: 2, On.GROUP: 3, On.TRANSACTIONAL_ID: 5}
_LITERAL, _ALLOW = 3, 3


def word_of(user: str) -> str:
    """The password of a user."""
    return f"{user}-word"


class SecuredBroker(KafkaBroker):
    """`bootstrap` takes anybody as a super user, for the test's own questions; `secured` and `mutual` don't."""

    def __init__(self, folder: Path, *users: str) -> None:
        super().__init__(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.authority = Authority(folder)
        ports = {"port": self.port, "controller": self.controller, "secured": free_port(), "mutual": free_port()}
        self.secured, self.mutual = f"localhost:{ports['secured']}", f"localhost:{ports['mutual']}"
        self.properties = _PROPERTIES.format(folder=folder, ca=self.authority.ca, module=_MODULE, **ports)
        for user in ("super", *users):
            login = f"SCRAM-SHA-512=[name={user},password={word_of(user)}]"
            self.format_options += ["--add-scram", login]
        own = self.authority.issue("server")
        (folder / "server-store.pem").write_text(own.key.read_text() + own.certificate.read_text())

    def settings(self, user: str) -> dict[str, Any]:
        """The section `kafka` of this user's settings."""
        login = {"username": user, "password": word_of(user)}
        return {"bootstrap": self.secured, "tls": {"ca": str(self.authority.ca)}, "sasl": login}

    def admin_properties(self) -> Path:
        """What Kafka's own tools log in with, as the user `super`."""
        file = self.folder / "admin.properties"
        module = f'{_MODULE}.scram.ScramLoginModule required username="super" password="{word_of("super")}";'
        lines = ["security.protocol=SASL_SSL", "sasl.mechanism=SCRAM-SHA-512", f"sasl.jaas.config={module}"]
        lines += ["ssl.truststore.type=PEM", f"ssl.truststore.location={self.authority.ca}"]
        file.write_text("\n".join(lines))
        return file

    async def grant(self, principal: str, rights: Iterable[Right]) -> None:
        """Create ACLs."""
        creations = [(_KINDS[r.on], r.name, _LITERAL, principal, "*", BITS[r.operation], _ALLOW) for r in rights]
        await self._ask(_CreateAcls(creations))

    async def revoke(self, principal: str, rights: Iterable[Right]) -> None:
        """Delete ACLs."""
        filters = [(_KINDS[r.on], r.name, _LITERAL, principal, None, BITS[r.operation], _ALLOW) for r in rights]
        await self._ask(_DeleteAcls(filters))

    async def _ask(self, request: Any) -> None:
        async with connected(Cluster(self.bootstrap)) as connection:
            answer = (await connection.send(request)).to_object()
        assert {one["error_code"] for one in answer["results"]} == {0}, answer


def rights_in(commands: str) -> dict[str, list[Right]]:
    """The rights of each principal that printed `kafka-acls.sh` commands grant."""
    found: dict[str, list[Right]] = {}
    for words in map(shlex.split, commands.splitlines()):
        pairs = [(name[2:], value) for name, value in pairwise(words) if name.startswith("--")]
        (principal,) = (value for name, value in pairs if name == "allow-principal")
        operations = [Operation(value) for name, value in pairs if name == "operation"]
        named = [(On(name), value) for name, value in pairs if name in set(On)]
        own = [Right(on, name, operation) for on, name in named for operation in operations]
        found[principal] = [*found.get(principal, []), *own]
    return found


@contextmanager
def token_endpoint(subject: str) -> Iterator[str]:
    """An OAuth endpoint that gives tokens without a signature, which a broker for tests takes; its address."""

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            now = int(time.time())
            token = ".".join([_part({"alg": "none"}), _part({"sub": subject, "iat": now, "exp": now + 300}), ""])
            body = json.dumps({"access_token": token, "expires_in": 300}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Nothing is logged."""

    with HTTPServer(("127.0.0.1", 0), Endpoint) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/token"
        server.shutdown()


def _part(claims: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")


#: The fields of an ACL.
_ENTRY = (
    ("kind", Int8),
    ("name", _TEXT),
    ("pattern", Int8),
    ("principal", _TEXT),
    ("host", _TEXT),
    ("operation", Int8),
    ("permission", Int8),
)


class _CreatedAcls(Response):  # type: ignore[misc]  # aiokafka has no types
    API_KEY = 30
    API_VERSION = 1
    SCHEMA = Schema(("throttle", Int32), ("results", Array(("error_code", Int16), ("message", _TEXT))))


class _CreateAcls_v1(RequestStruct):  # type: ignore[misc]
    API_KEY = 30
    API_VERSION = 1
    RESPONSE_TYPE = _CreatedAcls
    SCHEMA = Schema(
        (
            "creations",
            Array(
                *_ENTRY,
            ),
        )
    )


class _CreateAcls(Request[_CreateAcls_v1]):  # type: ignore[misc]
    API_KEY = 30

    def __init__(self, entries: list[tuple[Any, ...]]) -> None:
        self._entries = entries

    def build(self, request_struct_class: Any) -> Any:
        return request_struct_class(self._entries)


class _DeletedAcls(Response):  # type: ignore[misc]
    API_KEY = 31
    API_VERSION = 1
    SCHEMA = Schema(
        ("throttle", Int32),
        (
            "results",
            Array(
                ("error_code", Int16),
                ("message", _TEXT),
                (
                    "matching",
                    Array(
                        ("error_code", Int16),
                        ("message", _TEXT),
                        *_ENTRY,
                    ),
                ),
            ),
        ),
    )


class _DeleteAcls_v1(RequestStruct):  # type: ignore[misc]
    API_KEY = 31
    API_VERSION = 1
    RESPONSE_TYPE = _DeletedAcls
    SCHEMA = _CreateAcls_v1.SCHEMA


class _DeleteAcls(Request[_DeleteAcls_v1]):  # type: ignore[misc]
    API_KEY = 31

    def __init__(self, entries: list[tuple[Any, ...]]) -> None:
        self._entries = entries

    def build(self, request_struct_class: Any) -> Any:
        return request_struct_class(self._entries)
