"""The system under chaos: Kafka, both APIs, mails, workers with connections of their own; and the evidence of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gateway.cli.demo.stage import Stage
from tests.chaos.collect import Broker, gather, worlds
from tests.chaos.evidence import Evidence, Json, Touch, current
from tests.chaos.flows import Document
from tests.chaos.judge import wanted
from tests.chaos.judge.case import Case, cases
from tests.chaos.links import Link, Links
from tests.chaos.worker import Options
from tests.chaos.world import FIRMS, a_world, book

#: InDoubt lasts five seconds here.
PROFILE = {"lease": 2, "call_timeout": 1.5, "commit_lag": 1, "search_lag": 0.5}
#: Workers that a supervisor keeps running.
AT_LEAST = 2


@dataclass(frozen=True, slots=True)
class Worker:
    """A process, and its connections."""

    process: subprocess.Popen[bytes]
    links: dict[str, Link]

    @property
    def pid(self) -> int:
        """Of the process."""
        return self.process.pid

    def runs(self) -> bool:
        """It is there, and isn't frozen."""
        return self.process.poll() is None and not is_stopped(self.pid)

    def goes_on(self) -> None:
        """Wake it, and mend its connections."""
        if self.process.poll() is None:
            os.kill(self.pid, signal.SIGCONT)
        for link in self.links.values():
            link.mend()


class Run:
    """`faults` counts acts by kind, `touches` what people did; `options`: of workers that are started from now on."""

    def __init__(self, documents: int, jump: float = 0.0) -> None:
        world = a_world(documents)
        client = world["credentials"]["procountor"]
        credentials = {"client_id": client["client_id"], "client_secret": client["client_secret"]}
        self.stage = Stage(
            world,
            delivery=PROFILE,
            severa={"requests_per_second": 50},
            procountor={**credentials, "requests_per_second": 200},
            firms=FIRMS,
        )
        self.settings = self.stage.open()
        self.apis, self.links = self.stage.apis, Links()
        self.broker = Broker(self.stage.kafka.bootstrap, self.stage.prefix)
        self.workers: list[Worker] = []
        self.options, self.faults, self.touches, self.passed = (
            Options(shift=jump),
            Counter[str](),
            list[Touch](),
            set[str](),
        )
        self.books = [book(firm) for firm in FIRMS]

    @property
    def world(self) -> Json:
        """Both sides as they are now."""
        return self.apis.apis.world

    def start(self, **options: Any) -> Worker:
        """One more worker."""
        apis = int(self.apis.url.rpartition(":")[2])
        targets = {"kafka": self.stage.kafka.port, "severa": apis, "procountor": apis}
        links = {name: self.links.link(target) for name, target in targets.items()}
        ports: dict[str, Any] = {name: link.port for name, link in links.items()}
        self.stage.start_worker(*replace(self.options, **ports, **options).arguments())
        self.workers.append(Worker(self.stage.workers[-1], links))
        return self.workers[-1]

    def alive(self) -> list[Worker]:
        """Workers that run: one that is frozen does nothing."""
        return [one for one in self.workers if one.runs()]

    def supervise(self) -> None:
        """Workers that ended are replaced, as a supervisor would."""
        while len(self.alive()) < AT_LEAST:
            self.start()

    def show_stacks(self) -> None:
        """Let each worker write where its tasks wait, so that the cause of a stall can be found in its log."""
        for worker in self.alive():
            os.kill(worker.pid, signal.SIGUSR2)

    def stop_all(self, hard: bool = False) -> None:
        """SIGTERM, also to one that froze; what hangs is killed."""
        self._stop(self.workers, hard)

    def replace_all(self) -> None:
        """Every worker gives way to a new one: both run side by side for a while."""
        before = list(self.workers)
        for _ in range(AT_LEAST):
            self.start()
        self._stop(before)

    def _stop(self, workers: Sequence[Worker], hard: bool = False) -> None:
        for one in workers:
            one.goes_on()
            if one.process.poll() is None:
                one.process.kill() if hard else one.process.terminate()
        for one in workers:
            try:
                one.process.wait(35)
            except subprocess.TimeoutExpired:
                one.process.kill()
                one.process.wait(10)

    def calm(self) -> None:
        """The end of all faults."""
        self.apis.faults()
        self.stage.mails.down = False
        for one in self.workers:
            one.goes_on()

    @contextmanager
    def touch(self, what: str, about: str, invoice: int = 0) -> Iterator[None]:
        """Something that a person does meanwhile."""
        begin = len(self.apis.journal())
        try:
            yield
        finally:
            self.touches.append(Touch(what, about, begin, len(self.apis.journal()), invoice))

    def say(self, *words: str) -> None:
        """A command of the operator, as a person types it. The document may be another's matter by then."""
        settings = str(self.stage.settings_file)
        command = [sys.executable, "-m", "gateway.cli", *words, "--wait", "0", "--settings", settings]
        ran = subprocess.run(command, check=False, capture_output=True, text=True, timeout=90)
        if ran.returncode and "Nothing was sent" not in ran.stderr:
            raise RuntimeError(f"{words}: {ran.stdout}{ran.stderr}")

    def documents(self) -> dict[str, Document]:
        """Every document as it is now."""
        return wanted.documents(worlds(self.stage, self.books, **self._more()))

    def cases(self) -> dict[str, Case]:
        """Every document with its invoices and its current outcome."""
        evidence = worlds(self.stage, self.books, **self._more())
        evidence.outcomes = self.broker.outcomes()
        return cases(evidence)

    def told(self) -> dict[str, Json]:
        """The current outcome by document."""
        return current(self.broker.outcomes())

    def look_at_offsets(self) -> None:
        """Whether a committed offset has passed a revision that nobody knows."""
        before = self._waiting()
        found = self.broker.passed(before)
        still = tuple(self._waiting())
        self.passed |= {one for one in found if not one.startswith(still)}

    def open(self) -> int:
        """How many documents are neither refused and told, nor moved in Severa: quicker than a judgement."""
        told = self.told()
        return sum(
            one.waits and (key not in told or told[key]["state"] != "refused") for key, one in self.documents().items()
        )

    def evidence(self) -> Evidence:
        """All of it, as it is now."""
        return gather(self.stage, self.books, passed=sorted(self.passed), **self._more())

    def _more(self) -> Json:
        return {"touches": self.touches, "faults": dict(self.faults)}

    def _waiting(self) -> list[str]:
        """Keys of what the poll can see."""
        return [key for key, one in self.documents().items() if one.waits]

    def close(self) -> None:
        """End all."""
        for one in self.workers:
            one.goes_on()
        self.stage.close()
        self.links.close()


def is_stopped(pid: int) -> bool:
    """Whether a process is frozen by SIGSTOP."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
