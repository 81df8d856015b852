"""`make -s chaos ARGS="--documents 400 --seed 7 --json"`: faults of every kind while documents flow; a verdict."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from aiokafka.errors import KafkaError

from gateway.sandbox.demo_world import AFTER
from tests.chaos.checker import (
    current_outcomes,
    doubled,
    lost,
    offsets_that_passed,
    repeated_mails,
    replay_counts,
    unread,
)
from tests.chaos.plan import acts, api_faults
from tests.chaos.run import Run

T = TypeVar("T")

#: Seconds between two acts, and without any progress after the last one until a run is given up.
EVERY, AT_LAST = 6.0, 150.0


def play(documents: int, seed: int, seconds: float, say: Callable[[str], None]) -> dict[str, Any]:
    """Run, wait until all is settled, judge. A run that fails keeps its evidence."""
    run = Run(documents)
    stage, verdict = run.stage, {"ok": False}
    try:
        stage.apis.faults(*api_faults(seed))
        for _ in range(2):
            stage.start_worker()
        passed: set[str] = set()
        began = time.monotonic()
        for act in acts(seed, seconds, EVERY):
            while (left := act.after - (time.monotonic() - began)) > 0:
                time.sleep(min(left, 0.2))
            say(f"{time.monotonic() - began:5.0f} s  {act.what}")
            run.do(act)
            passed |= _passed(run)
        struck = Counter(one["fault"] for one in stage.apis.journal() if one.get("fault"))
        run.faults.update({f"api_{kind}": count for kind, count in struck.items()})
        stage.apis.faults()
        stage.mails.down = False
        last, told = time.monotonic(), _told(run)
        moving, left = last, run.open(told)
        while left and time.monotonic() < moving + AT_LAST:
            say(f"{time.monotonic() - began:5.0f} s  {left} of {documents} have no end yet")
            time.sleep(1 + documents / 2000)
            if not run.alive():
                stage.start_worker()
            told, before = _told(run), left
            left = run.open(told)
            moving = time.monotonic() if left < before else moving
        verdict = _judge(run, told, passed | _passed(run))
        verdict |= {"seed": seed, "seconds_after_last_fault": round(time.monotonic() - last, 1)}
        say("replay: all offsets of the change topic are reset with Kafka's own tool")
        verdict["replay"] = _replay(run)
        verdict["ok"] = verdict["ok"] and not any(verdict["replay"][name] for name in ("unread", "effects", "mails"))
        return verdict
    finally:
        if not verdict["ok"]:
            kept = Path(f"chaos-{seed}")
            shutil.copytree(stage.folder, kept, dirs_exist_ok=True, ignore=shutil.ignore_patterns("kafka"))
            (kept / "journal.jsonl").write_text("".join(json.dumps(one) + "\n" for one in stage.apis.journal()))
            say(f"evidence is in {kept}; repeat by: make -s chaos ARGS='--documents {documents} --seed {seed}'")
        stage.close()


def _replay(run: Run) -> dict[str, Any]:
    """SPEC Q2: every event once more; what it changed in either API, and how many mails left."""
    stage = run.stage
    run.stop_all()
    effects, mails = len(stage.apis.journal()), len(stage.mails.messages)
    _, before = _asked(lambda: replay_counts(stage.kafka.bootstrap, stage.prefix))
    stage.kafka.reset_offsets(stage.prefix, f"{stage.prefix}.changes.sales-invoices")
    began = time.monotonic()
    stage.start_worker()
    left = 1
    while left and time.monotonic() < began + AT_LAST:
        time.sleep(1)
        left = _asked(lambda: unread(stage.kafka.bootstrap, stage.prefix))
    events, told = _asked(lambda: replay_counts(stage.kafka.bootstrap, stage.prefix))
    while told - before < events and time.monotonic() < began + AT_LAST:  # digests come once it is quiet
        time.sleep(1)
        events, told = _asked(lambda: replay_counts(stage.kafka.bootstrap, stage.prefix))
    return {
        "events": events,
        "unread": left,
        "told": told - before,
        "effects": sum(bool(one["effect"]) for one in stage.apis.journal()[effects:]),
        "mails": len(stage.mails.messages) - mails,
        "seconds": round(time.monotonic() - began, 1),
    }


def _told(run: Run) -> dict[str, str]:
    return _asked(lambda: current_outcomes(run.stage.kafka.bootstrap, run.stage.prefix))


def _passed(run: Run) -> set[str]:
    before = run.waiting()
    told = _asked(lambda: offsets_that_passed(run.stage.kafka.bootstrap, run.stage.prefix, before))
    return set(told) - {key for one in run.waiting() for key in told if key.startswith(one)}


def _asked(question: Callable[[], Coroutine[Any, Any, T]], seconds: float = 60.0) -> T:
    """The broker's answer; it may be in the middle of a restart."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return asyncio.run(question())
        except KafkaError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def _judge(run: Run, told: dict[str, str], passed: set[str]) -> dict[str, Any]:
    journal = run.stage.apis.journal()
    extras = doubled(journal, AFTER)
    gone = lost(run.documents, journal, {key for key, state in told.items() if state == "refused"})
    violations = sum("violation" in one for one in journal)
    settled = run.open(told) == 0
    return {
        "ok": settled and not (gone or passed or violations or any(extras.values())),
        "documents": len(run.documents),
        "faults": dict(sorted(run.faults.items())),
        "attempts": sum(one["operation"] == "saveInvoice" for one in journal),
        "refused": sum(told.get(key) == "refused" for key in run.documents),
        "lost": len(gone),
        "doubled": sum(extras.values()),
        "doubled_by_kind": extras,
        "passed": len(passed),
        "violations": violations,
        "mails_repeated": repeated_mails([str(one["Message-ID"]) for one in run.stage.mails.messages]),
        "settled": settled,
        "evidence": {"lost": gone[:10], "passed": sorted(passed)[:10]},
    }


def main() -> None:
    """Parse, play, print."""
    logging.disable()
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, help="for how long faults come (90, more for many documents)")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    seconds = given.seconds or max(90.0, given.documents / 20)
    verdict = play(given.documents, given.seed, seconds, lambda text: print(text, file=sys.stderr, flush=True))
    if given.json:
        print(json.dumps(verdict))
    else:
        for name, value in verdict.items():
            print(f"{name:26}{value}")
    sys.exit(0 if verdict["ok"] else 1)


if __name__ == "__main__":
    main()
