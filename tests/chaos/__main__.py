"""`make -s chaos ARGS="--documents 400 --seed 7 --json"`: faults of every kind while documents flow; a verdict."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from gateway.cli.demo.stage import Stage
from gateway.sandbox.demo_world import AFTER, BEFORE, FIRMS, base_world, guid, many_invoices
from tests.chaos.checker import current_outcomes, doubled, lost, repeated_mails
from tests.chaos.plan import Act, acts, api_faults

TERMS = {"lease": 2, "call_timeout": 1.5, "commit_lag": 1, "search_lag": 0.5}


def a_world(documents: int) -> dict[str, Any]:
    """Three companies in two organisations; some customers are new, some codes too; one in ten is refused."""
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
    return world


class Run:
    """The system under chaos."""

    def __init__(self, documents: int, seed: int) -> None:
        rates = {"requests_per_second": 50}
        self.stage = Stage(a_world(documents), delivery=TERMS, severa=rates, firms=FIRMS)
        self.settings, self.seed, self.faults = self.stage.open(), seed, Counter[str]()
        world = self.stage.apis.apis.world["severa"]
        units = {guid(firm.id, "unit"): firm.id for firm in FIRMS}
        self.heads = [head for organisation in world.values() for head in organisation["/v1/invoices"]]
        company = {head["guid"]: units[head["invoiceNumberBusinessUnitGuid"]] for head in self.heads}
        self.documents = {
            f"{company[head['guid']]}/sales-invoice/{head['guid']}": (company[head["guid"]], str(head["number"]))
            for head in self.heads
        }

    def alive(self) -> list[Any]:
        """Workers that run."""
        return [worker for worker in self.stage.workers if worker.poll() is None]

    def do(self, act: Act) -> None:
        """One act; workers that end are replaced at once, as a supervisor would."""
        self.faults[act.what] += 1
        workers = self.alive()
        one = workers[int(act.dice * len(workers))] if workers else None
        if act.what == "kill" and one:
            one.kill()
        elif act.what in ("term", "scale_down") and one:
            one.terminate()
        elif act.what == "freeze" and one:
            os.kill(one.pid, signal.SIGSTOP)
            time.sleep(7 + 2 * act.dice)  # longer than the session timeout
            os.kill(one.pid, signal.SIGCONT)
        elif act.what == "broker_kill":
            self.stage.kafka.kill()
            self.stage.kafka.restart()
        elif act.what == "broker_pause":
            self.stage.kafka.pause()
            time.sleep(1 + 3 * act.dice)
            self.stage.kafka.resume()
        elif act.what == "smtp":
            self.stage.mails.down = not self.stage.mails.down
        elif act.what == "user":
            self._user(act.dice)
        if act.what == "scale_up" or len(self.alive()) < 2:
            self.stage.start_worker()

    def _user(self, dice: float) -> None:
        """A user takes a waiting invoice out of the status, and puts it back."""
        waiting = [head for head in self.heads if head["status"]["name"] == BEFORE]
        if waiting:
            head = waiting[int(dice * len(waiting))]
            back = dict(head["status"])
            head["status"] = {"guid": back["guid"][::-1], "name": "Draft"}
            time.sleep(0.5)
            head["status"] = back

    def settled(self, told: dict[str, str]) -> bool:
        """Every document is refused and told, or was moved in Severa."""
        moved = {head["guid"] for head in self.heads if head["status"]["name"] == AFTER}
        return all(key.rsplit("/", 1)[1] in moved or told.get(key) == "refused" for key in self.documents)


def play(documents: int, seed: int, seconds: float, say: Any) -> dict[str, Any]:
    """Run, wait until all is settled, judge. A run that fails keeps its evidence."""
    run = Run(documents, seed)
    stage, passed = run.stage, False
    try:
        stage.apis.faults(*api_faults(seed))
        for _ in range(2):
            stage.start_worker()
        began = time.monotonic()
        for act in acts(seed, seconds, every=6.0):
            while (left := act.after - (time.monotonic() - began)) > 0:
                time.sleep(min(left, 0.2))
            say(f"{time.monotonic() - began:5.0f} s  {act.what}")
            run.do(act)
        struck = Counter(one["fault"] for one in stage.apis.journal() if one.get("fault"))
        run.faults.update({f"api_{kind}": count for kind, count in struck.items()})
        stage.apis.faults()
        stage.mails.down = False
        if not run.alive():
            stage.start_worker()
        last, told = time.monotonic(), {}
        while time.monotonic() < last + 150:
            told = asyncio.run(current_outcomes(stage.kafka.bootstrap, stage.prefix))
            if run.settled(told):
                break
            say(f"{time.monotonic() - began:5.0f} s  {len(told)} of {documents} have an outcome")
        after = time.monotonic() - last
        journal = stage.apis.journal()
        extras = doubled(journal)
        gone = lost(run.documents, journal, {key for key, state in told.items() if state == "refused"})
        violations = sum("violation" in one for one in journal)
        passed = run.settled(told) and not gone and not any(extras.values()) and not violations
        return {
            "documents": documents,
            "seed": seed,
            "faults": dict(sorted(run.faults.items())),
            "posts": sum(one["operation"] == "saveInvoice" for one in journal),
            "lost": len(gone),
            "lost_documents": gone[:10],
            "doubled": extras,
            "violations": violations,
            "mails_repeated": repeated_mails([str(one["Message-ID"]) for one in stage.mails.messages]),
            "settled": run.settled(told),
            "seconds_after_last_fault": round(after, 1),
            "passed": passed,
        }
    finally:
        if not passed:
            kept = Path(f"chaos-{seed}")
            shutil.copytree(stage.folder, kept, dirs_exist_ok=True, ignore=shutil.ignore_patterns("kafka"))
            (kept / "journal.jsonl").write_text("".join(json.dumps(one) + "\n" for one in stage.apis.journal()))
            say(f"evidence is in {kept}; repeat by: make -s chaos ARGS='--documents {documents} --seed {seed}'")
        stage.close()


def main() -> None:
    """Parse, play, print."""
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=70.0, help="for how long faults come")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    verdict = play(given.documents, given.seed, given.seconds, lambda text: print(text, file=sys.stderr, flush=True))
    if given.json:
        print(json.dumps(verdict))
    else:
        for name, value in verdict.items():
            print(f"{name:26}{value}")
    sys.exit(0 if verdict["passed"] else 1)


if __name__ == "__main__":
    main()
