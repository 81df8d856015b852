"""S1: planted secrets show in no repr, no text, no dump, no error and no line of the log."""

from __future__ import annotations

import gc
import json
import logging
import re
import types
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest
import structlog
import yaml
from pydantic import BaseModel, SecretStr

from gateway.events.registry_client import RegistryClient
from gateway.http import Answers, Entries, Reply, Request, Response, Token
from gateway.kafka.cluster import cluster_of
from gateway.kafka.tokens import Tokens
from gateway.settings import GatewaySettings, OAuth, SettingsError, load
from gateway.settings.kafka import SchemaRegistry
from gateway.telemetry.logs import set_up_logs
from streams.clients import Clients
from streams.worker import build_parts
from tests.unit.http.test_unpacking import a_server

ROOT = Path(__file__).parents[2]
PLANTED = re.compile(r"planted-[a-z0-9_-]+", re.I)
#: Names of settings that hold a secret by their name alone.
BY_NAME = re.compile(r"secret|password|api_?key|token(?!_url)")


def planted(tmp_path: Path, **changes: Any) -> Path:
    """The example's settings with a secret of its own in each place for one."""
    tree = yaml.safe_load((ROOT / "examples/gateway.yaml").read_text())
    tree["smtp"]["password"] = "planted-smtp"
    tree["kafka"]["sasl"] = {"username": "gateway", "password": "planted-kafka"}
    tree["procountor"]["client_secret"] = "planted-client"
    for organisation in tree["organisations"]:
        organisation["severa"]["client_secret"] = f"planted-severa-{organisation['name']}"
        for company in organisation["companies"]:
            key = {"api_key": f"planted-key-{company['id']}"}
            company["procountor"] = {**company["procountor"], **key, "client_id": company["id"]}
            company["procountor"]["client_secret"] = f"planted-own-{company['id']}"
    file = tmp_path / "gateway.yaml"
    file.write_text(yaml.safe_dump({**tree, **changes}))
    return file


def models(value: Any) -> Iterator[BaseModel]:
    """The model and every model within it."""
    if isinstance(value, BaseModel):
        yield value
        for name in type(value).model_fields:
            yield from models(getattr(value, name))
    elif isinstance(value, tuple):
        for one in value:
            yield from models(one)


def fields(model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    """Name and type of every setting."""
    for name, field in model.model_fields.items():
        kinds = [field.annotation, *get_args(field.annotation)]
        yield name, kinds
        for kind in kinds:
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from fields(kind)


def test_S1_no_settings_model_shows_a_planted_secret(tmp_path: Path) -> None:
    settings = load(planted(tmp_path))
    found = list(models(settings))
    assert len({type(one) for one in found}) > 12
    assert settings.companies()[0].procountor.api_key.get_secret_value().startswith("planted-")
    for one in found:
        for shown in (repr(one), str(one), f"{one!r:s}", one.model_dump_json(), str(one.model_dump())):
            assert not PLANTED.search(shown)


def test_S1_each_setting_named_like_a_secret_is_one() -> None:
    secrets = [name for name, kinds in fields(GatewaySettings) if SecretStr in kinds]
    assert {"client_secret", "api_key", "password", "key_password"} == set(secrets)
    assert [name for name, kinds in fields(GatewaySettings) if BY_NAME.search(name) and SecretStr not in kinds] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"smtp": {"password": ["planted-list"]}},
        {"smtp": "planted-text"},
        {"smtp": {"port": "planted-port"}},
        {"smtp": {"passwort": "planted-typo"}},
        {"procountor": {"client_id": "x", "client_secret": {"planted-name": "planted-value"}}},
        {"procountor": {"client_id": "x", "client_secret": "planted-a", "base_url": "https://u:planted-b@x.example"}},
        {"severa": {"requests_per_second": "planted-rate"}},
        {"kafka": {"tls": {"key_password": "planted-key"}}},
        {"kafka": {"sasl": {"mechanism": "OAUTHBEARER", "password": "planted-sasl"}}},
    ],
)
def test_S1_error_about_settings_quotes_no_secret(tmp_path: Path, wrong: dict[str, Any]) -> None:
    """Nor do the errors that it comes from, which a crash report would print."""
    with pytest.raises(SettingsError) as caught:
        load(planted(tmp_path, **wrong))
    shown, error = "", BaseException()
    error = caught.value
    while error is not None:
        shown += f"{error!r}{error}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)  # type: ignore[assignment]
    assert not PLANTED.search(shown)


def test_S1_calls_and_answers_show_no_token() -> None:
    request = Request(
        "log in", "POST", "/token", headers={"Authorization": "planted-a"}, body="planted-b", form={"x": "planted-c"}
    )
    answer = Response(200, {"Set-Cookie": "planted-d"}, b'{"access_token": "planted-e"}')
    replies = (Reply("Severa", request, {"t": "planted-f"}), Entries("Severa", request, ["planted-g"]))
    for one in (request, answer, Token("planted-h", 60), *replies):
        assert not PLANTED.search(repr(one))


@pytest.mark.parametrize(("status", "body"), [(200, b"<p>planted-page"), (200, b"{planted"), (403, b"<p>planted-page")])
def test_S1_foreign_answer_is_not_repeated(status: int, body: bytes) -> None:
    """A login portal between the gateway and an API may show what it was sent."""
    answers = Answers("Severa", (), str, frozenset())
    request, answer = Request("list", "GET", "/x"), Response(status, {"Content-Type": "text/html"}, body)
    error = answers.error(request, answer) if status != 200 else answers.foreign(request, answer)
    assert not PLANTED.search(f"{error!r}{error.detail}{error.facts}")


@contextmanager
def talkative_log() -> Iterator[None]:
    """The log as a worker's at its most talkative."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    set_up_logs("DEBUG", True)
    try:
        yield
    finally:
        root.handlers[:], _ = before
        root.setLevel(before[1])
        structlog.reset_defaults()


def test_S1_log_masks_fields_tokens_and_settings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Also where a whole settings model, or an error with a token, is logged by mistake, by us or by a library."""
    settings = load(planted(tmp_path))
    with talkative_log():
        own = structlog.get_logger("x")
        own.info("a", client_secret="planted-a", api_key="planted-b", access_token="planted-c", password="planted-d")
        own.info("b", settings=settings, text="Authorization: Bearer planted-e", several=["Bearer planted-f"])
        own.info("c", sent={"headers": [{"Authorization": "Basic planted-g"}, ("authorization", "Basic planted-h")]})
        own.info("d", headers=httpx.Headers({"Authorization": "planted-i"}), raw=[(b"Authorization", b"planted-j")])
        logging.getLogger("library").error("failed with %s and %s", "Bearer planted-k", settings.procountor)
        try:
            try:
                raise httpx.ConnectError("https://user:planted-l@h refused Bearer planted-m")
            except httpx.ConnectError as error:
                raise ValueError({"sent": {"client_secret": "planted-n", "hidden": settings.smtp.password}}) from error
        except ValueError:
            own.exception("e")
        lines = capsys.readouterr().err.splitlines()
    levels = [json.loads(line)["level"] for line in lines]
    assert levels == ["info"] * 4 + ["error"] * 2
    assert "ConnectError" in lines[-1] and not PLANTED.search("\n".join(lines))


def test_S1_line_that_cannot_be_written_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Python's own report of it has the line as it was, with its arguments."""

    class Broken:
        def __str__(self) -> str:
            raise ValueError("planted-a")

    with talkative_log():
        structlog.get_logger("x").info("b", password="planted-b", broken=Broken())
        said = capsys.readouterr().err
    assert said == "a log line of x can't be written (ValueError)\n"


async def test_S1_log_has_no_token_of_a_call_at_its_most_talkative(capsys: pytest.CaptureFixture[str]) -> None:
    """httpcore logs each header at DEBUG; the log has no line of it, whatever the settings say."""
    request = Request("read", "GET", "/x", headers={"Authorization": "Bearer planted-a", "Cookie": "planted-b"})
    with talkative_log():
        async with a_server(b"{}", [], "Set-Cookie: planted-c") as transport:
            assert (await transport.send(request, "acme")).status == 200
        assert not PLANTED.search(capsys.readouterr().err)


def reachable(root: object) -> Iterator[object]:
    """The object, and everything that its attributes, elements and closures lead to."""
    left, seen = [root], set[int]()
    while left:
        one = left.pop()
        if id(one) in seen or isinstance(one, type | types.ModuleType | str | bytes | int | float):
            continue
        seen.add(id(one))
        yield one
        if isinstance(one, types.FunctionType):  # without its module
            left += [*(one.__closure__ or ()), *(one.__defaults__ or ())]
        else:
            left += gc.get_referents(one)


def test_S1_no_part_of_a_worker_shows_a_secret(tmp_path: Path) -> None:
    """Whatever of a worker's parts is printed, logged or put into an error by mistake."""
    settings = load(planted(tmp_path))
    clients = Clients(settings)
    for organisation in settings.organisations:
        clients.severa(organisation)
        for company in organisation.companies:
            clients.procountor(company)
    registry = SchemaRegistry(url="https://r.example", username="u", password=SecretStr("planted-registry"))
    oauth = OAuth(token_url="https://o.example", client_id="c", client_secret=SecretStr("planted-oauth"))
    parts = build_parts(settings, clients, tmp_path)
    ours = [
        one
        for one in reachable([clients, parts, RegistryClient(registry), Tokens(oauth), cluster_of(settings.kafka)])
        if type(one).__module__.partition(".")[0] in ("gateway", "streams", "httpx", "aiosmtplib")
    ]
    assert {"Clients", "Mailer", "SeveraClient", "Calls", "RegistryClient", "Tokens", "Cluster"} <= {
        type(one).__name__ for one in ours
    }
    assert [type(one) for one in ours if PLANTED.search(f"{one!r}{one!s}")] == []
