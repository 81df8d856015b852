"""What each act does to the running system; what people do stands in `people.py`."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace

import yaml

from gateway.sandbox.server.faults import parse
from tests.chaos.people import PEOPLE
from tests.chaos.plan import SECONDS, Act
from tests.chaos.run import Run, Worker, is_stopped
from tests.system import lose_the_ledger


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


def _cut(name: str, worker: Worker, seconds: float) -> None:
    worker.links[name].cut()
    time.sleep(seconds)
    worker.links[name].mend()


def _clock(run: Run, act: Act) -> None:
    """The wall clock of a worker jumps, and is put right after a while."""
    pid = _worker(run, act).pid
    os.kill(pid, signal.SIGUSR1)
    time.sleep(4 + 4 * act.dice)
    os.kill(pid, signal.SIGUSR1)


def _another(run: Run, act: Act) -> None:
    """A worker gives way to another one."""
    _worker(run, act).process.terminate()
    run.start()


def _version(run: Run, act: Act) -> None:
    """From now on workers are of a later version, or of this one again; old and new run side by side for a while."""
    run.options = replace(run.options, later=not run.options.later)
    _another(run, act)


def _settings(run: Run, act: Act) -> None:
    """From now on workers have other settings, and one is started with them."""
    tree = yaml.safe_load(run.stage.settings_file.read_text())
    tree["polling"] |= {"window": act.one_of((5, 20, 50)), "interval_min": act.one_of((1, 2))}
    tree["delivery"] |= {"documents_at_once": act.one_of((1, 4, 8)), "commit_lag": act.one_of((1, 1.5))}
    tree["kafka"] |= {"session_timeout": act.one_of((4, 6))}
    run.stage.settings_file.write_text(yaml.safe_dump(tree, sort_keys=False))
    _another(run, act)


def _company_off(run: Run, act: Act) -> None:
    """A company is switched off for a while (S18): workers get the settings one way and the other by a restart."""
    company = act.one_of(run.books).id
    _switch(run, company, on=False)
    time.sleep(SECONDS["commit_late"])  # what an old worker began may be executed until then
    with run.touch("off", company):
        time.sleep(6 + 3 * act.dice)
    _switch(run, company, on=True)


def _switch(run: Run, company: str, on: bool) -> None:
    tree = yaml.safe_load(run.stage.settings_file.read_text())
    for organisation in tree["organisations"]:
        for one in organisation["companies"]:
            one["enabled"] = on if one["id"] == company else one.get("enabled", True)
    run.stage.settings_file.write_text(yaml.safe_dump(tree, sort_keys=False))
    run.replace_all()


def _lose_ledger(run: Run, act: Act) -> None:
    """Workers are killed, the ledger is gone and made anew, every event comes again."""
    with run.touch("lose_ledger", ""):
        run.stop_all(hard=True)
        asyncio.run(lose_the_ledger(run.settings, run.stage.kafka))


def _struck(run: Run, seconds: float, **fault: object) -> None:
    """A fault that strikes every call for a while, before all others."""
    faults = run.apis.apis.faults
    first = parse([{**fault, "times": 0}], {api: list(run.world[api]) for api in ("severa", "procountor")})
    faults[:0] = first
    time.sleep(seconds)
    faults[:] = [one for one in faults if one not in first]


def _right_taken(run: Run, act: Act) -> None:
    """A company's key may make no invoices for a while."""
    company = act.one_of(run.books).id
    _struck(run, 5 + 3 * act.dice, api="procountor", operation="saveInvoice", kind="forbidden", company=company)


def _key_refused(run: Run, act: Act) -> None:
    """A company's key is refused for a while, and every token has ended."""
    keys, company = run.world["credentials"]["procountor"]["keys"], act.one_of(run.books).id
    key = keys[company]
    keys[company] = "another"
    run.apis.apis.logins.forget()
    time.sleep(5 + 3 * act.dice)
    keys[company] = key


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
    "cut_kafka": lambda run, act: _cut("kafka", _worker(run, act), 4 + 6 * act.dice),
    "cut_severa": lambda run, act: _cut("severa", _worker(run, act), 4 + 6 * act.dice),
    "cut_procountor": lambda run, act: _cut("procountor", _worker(run, act), 4 + 6 * act.dice),
    "clock": _clock,
    "settings": _settings,
    "company_off": _company_off,
    "version": _version,
    "lose_ledger": _lose_ledger,
    "right_taken": _right_taken,
    "key_refused": _key_refused,
    **PEOPLE,
}
