"""The system under chaos: what each act does to it."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from gateway.cli.demo.stage import Stage
from gateway.sandbox import demo_world
from gateway.sandbox.demo_world import AFTER, BEFORE, base_world, guid, many_invoices
from tests.chaos.plan import Act

#: The first attaches Severa's PDFs and keeps cost centers, the second has its invoices sent.
STATUSES = {"status_before": BEFORE, "status_after": AFTER}
SALES: dict[str, dict[str, Any]] = {
    "acme-fi": {"attachments": "full", "dimensions": {"cost_center": "Cost centers"}},
    "bolt-fi": {"target_status": "SENT"},
}
FIRMS = tuple(
    replace(firm, settings={**firm.settings, "sales": {**STATUSES, **SALES.get(firm.id, {})}})
    for firm in demo_world.FIRMS
)
TERMS = {"lease": 2, "call_timeout": 1.5, "commit_lag": 1, "search_lag": 0.5}


def a_world(documents: int) -> dict[str, Any]:
    """Three companies in two organisations; some customers are new, some codes and cost centers too; one in ten is
    refused.
    """
    world = base_world(FIRMS, severa_per_second=60, procountor_per_second=120)
    for n, firm in enumerate(FIRMS):
        many_invoices(world, firm, documents // 3 + (n < documents % 3), rows=1)
        world["procountor"][firm.id]["/businesspartners"] = world["procountor"][firm.id]["/businesspartners"][::2]
    for organisation in world["severa"].values():
        for n, head in enumerate(organisation["/v1/invoices"]):
            if n % 10 == 9:
                head["receiverAddress"] = {"addressline": "x"}
        for n, line in enumerate(organisation["/v1/invoicerows"]):
            if n % 7 == 3:
                line["code"] = [f"NEW-{n % 3}"]
            line["costCenter"] = {"number": f"C{n % 50}", "name": f"Cost center {n % 50}"}
    return world


class Run:
    """The system, and the acts on it by name."""

    def __init__(self, documents: int) -> None:
        rates = {"requests_per_second": 50}
        world = a_world(documents)
        client = world["credentials"]["procountor"]
        procountor = {"client_id": client["client_id"], "client_secret": client["client_secret"], **rates}
        self.stage = Stage(
            world,
            delivery=TERMS,
            severa=rates,
            procountor={**procountor, "requests_per_second": 100},
            firms=FIRMS,
        )
        self.settings, self.faults = self.stage.open(), Counter[str]()
        there = self.stage.apis.apis.world["severa"]
        units = {guid(firm.id, "unit"): firm.id for firm in FIRMS}
        self.heads = [head for organisation in there.values() for head in organisation["/v1/invoices"]]
        company = {head["guid"]: units[head["invoiceNumberBusinessUnitGuid"]] for head in self.heads}
        self.keys = {head["guid"]: f"{company[head['guid']]}/sales-invoice/{head['guid']}" for head in self.heads}
        self.documents = {self.keys[head["guid"]]: (company[head["guid"]], str(head["number"])) for head in self.heads}

    def alive(self) -> list[subprocess.Popen[bytes]]:
        """Workers that run."""
        return [worker for worker in self.stage.workers if worker.poll() is None]

    def stop_all(self) -> None:
        """SIGTERM, also to one that froze late; what hangs is killed."""
        for worker in self.alive():
            worker.send_signal(signal.SIGCONT)
            worker.terminate()
        for worker in self.stage.workers:
            try:
                worker.wait(35)
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait(10)

    def waiting(self) -> list[str]:
        """Keys of what the poll can see now."""
        return [self.keys[head["guid"]] for head in self.heads if head["status"]["name"] == BEFORE]

    def do(self, act: Act) -> None:
        """One act; workers that end are replaced at once, as a supervisor would."""
        self.faults[act.what] += 1
        ACTS[act.what](self, act)
        while len(self.alive()) < 2:
            self.stage.start_worker()

    def open(self, told: dict[str, str]) -> int:
        """How many documents are neither refused and told, nor moved in Severa."""
        moved = {self.keys[head["guid"]] for head in self.heads if head["status"]["name"] == AFTER}
        return sum(key not in moved and told.get(key) != "refused" for key in self.documents)


def _worker(run: Run, act: Act) -> subprocess.Popen[bytes]:
    workers = run.alive()
    return workers[int(act.dice * len(workers))]


def _freeze(run: Run, act: Act) -> None:
    """Longer than the session timeout."""
    pid = _worker(run, act).pid
    os.kill(pid, signal.SIGSTOP)
    time.sleep(7 + 2 * act.dice)
    os.kill(pid, signal.SIGCONT)


def _moment(run: Run, act: Act) -> None:
    """One more worker, which dies at a named moment when it comes to it."""
    run.faults[f"moment_{act.moment}"] += 1
    run.stage.start_worker("tests.chaos.moments", act.moment, str(int(signal.SIGKILL)))


def _zombie(run: Run, act: Act) -> None:
    """One more worker, which freezes between an intent and its POST, and wakes up when its time is over."""
    pid = run.stage.start_worker("tests.chaos.moments", "after_intent", str(int(signal.SIGSTOP)))
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and not is_stopped(pid):
        time.sleep(0.1)
    time.sleep(7 + 2 * act.dice)
    os.kill(pid, signal.SIGCONT)


def is_stopped(pid: int) -> bool:
    """Whether a process is frozen by SIGSTOP."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def _broker_kill(run: Run, act: Act) -> None:
    run.stage.kafka.kill()
    run.stage.kafka.restart()


def _broker_pause(run: Run, act: Act) -> None:
    run.stage.kafka.pause()
    time.sleep(1 + 3 * act.dice)
    run.stage.kafka.resume()


def _smtp(run: Run, act: Act) -> None:
    run.stage.mails.down = not run.stage.mails.down


def _one_waiting(run: Run, act: Act) -> dict[str, Any] | None:
    heads = [head for head in run.heads if head["status"]["name"] == BEFORE]
    return heads[int(act.dice * len(heads))] if heads else None


def _withdraw(run: Run, act: Act) -> None:
    """A user takes a waiting invoice out of the status, and puts it back."""
    if (head := _one_waiting(run, act)) is not None:
        back = dict(head["status"])
        head["status"] = {"guid": back["guid"][::-1], "name": "Draft"}
        time.sleep(0.5)
        head["status"] = back


def _edit(run: Run, act: Act) -> None:
    """A user changes a waiting invoice."""
    if (head := _one_waiting(run, act)) is not None:
        head["orderNumber"] = f"edited {act.after:.0f}"


def _accountant(run: Run, act: Act) -> None:
    """An accountant edits an unfinished invoice in Procountor: its notes and its sum."""
    world = run.stage.apis.apis.world["procountor"]
    invoices = [one for there in world.values() for one in there["/invoices"] if one["status"] == "UNFINISHED"]
    if invoices:
        one = invoices[int(act.dice * len(invoices))]
        one["notes"] = f"Checked. {one['notes']}"
        one["invoiceRows"][0]["unitPrice"] = 1.0


ACTS: dict[str, Callable[[Run, Act], None]] = {
    "kill": lambda run, act: _worker(run, act).kill(),
    "moment": _moment,
    "zombie": _zombie,
    "term": lambda run, act: _worker(run, act).terminate(),
    "scale_down": lambda run, act: _worker(run, act).terminate(),
    "scale_up": lambda run, act: run.stage.start_worker() and None,
    "freeze": _freeze,
    "broker_kill": _broker_kill,
    "broker_pause": _broker_pause,
    "smtp": _smtp,
    "withdraw": _withdraw,
    "edit": _edit,
    "accountant": _accountant,
}
