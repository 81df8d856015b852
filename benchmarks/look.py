"""Looks at 20 000 projects and at 10 000 purchase invoices: how long single invoices take beside them (Q4)."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import httpx
import yaml

from benchmarks.figures import Figure
from benchmarks.load import backlog, is_after, stage_of
from benchmarks.run import ACME, wait
from gateway.cli.demo.stage import Stage
from gateway.sandbox.world import demo_purchases

Json = dict[str, Any]
#: Objects of the looks, and how many of the projects have no item yet.
PROJECTS, NEW, PURCHASES = 20_000, 100, 10_000
#: Invoices without the look, and the most beside it: each takes half of the calls of a second from the look.
SAMPLES, MOST = 15, 600
#: The delay of an invoice that Q4 allows, in seconds.
DELAY = 2.0
_BLOCKED = re.compile(r"^gateway_event_loop_blocked_seconds(?:\{[^}]*\})? ([0-9.e+-]+)", re.MULTILINE)


@dataclass(slots=True)
class Beside:
    """What was seen of single invoices, one after another."""

    seconds: list[float] = field(default_factory=list)
    #: The longest time for which the worker's event loop was blocked.
    blocked: float = 0.0


def look() -> list[Figure]:
    """Single invoices before a flow is switched on, and while its first look runs, on one worker."""
    projects = {"dimensions": {"project": "Projects"}}
    purchases = {"purchases": demo_purchases.purchase_settings()}
    return [
        *_figures(f"a look at {PROJECTS:,} projects", _add_projects, projects, _has_all_items),
        *_figures(f"a look at {PURCHASES:,} purchase invoices", _add_purchases, purchases, _has_read_all),
    ]


def _figures(name: str, add: Callable[[Json], None], section: Json, is_over: Callable[[Stage], bool]) -> list[Figure]:
    with stage_of((ACME,), {}, add, polling={"interval_min": 1, "sync_interval": 5}) as stage:
        stage.start_worker()
        without, beside = Beside(), Beside()
        number = _singles(stage, 1, without, lambda: len(without.seconds) > SAMPLES)
        del without.seconds[0]  # the worker's first
        _switch_on(stage, section)
        _singles(stage, number, beside, lambda: is_over(stage) or len(beside.seconds) >= MOST)
        assert is_over(stage), f"{name} has not ended: {stage.log_of_worker()}"
    usual = median(without.seconds)
    return [
        Figure(f"single invoice beside {name}, median", median(beside.seconds), "s", usual, "without the look"),
        Figure(f"single invoice beside {name}, slowest", max(beside.seconds), "s", max(without.seconds), "likewise"),
        Figure(f"the longest delay by {name}", max(beside.seconds) - usual, "s", DELAY, "what Q4 allows"),
        Figure(f"event loop blocked by {name}, longest", beside.blocked, "s", without.blocked, "without the look"),
    ]


def _singles(stage: Stage, number: int, seen: Beside, is_over: Callable[[], bool]) -> int:
    """Invoices of a company, each made when the one before has ended. Returns the next number."""
    while not is_over():
        began = time.monotonic()
        backlog(stage, ACME, number, 1)
        wait(is_after(stage, ACME), 120, stage)
        seen.seconds.append(time.monotonic() - began)
        seen.blocked = max(seen.blocked, _blocked(stage))
        number += 1
    return number


def _blocked(stage: Stage) -> float:
    found = _BLOCKED.search(httpx.get(f"{stage.health()}metrics", timeout=30).text)
    return float(found[1]) if found else 0.0


def _switch_on(stage: Stage, section: Json) -> None:
    """The worker takes in the changed settings within seconds (S18)."""
    tree = yaml.safe_load(stage.settings_file.read_text())
    for one in tree["organisations"]:
        for company in one["companies"]:
            company |= section
    changed = stage.settings_file.with_suffix(".new")
    changed.write_text(yaml.safe_dump(tree, sort_keys=False))
    changed.replace(stage.settings_file)
    wait(lambda: "settings taken in" in (stage.folder / "worker-0.log").read_text(errors="replace"), 60, stage)


def _add_projects(world: Json) -> None:
    """Projects, of which all but the last few have an item."""
    _dimension(world)["items"] = [demo_purchases.item(n) for n in range(PROJECTS - NEW)]
    world["severa"][ACME.organisation]["/v1/projects"] = [demo_purchases.project(ACME, n) for n in range(PROJECTS)]


def _has_all_items(stage: Stage) -> bool:
    return len(_dimension(stage.apis.apis.world)["items"]) >= PROJECTS


def _add_purchases(world: Json) -> None:
    """Approved invoices whose entries are shared with no project."""
    entries = [demo_purchases.entry(ACME, {}, accountingValue=100.0)]
    made = [demo_purchases.invoice(ACME, n, entries) for n in range(PURCHASES)]
    there = world["procountor"][ACME.id]
    there["/invoices"], there["/ledgerreceipts"] = made, [demo_purchases.receipt(ACME, one, entries) for one in made]


def _has_read_all(stage: Stage) -> bool:
    return len(stage.apis.journal(operation="getLedgerReceipt")) >= PURCHASES // 200


def _dimension(world: Json) -> Json:
    found: list[Json] = world["procountor"][ACME.id]["/dimensions"]
    return next(one for one in found if one["id"] == demo_purchases.PROJECTS)
