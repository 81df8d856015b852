"""S1: texts that repeat what was sent show no secret, and harmless texts stay as they are."""

from __future__ import annotations

import json
import time

import httpx
import pytest
from pydantic import SecretStr

from gateway.errors import Transient, hide, refuse
from gateway.errors.unexpected import unexpected

HEADERS = httpx.Headers({"Authorization": "Basic planted", "Client_Id": "c"})


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer planted",
        "authorization=Basic planted",
        f"headers={dict(HEADERS)}",
        f"{HEADERS.raw}",
        "sent Bearer planted, and again",
        "POST /token: client_secret=planted&api_key=planted",
        json.dumps({"client_secret": "planted and more", "n": 1, "access_token": "planted"}),
        repr({"password": "planted", "by": ("x", {"API-Key": "planted"})}),
        "Sasl(username='u', password='planted it is')",
        "connect to https://user:planted@registry.example/subjects",
        repr(httpx.InvalidURL("no port in 'amqp://planted@h:x'")),
        repr(KeyError({"smtp_password": "planted"})),
    ],
)
def test_S1_secret_in_a_text_is_hidden(text: str) -> None:
    assert "planted" in text
    assert "planted" not in hide(text)
    assert hide(hide(text)) == hide(text)


@pytest.mark.parametrize(
    "text",
    [
        "password: is missing",
        "the API rejects the key; check api_key and client_secret of acme-fi",
        "answered 401 to POST /v1/token: InvalidToken",
        "https://api.severa.visma.com/rest-api/v1/users?email=a@b.fi",
        "mail to finance@example.com, see https://wiki.example/@team",
        "Basic information of the authorization, and who gave it",
        repr({"client_secret": SecretStr("x")}),
    ],
)
def test_S1_harmless_text_stays_as_it_is(text: str) -> None:
    assert hide(text) == text


def test_S1_hiding_takes_no_longer_for_long_texts() -> None:
    began = time.process_time()
    for piece in ("a", "-", "secret", "://", "authorization", "'password': '"):
        hide(piece * 20_000)
    assert time.process_time() - began < 5


def test_S1_error_hides_secrets_of_its_cause() -> None:
    """Its texts go to topics and mails."""
    fault = unexpected(ValueError({"headers": {"Authorization": "Basic planted"}, "at": "https://u:planted@x"}))
    refusal = refuse(
        "SEVERA_REFUSED", detail="Bearer planted", said="client_secret=planted", operation="x", api="Severa"
    )
    for error in (fault, refusal, Transient("C", "m", "Bearer planted", url="ftp://planted@h")):
        assert "planted" not in f"{error!r}{error}{error.args}{error.message}{error.detail}{error.facts}{error.cause}"
