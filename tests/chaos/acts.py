"""What each act does to the running system."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

from gateway.sandbox.demo_world import BEFORE
from tests.chaos.judge.wanted import Document
from tests.chaos.plan import Act
from tests.chaos.run import Run, Worker, is_stopped


def do(run: Run, act: Act) -> None:
    """One act; workers that end are replaced at once."""
    run.faults[act.what] += 1
    ACTS[act.what](run, act)
    run.supervise()


def _worker(run: Run, act: Act) -> Worker:
    return act.one_of(run.alive())  # type: ignore[no-any-return]


def _freeze(run: Run, act: Act) -> None:
    """Longer than the session timeout."""
    pid = _worker(run, act).pid
    os.kill(pid, signal.SIGSTOP)
    time.sleep(7 + 2 * act.dice)
    os.kill(pid, signal.SIGCONT)


def _moment(run: Run, act: Act) -> None:
    """One more worker, which dies at a named moment when it comes to it."""
    run.faults[f"moment_{act.moment}"] += 1
    run.start(moment=act.moment)


def _zombie(run: Run, act: Act) -> None:
    """One more worker, which freezes at a named moment, and wakes up when its time is over."""
    run.faults[f"frozen_{act.moment}"] += 1
    pid = run.start(moment=act.moment, sent=int(signal.SIGSTOP)).pid
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and not is_stopped(pid):
        time.sleep(0.1)
    time.sleep(7 + 2 * act.dice)
    os.kill(pid, signal.SIGCONT)


def _broker_kill(run: Run, act: Act) -> None:
    run.stage.kafka.kill()
    run.stage.kafka.restart()


def _broker_pause(run: Run, act: Act) -> None:
    run.stage.kafka.pause()
    time.sleep(1 + 3 * act.dice)
    run.stage.kafka.resume()


def _smtp(run: Run, act: Act) -> None:
    run.stage.mails.down = not run.stage.mails.down


def one_waiting(run: Run, act: Act) -> Document | None:
    """A document that waits in Severa."""
    waiting = [one for one in run.documents().values() if one.status == BEFORE]
    return act.one_of(waiting) if waiting else None


def _withdraw(run: Run, act: Act) -> None:
    """A user takes a waiting invoice out of the status, and puts it back."""
    if (one := one_waiting(run, act)) is None:
        return
    with run.touch("withdraw", one.key):
        back = dict(one.head["status"])
        one.head["status"] = {"guid": back["guid"][::-1], "name": "Draft"}
        time.sleep(0.5)
        one.head["status"] = back


def _edit(run: Run, act: Act) -> None:
    """A user changes a waiting invoice."""
    if (one := one_waiting(run, act)) is None:
        return
    with run.touch("edit", one.key):
        one.head["orderNumber"] = f"edited {act.after:.0f}"


def _accountant(run: Run, act: Act) -> None:
    """An accountant edits an unfinished invoice of ours in Procountor: its notes and its sum."""
    invoices = [
        (company, one)
        for company, there in run.world["procountor"].items()
        for one in there["/invoices"]
        if one["status"] == "UNFINISHED" and one["notes"]
    ]
    if not invoices:
        return
    company, one = act.one_of(invoices)
    with run.touch("accountant", f"{company}/{one['id']}"):
        one["notes"] = f"Checked. {one['notes']}"
        one["invoiceRows"][0]["unitPrice"] = 1.0


ACTS: dict[str, Callable[[Run, Act], object]] = {
    "kill": lambda run, act: _worker(run, act).process.kill(),
    "moment": _moment,
    "zombie": _zombie,
    "term": lambda run, act: _worker(run, act).process.terminate(),
    "scale_down": lambda run, act: _worker(run, act).process.terminate(),
    "scale_up": lambda run, act: run.start(),
    "freeze": _freeze,
    "broker_kill": _broker_kill,
    "broker_pause": _broker_pause,
    "smtp": _smtp,
    "withdraw": _withdraw,
    "edit": _edit,
    "accountant": _accountant,
}
