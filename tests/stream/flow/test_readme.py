"""README's "Try it against the sandbox", command by command, as a newcomer types it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.sandbox.broker.kafka import free_port
from tests.waiting import until

ROOT = Path(__file__).parents[3]
#: What the environment of the tests has done already, or can't do without a network.
INSTALLS = re.compile(r"^(python3 -m venv|pip install|\. \.venv)")
#: A newcomer waits two minutes for the counting out; the test has no time.
QUICK = "delivery: {lease: 3, call_timeout: 3, commit_lag: 1, search_lag: 1}\n"


def blocks() -> list[str]:
    """The three blocks of commands: install and copy, the other side, the gateway."""
    part = (ROOT / "README.md").read_text().partition("## Try it against the sandbox\n")[2].partition("\n## ")[0]
    found = [block.splitlines() for block in part.split("```")[1::2]]
    return ["\n".join(line for line in lines if not INSTALLS.match(line)) for lines in found]


class Newcomer:
    """Someone in a fresh clone: `gateway` is this one, ports are free ones instead of those of the README."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = {port: str(free_port()) for port in ("8090", "9092", "1025")}
        self.running: list[subprocess.Popen[bytes]] = []
        shutil.copytree(ROOT / "examples", folder / "examples")
        command = folder / "bin" / "gateway"
        command.parent.mkdir()
        command.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m gateway.cli "$@"\n')
        command.chmod(0o755)

    def terminal(self, commands: str) -> subprocess.Popen[bytes]:
        """Type these; the last one takes the signals."""
        *first, last = self.with_ports(commands).rstrip().splitlines()
        script = "\n".join(["set -e", *first, f"exec {last}"])
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        with (self.folder / f"terminal-{len(self.running)}").open("w") as said:
            started = subprocess.Popen(
                ["bash", "-c", script], cwd=self.folder, env={**os.environ, "PATH": path}, stdout=said, stderr=said
            )
        self.running.append(started)
        return started

    def with_ports(self, text: str) -> str:
        """The text with ports of this machine."""
        return re.sub("|".join(self.ports), lambda found: self.ports[found[0]], text)

    def world(self) -> dict[str, Any]:
        """What both sides have."""
        told: dict[str, Any] = httpx.get(self.with_ports("http://127.0.0.1:8090/_sandbox/world")).json()
        return told

    def said(self, terminal: int) -> str:
        """What a terminal shows."""
        return (self.folder / f"terminal-{terminal}").read_text()


@pytest.fixture
def newcomer(tmp_path: Path) -> Iterator[Newcomer]:
    someone = Newcomer(tmp_path)
    yield someone
    for one in someone.running:
        one.terminate()
        one.wait(30)


@pytest.mark.timeout(200)
async def test_readme_works_as_typed(newcomer: Newcomer) -> None:
    """Kafka, both APIs and the mail server by one command; then topics, check and a worker that transfers (O3, S2)."""
    copy, other_side, gateway = blocks()
    assert newcomer.terminal(copy).wait(30) == 0
    settings = newcomer.folder / "gateway.yaml"
    schema = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text := settings.read_text())
    assert schema and (newcomer.folder / schema[1]).is_file()  # B12: the editor finds it beside the copy
    settings.write_text(newcomer.with_ports(text).replace("[8080, 8081, 8082]", "0") + QUICK)

    sandbox = newcomer.terminal(other_side)
    await until(lambda: "control http://" in newcomer.said(1), 90, lambda: newcomer.said(1))
    worker = newcomer.terminal(gateway)
    await until(lambda: _made(newcomer.world()) == 17, 90, lambda: newcomer.said(2))
    await until(lambda: newcomer.said(1).count("was not transferred") == 3, 30, lambda: newcomer.said(1))
    assert "Everything matches." in newcomer.said(2)

    for process in (worker, sandbox):
        process.send_signal(signal.SIGTERM)
        assert process.wait(40) == 0


def _made(world: dict[str, Any]) -> int:
    return sum(len(world["procountor"][one]["/invoices"]) for one in ("acme-fi", "cirrus-se"))
