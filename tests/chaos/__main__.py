"""`make -s chaos ARGS="--documents 400 --seed 7 --json"`: faults of every kind while documents flow; a verdict."""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections.abc import Callable, Sequence

from gateway.telemetry.logs import set_up_logs
from tests.chaos.acts import ACTS, do
from tests.chaos.judge import Verdict, judge
from tests.chaos.people import last_word
from tests.chaos.plan import ACTIONS, acts, api_faults, jump
from tests.chaos.replay import replay
from tests.chaos.report import keep, show
from tests.chaos.run import AT_LEAST, Run

#: Seconds between two acts, and without any progress after the last one until a run is given up.
EVERY, AT_LAST = 6.0, 150.0
#: What may still come to its end, when all faults are over.
MAY_END = ("unfinished", "missing_effects", "untold", "unmailed", "open_intents", "holds", "unread")


def play(documents: int, seed: int, seconds: float, kinds: Sequence[str], say: Callable[[str], None]) -> Verdict:
    """Run, wait until all is settled, judge. A run that fails keeps its evidence."""
    run, verdict, began = Run(documents, jump(seed)), None, time.monotonic()

    def tell(text: str) -> None:
        say(f"{time.monotonic() - began:5.0f} s  {text}")

    try:
        run.apis.faults(*api_faults(seed))
        for _ in range(AT_LEAST):
            run.start()
        for act in acts(seed, seconds, EVERY, kinds):
            while (left := act.after - (time.monotonic() - began)) > 0:
                time.sleep(min(left, 0.2))
            tell(act.what)
            do(run, act)
            run.look_at_offsets()
        run.calm()
        last_word(run)
        verdict = settled(run, tell)
        if not verdict.figures["stalled"]:
            tell("replay: the offsets of the change topic are reset with Kafka's own tool")
            again = replay(run, tell)
            evidence = run.evidence()
            evidence.replay = again
            verdict = judge(evidence)
        return verdict
    finally:
        if verdict is None or not verdict.ok:
            say(f"evidence is in {keep(run, seed)}")
            say(f"repeat by: make -s chaos ARGS='--documents {documents} --seed {seed}'")
        run.close()


def settled(run: Run, tell: Callable[[str], None]) -> Verdict:
    """Wait until nothing is under way any more, or nothing moves."""
    last = moving = time.monotonic()
    before: dict[str, int] = {}
    while True:
        run.supervise()
        left = {"unfinished": waiting} if (waiting := run.open()) else _left(judge(run.evidence()))
        if left != before:
            tell(f"left: {', '.join(f'{name} {count}' for name, count in left.items()) or 'nothing'}")
            moving, before = time.monotonic(), left
        if not left or time.monotonic() > moving + AT_LAST:
            run.look_at_offsets()
            evidence = run.evidence()
            evidence.stalled = "unfinished" in left
            if evidence.stalled:
                run.show_stacks()
            verdict = judge(evidence)
            verdict.figures["seconds_after_last_fault"] = round(time.monotonic() - last, 1)
            return verdict
        time.sleep(1 + waiting / 500)


def _left(verdict: Verdict) -> dict[str, int]:
    return {kind: verdict.figures[kind] for kind in MAY_END if verdict.figures[kind]}


def main() -> None:
    """Parse, play, print."""
    set_up_logs("ERROR", False)  # stdout is the verdict's
    logging.disable()
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, help="for how long faults come (90, more for many documents)")
    parser.add_argument("--acts", help=f"only these, with commas: {', '.join(ACTS)}")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    kinds = given.acts.split(",") if given.acts else ACTIONS
    seconds = given.seconds or max(90.0, given.documents / 20)
    verdict = play(given.documents, given.seed, seconds, kinds, lambda text: print(text, file=sys.stderr, flush=True))
    show(verdict, given.seed, given.json)
    sys.exit(0 if verdict.ok else 1)


if __name__ == "__main__":
    main()
