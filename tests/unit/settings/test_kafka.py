"""TLS and login at Kafka as the settings name them (O3)."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path
from typing import Any

import pytest
import structlog

from gateway.settings import Kafka, Sasl, SettingsError, Tls, load
from tests.certificates import Authority, Issued
from tests.unit.settings.test_load import write

USER = {"username": "gateway", "password": "hush"}
OAUTH = {"token_url": "https://login.example/token", "client_id": "gateway", "client_secret": "hush"}
ELSEWHERE = {"bootstrap": "kafka.example:9093", "registry": "file"}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({**ELSEWHERE, "sasl": USER}, "the login would cross the network unencrypted"),
        ({"sasl": {"username": "gateway"}}, "SCRAM-SHA-512 needs username and password, and no oauth"),
        ({"sasl": {**USER, "oauth": OAUTH}}, "SCRAM-SHA-512 needs username and password, and no oauth"),
        ({"sasl": {"mechanism": "OAUTHBEARER"}}, "OAUTHBEARER needs oauth"),
        ({"sasl": {**USER, "mechanism": "OAUTHBEARER", "oauth": OAUTH}}, "OAUTHBEARER needs oauth"),
        ({"sasl": {**USER, "mechanism": "SCRAM-SHA-1"}}, "'SCRAM-SHA-512', 'SCRAM-SHA-256', 'PLAIN'"),
        ({"sasl": {"oauth": {**OAUTH, "token_url": "http://login.example/"}}}, "begins with https://"),
        ({"sasl": {"oauth": {**OAUTH, "token_url": "https://me:hush@login.example/"}}}, "has credentials in it"),
        ({"tls": {"ca": "nowhere.pem"}}, r"the file nowhere.pem can't be read \(No such file"),
        ({"tls": {"key_password": "hush"}}, "key is set, and certificate is not"),
        ({"bootstrap": "localhost:9092,"}, "must be host:port, several separated by commas"),
    ],
)
def test_O3_a_wrong_login_is_a_sentence_without_secrets(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message) as refused:
        Kafka.model_validate(given)
    assert "hush" not in "".join(str(fault["msg"]) for fault in refused.value.errors())  # type: ignore[attr-defined]


def test_O3_login_without_tls_is_for_this_machine_alone() -> None:
    """A host's name has no spaces: Kafka's client would keep them."""
    assert Kafka.model_validate({"sasl": USER, "bootstrap": "localhost:1, 127.0.0.1:2"}).bootstrap == (
        "localhost:1,127.0.0.1:2"
    )
    assert Kafka.model_validate({**ELSEWHERE, "sasl": USER, "tls": True}).tls == Tls()


def test_S1_secrets_of_kafka_show_nowhere() -> None:
    kafka = Kafka.model_validate({"sasl": {"mechanism": "OAUTHBEARER", "oauth": OAUTH}})
    assert "hush" not in f"{kafka!r} {kafka} {Sasl.model_validate(USER)!r} {kafka.model_dump()}"


def test_O3_files_of_tls_begin_at_the_settings_file(tmp_path: Path, authority: Authority) -> None:
    (tmp_path / "ca.pem").write_text(authority.ca.read_text())
    tls = "kafka:\n  tls: {ca: ca.pem}\n"
    settings = load(write(tmp_path, tls + EXAMPLE))
    assert settings.kafka.tls == Tls(ca=tmp_path / "ca.pem")
    with pytest.raises(SettingsError, match=r"kafka\.tls\.ca: the file lost\.pem can't be read"):
        load(write(tmp_path, tls.replace("ca.pem", "lost.pem") + EXAMPLE))


EXAMPLE = """
procountor: {client_id: c, client_secret: s}
organisations:
  - name: nordic
    severa: {client_id: a, client_secret: b}
    companies:
      - id: acme-fi
        business_unit: 11111111-1111-1111-1111-111111111111
        procountor: {api_key: k}
        default_codes: {product: a, work_type: b, travel_expense: c}
        sales: {status_before: x, status_after: y}
"""


def test_O3_a_key_that_does_not_open_is_told(tmp_path: Path, authority: Authority) -> None:
    """OpenSSL would ask for its password at the terminal."""
    own, other = authority.issue("own", password="hush"), authority.issue("other")
    with pytest.raises(ValueError, match=r"an encrypted key needs key_password"):
        Tls(certificate=own.certificate, key=own.key)
    assert Tls.model_validate({"certificate": own.certificate, "key": own.key, "key_password": "hush"})
    with pytest.raises(ValueError, match=r"key don't open \(key values mismatch\)"):
        Tls(certificate=own.certificate, key=other.key)
    text = tmp_path / "text"
    text.write_text("no certificate")
    with pytest.raises(ValueError, match=r"ca: .*/text is no certificate in PEM form"):
        Tls(ca=text)


async def test_O3_renewed_certificates_need_no_restart(tmp_path: Path, authority: Authority) -> None:
    """Nor does a worker lose the good ones to a file that is being written."""
    trusted, other = tmp_path / "ca.pem", Authority(tmp_path, "other")
    trusted.write_text(other.ca.read_text())
    context = Tls(ca=trusted).context()
    async with served(authority.issue("server")) as port:
        with pytest.raises(ssl.SSLCertVerificationError):
            await connect(port, context)
        trusted.write_text(authority.ca.read_text())
        await connect(port, context)
        trusted.write_text("half of a")
        with structlog.testing.capture_logs() as logs:
            await connect(port, context)
        assert [line["event"] for line in logs] == ["certificates of Kafka can't be read, the old ones are used"]


async def connect(port: int, context: ssl.SSLContext) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    writer.close()


class served:
    """A server with this certificate; its port."""

    def __init__(self, issued: Issued) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(issued.certificate, issued.key)

    async def __aenter__(self) -> int:
        self._server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=self._context)
        return int(self._server.sockets[0].getsockname()[1])

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
