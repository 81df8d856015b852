"""`gateway topics acls`: commands and resources for a cluster's administrator (O3)."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from gateway.cli import app
from gateway.cli.acls import acls_command as _acls  # noqa: F401  (adds its command)
from gateway.events.catalogue import catalogue
from tests.contract.cli.test_check import EXAMPLE, SECRETS


def acls(*words: str, settings: Path = EXAMPLE) -> Result:
    return CliRunner().invoke(app, ["topics", "acls", *words, "--settings", str(settings)], env=SECRETS)


def words_of(ran: Result) -> list[list[str]]:
    assert ran.exit_code == 0, ran.stderr
    return [shlex.split(line) for line in ran.stdout.splitlines() if not line.startswith("#")]


def test_O3_commands_grant_to_the_users_that_are_named() -> None:
    users = ("--operator", "User:anna", "--reader", "User:bi", "--reader-group", "bi-outcomes")
    found = [line[line.index("--allow-principal") + 1 :] for line in words_of(acls(*users))]
    topic = ["--topic", "severa-procountor"]
    assert found == [
        ["User:anna", "--operation", "Write", topic[0], f"{topic[1]}.commands"],
        ["User:anna", "--operation", "Read", topic[0], f"{topic[1]}.ledger"],
        ["User:bi", "--operation", "Read"]
        + [word for name in ("results", "errors") for word in (topic[0], f"{topic[1]}.outcomes.{name}")],
        ["User:bi", "--operation", "Read", "--group", "bi-outcomes"],
    ]


def test_O3_without_a_user_the_settings_own_is_the_worker(tmp_path: Path) -> None:
    assert "Name its principal, for example --worker User:gateway" in acls().stderr
    login = "kafka:\n  sasl: {username: gateway, password: hush}\n"
    (tmp_path / "gateway.yaml").write_text(EXAMPLE.read_text().replace("kafka:\n", login, 1))
    ran = acls(settings=tmp_path / "gateway.yaml")
    assert {line[line.index("--allow-principal") + 1] for line in words_of(ran)} == {"User:gateway"}
    assert "hush" not in ran.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--worker", "gateway"], "'gateway' is not a principal. Write it as the cluster does: User:gateway"),
        (["--reader", "User:bi", "--reader-group", "severa-procountor"], "is the workers' own group"),
        (["--worker", "User:Gate Way", "--strimzi", "shared"], "can't be a KafkaUser"),
    ],
)
def test_O3_a_user_that_can_not_be_meant_is_refused(words: list[str], message: str) -> None:
    ran = acls(*words)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert message in ran.stderr


def test_O3_strimzi_gets_topics_and_users_alike() -> None:
    """The topics are those of `gateway topics apply`; the rights are those of the commands."""
    users = ("--worker", "User:CN=gateway", "--operator", "User:anna")
    resources = list(yaml.safe_load_all(acls(*users, "--strimzi", "shared").stdout))
    assert {one["apiVersion"] for one in resources} == {"kafka.strimzi.io/v1"}
    assert {one["metadata"]["labels"]["strimzi.io/cluster"] for one in resources} == {"shared"}
    made = {one["spec"]["topicName"]: one["spec"] for one in resources if one["kind"] == "KafkaTopic"}
    specs = {spec.name: spec for spec in catalogue("severa-procountor", 12, 3)}
    assert {name: one["config"] for name, one in made.items()} == {n: s.config_for(3) for n, s in specs.items()}
    assert {(one["partitions"], one["replicas"]) for one in made.values()} == {(12, 3)}
    worker, operator = (one for one in resources if one["kind"] == "KafkaUser")
    assert (worker["metadata"]["name"], worker["spec"]["authentication"]) == ("gateway", {"type": "tls"})
    assert (operator["metadata"]["name"], operator["spec"]["authentication"]) == ("anna", {"type": "scram-sha-512"})
    rights = {
        (acl["resource"]["type"].lower(), acl["resource"]["name"], operation)
        for acl in worker["spec"]["authorization"]["acls"]
        for operation in acl["operations"]
    }
    commands = {
        (words[n][2:].replace("-", ""), words[n + 1], operation)
        for words in words_of(acls("--worker", "User:CN=gateway"))
        for n in range(len(words))
        if words[n] in ("--topic", "--group", "--transactional-id")
        for operation in (words[m + 1] for m in range(len(words)) if words[m] == "--operation")
    }
    assert rights == commands and len(rights) > 30
