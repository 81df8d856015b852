"""`gateway check` on what all companies share: Kafka, its topics, the mail server (O3, S8)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from typer.testing import CliRunner, Result

from gateway.cli import app
from gateway.cli.check.command import check as _check  # noqa: F401  (adds its command)
from gateway.cli.topics import topics as _topics  # noqa: F401
from gateway.events.catalogue import catalogue
from gateway.sandbox.broker.kafka import KafkaBroker
from gateway.sandbox.server.server import SandboxApis
from gateway.sandbox.smtp import MailCatcher
from gateway.sandbox.world.demo_registers import add_registers
from gateway.sandbox.world.demo_world import FIRMS, base_world
from tests.contract.cli.test_check import EXAMPLE, SECRETS

#: How many topics there are.
TOPICS = len(catalogue("any", 1, 1))

USELESS = "The gateway can't use the mail server with these settings."


@pytest.fixture(scope="module")
def mails() -> Iterator[MailCatcher]:
    catcher = MailCatcher().start()
    yield catcher
    catcher.stop()


@pytest.fixture
def settings(kafka: KafkaBroker, mails: MailCatcher, tmp_path: Path) -> Iterator[Path]:
    """The example settings on a broker, a mail server and a world that fits."""
    with SandboxApis(add_registers(base_world(), *FIRMS)) as apis:
        text = EXAMPLE.read_text().replace("http://localhost:8090", apis.url).replace("localhost:9092", kafka.bootstrap)
        text = text.replace("port: 1025", f"port: {mails.port}").replace(
            "prefix: severa-procountor", f"prefix: {uuid4()}"
        )
        (tmp_path / "gateway.yaml").write_text(text)
        yield tmp_path / "gateway.yaml"


def run(*words: str, settings: Path, change: tuple[str, str] = ("", "")) -> Result:
    if change[0]:
        settings.write_text(settings.read_text().replace(*change, 1))
    return CliRunner().invoke(app, [*words, "--settings", str(settings)], env=SECRETS)


def around(ran: Result) -> list[Any]:
    """What isn't well in the part of the report that is no company's."""
    lines = json.loads(ran.stdout)["gateway"]["lines"]
    return [(one["part"], one["state"], one["fix"]) for one in lines if one["state"] != "ok"]


def test_O3_S8_topics_are_missing_then_all_fits(settings: Path, mails: MailCatcher) -> None:
    """No mail is sent; --company leaves it out."""
    ran = run("check", "--json", settings=settings)
    assert ran.exit_code == 1
    assert around(ran) == [("Kafka", "missing", "Run gateway topics apply.")] * TOPICS
    assert run("check", "--company", "acme-fi", settings=settings).exit_code == 0
    assert run("topics", "apply", settings=settings).exit_code == 0
    ran = run("check", settings=settings)
    assert ran.exit_code == 0, ran.stdout
    assert f"the gateway: everything matches: {TOPICS + 2} ok" in ran.stdout and "Everything matches." in ran.stdout
    assert mails.messages == []


def test_O3_partitions_and_topic_settings_are_compared(settings: Path, kafka: KafkaBroker) -> None:
    run("topics", "apply", settings=settings)
    ledger = f"{settings.read_text().partition('prefix: ')[2].split()[0]}.ledger"
    configs = "kafka.admin.ConfigCommand"
    wrong = ("--alter", "--entity-type", "topics", "--entity-name", ledger, "--add-config", "cleanup.policy=delete")
    kafka.tool(configs, "--bootstrap-server", kafka.bootstrap, *wrong)
    assert around(run("check", "--json", settings=settings)) == [("Kafka", "different", "Run gateway topics apply.")]
    ran = run("check", "--json", settings=settings, change=("partitions: 12", "partitions: 13"))
    assert around(ran).count(("Kafka", "different", "Correct kafka.partitions.")) == TOPICS


@pytest.mark.parametrize(
    ("change", "part", "message"),
    [
        (("bootstrap: 127.0.0.1:", "bootstrap: 127.0.0.1:9 # "), "Kafka", "Kafka doesn't answer: 127.0.0.1:9 "),
        (("host: localhost", "host: localhost.invalid"), "mail server", USELESS),
        (("starttls: false", "starttls: true"), "mail server", USELESS),
        (
            ("starttls: false", "starttls: false\n  username: me"),
            "mail server",
            "The gateway can't use the mail server with these settings.",
        ),
        (("host: localhost", 'host: ""'), "mail server", "The settings name no mail server"),
    ],
)
def test_O3_S8_what_does_not_answer_is_said(settings: Path, change: tuple[str, str], part: str, message: str) -> None:
    """The companies are looked at nevertheless."""
    run("topics", "apply", settings=settings)
    ran = run("check", "--json", settings=settings, change=change)
    tree = json.loads(ran.stdout)
    (one,) = [one for one in tree["gateway"]["lines"] if one["state"] != "ok"]
    assert (ran.exit_code, one["part"], one["who"]) == (1, part, "operator")
    assert one["message"].startswith(message)
    assert all(one["good"] for one in tree["companies"])
