"""`make -s simulate ARGS="--documents 1000 --seed 7"`: the gateway on virtual time, in one process; a verdict."""

from __future__ import annotations

from tests.simulation.loop import Clocks, run

Clocks.install()  # before the gateway is imported

import argparse  # noqa: E402
import logging  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

from gateway.telemetry.logs import set_up_logs  # noqa: E402
from tests.chaos.report import lines  # noqa: E402
from tests.simulation.acts import KINDS  # noqa: E402
from tests.simulation.play import play  # noqa: E402


def main() -> None:
    """Parse, play, print."""
    set_up_logs("CRITICAL", False)
    logging.disable()
    parser = argparse.ArgumentParser(prog="simulate", description=__doc__)
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--history", type=Path, help="write down all that happened, a line each")
    parser.add_argument("--acts", help=f"only these, with commas, or none: {', '.join(sorted(set(KINDS)))}")
    given = parser.parse_args()
    kinds = KINDS if given.acts is None else [one for one in given.acts.split(",") if one]
    played = run(lambda: play(given.documents, given.seed, kinds))
    for name, value in {"seed": given.seed, **played.verdict.figures, "seconds": played.seconds}.items():
        print(f"{name:26}{value}")
    print(f"{'history':26}{played.digest}")
    if given.history:
        given.history.write_text("\n".join(played.history))
    for line in (*lines(played.verdict), *played.crashes):
        print(line)
    sys.stdout.flush()
    os._exit(0 if played.ok else 1)  # what was dropped where it stood is not to be run on


if __name__ == "__main__":
    main()
