"""`make -s simulate ARGS="--documents 1000 --seed 7"`: the gateway on virtual time, in one process; a verdict.

`--seeds 20`: as many runs, from that seed on, a line each. `--mutants --seeds 20`: the same with a guard taken out, one
guard at a time: in how many of the runs its absence is noticed.
"""

from __future__ import annotations

from tests.simulation.loop import Clocks, run

Clocks.install()  # before the gateway is imported

import argparse  # noqa: E402
import logging  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
from collections.abc import Sequence  # noqa: E402
from pathlib import Path  # noqa: E402

from gateway.telemetry.logs import set_up_logs  # noqa: E402
from tests.chaos.report import lines  # noqa: E402
from tests.simulation.acts import KINDS  # noqa: E402
from tests.simulation.mutants import GUARDS, notice  # noqa: E402
from tests.simulation.play import Played, play  # noqa: E402


def one(documents: int, seed: int, kinds: Sequence[str], history: Path | None) -> bool:
    """One run, told in full."""
    played = run(lambda: play(documents, seed, kinds))
    for name, value in {"seed": seed, **played.verdict.figures, "seconds": played.seconds}.items():
        print(f"{name:26}{value}")
    print(f"{'history':26}{played.digest}")
    if history:
        history.write_text("\n".join(played.history))
    for line in found(played):
        print(line)
    return played.ok


def several(documents: int, seeds: range, kinds: Sequence[str]) -> bool:
    """Runs one after the other, a line each. One that ends by an error was noticed too."""
    ok = True
    for seed in seeds:
        try:
            played = run(lambda seed=seed: play(documents, seed, kinds))  # type: ignore[misc]
            what = "" if played.ok else next(iter(found(played)), "stalled").splitlines()[-1]
        except Exception as error:
            what = repr(error)
        ok = ok and not what
        print(f"seed {seed:<6}{'ok' if not what else f'NOT OK  {what}'}", flush=True)
    return ok


def found(played: Played) -> list[str]:
    """What the checker says, and errors by which workers ended."""
    return [*lines(played.verdict), *played.crashes]


def main() -> None:
    """Parse, play, print."""
    set_up_logs("CRITICAL", False)
    logging.disable()
    parser = argparse.ArgumentParser(prog="simulate", description=__doc__)
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=1, help="runs, from --seed on")
    parser.add_argument("--acts", help=f"only these, with commas, or none: {', '.join(sorted(set(KINDS)))}")
    parser.add_argument("--history", type=Path, help="write down all that happened, a line each")
    parser.add_argument("--mutants", action="store_true", help="take out guards, one at a time")
    parser.add_argument("--guards", help=f"only these, with commas, of tests/mutants/guards/; else {', '.join(GUARDS)}")
    given = parser.parse_args()
    kinds = KINDS if given.acts is None else [one for one in given.acts.split(",") if one]
    seeds = range(given.seed, given.seed + given.seeds)
    if given.mutants:
        ok = notice(given.documents, seeds, given.guards.split(",") if given.guards else GUARDS)
    elif given.seeds > 1:
        ok = several(given.documents, seeds, kinds)
    else:
        ok = one(given.documents, given.seed, kinds, given.history)
    sys.stdout.flush()
    os._exit(0 if ok else 1)  # what was dropped where it stood is not to be run on


if __name__ == "__main__":
    main()
