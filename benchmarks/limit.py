"""Twenty short runs at the limits of both APIs, while homes move: what goes over a limit (Q4)."""

from __future__ import annotations

import time

from benchmarks.figures import Figure
from benchmarks.load import CIRRUS, backlog, stage_of
from benchmarks.run import ACME, Entry, moment, most_in_a_second, wait
from gateway.cli.demo.stage import Stage

RUNS, HALF = 20, 4.0
#: Calls in a second that an API allows, and whose calls count together.
LIMITS = (("Severa", 10, ("nordic",)), ("Severa", 10, ("svea",)), ("Procountor", 20, ("acme-fi", "cirrus-se")))


def limit_runs() -> list[Figure]:
    """Each run has a new worker beside the one before, which then leaves: each home moves, or may move, twice."""
    with stage_of((ACME, CIRRUS), {"latency_ms": 150}) as stage:
        for firm in (ACME, CIRRUS):
            backlog(stage, firm, 2, 800)
        stage.start_worker()
        runs = [_run(stage) for _ in range(RUNS)]
    over = sum(any(_most(run, owners) > allowed for _, allowed, owners in LIMITS) for run in runs)
    refused = sum(one["status"] == 429 for run in runs for one in run)
    figures = [
        Figure(f"runs of {RUNS} with a second over a limit, homes move", over, "runs", 1, "none are wanted"),
        Figure("calls that an API refused for its limit (429)", refused, "calls", 1, "none are wanted"),
        Figure("Severa calls/s of each organisation, while homes move", _used(runs), "1/s", 8, "the settings' 8"),
    ]
    for api, allowed in (("Severa", 10), ("Procountor", 20)):
        most = max(_most(run, owners) for run in runs for name, _, owners in LIMITS if name == api)
        figures.append(Figure(f"{api} calls in any second of {RUNS} runs", most, "calls", allowed, "the limit"))
    return figures


def _run(stage: Stage) -> list[Entry]:
    """What is called from now on until the worker that was there has left, and a while after."""
    began, before = len(stage.apis.journal()), stage.workers[-1]
    stage.start_worker()
    _pass(stage, HALF)
    before.terminate()
    before.wait(35)
    _pass(stage, HALF)
    return stage.apis.journal()[began:]


def _pass(stage: Stage, seconds: float) -> None:
    until = time.monotonic() + seconds
    wait(lambda: time.monotonic() > until, seconds + 30, stage)


def _most(run: list[Entry], owners: tuple[str, ...]) -> int:
    return most_in_a_second(moment(one) for one in run if one["company"] in owners)


def _used(runs: list[list[Entry]]) -> float:
    """Of the organisation that had fewer."""
    entries = [one for run in runs for one in run]
    seconds = moment(entries[-1]) - moment(entries[0])
    fewer = min(sum(one["company"] == name for one in entries) for name in ("nordic", "svea"))
    return float(fewer / seconds)
