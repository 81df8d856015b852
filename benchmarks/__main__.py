"""`make bench`: all of them, or those that are named; `--json` for JSON."""

from __future__ import annotations

import argparse
import json
import logging
import sys

from benchmarks.calls import calls_of_one
from benchmarks.figures import Figure, show
from benchmarks.files import attachments
from benchmarks.flow import latency, start, throughput, worker_memory
from benchmarks.home import home
from benchmarks.limit import limit_runs
from benchmarks.load import backlog_memory, fairness, limits, replay
from benchmarks.look import look
from benchmarks.tracing import tracing
from gateway.telemetry.logs import set_up_logs

BENCHMARKS = {
    "calls": calls_of_one,
    "latency": latency,
    "throughput": throughput,
    "memory": worker_memory,
    "attachments": attachments,
    "start": start,
    "home": home,
    "fairness": fairness,
    "look": look,
    "tracing": tracing,
    "limits": limits,
    "limit-runs": limit_runs,
    "replay": replay,
    "backlog": backlog_memory,
}


def main() -> None:
    """Run and print."""
    set_up_logs("WARNING", False)  # on stderr: stdout is for figures alone
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    parser = argparse.ArgumentParser("benchmarks", description=f"Figures beside a baseline: {', '.join(BENCHMARKS)}.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="those to run; all of them when none is named")
    parser.add_argument("--json", action="store_true", help="print them as JSON")
    asked = parser.parse_args()
    wanted = asked.names or list(BENCHMARKS)
    if unknown := sorted(set(wanted) - set(BENCHMARKS)):
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    figures: list[Figure] = []
    for name in wanted:
        print(f"{name} ...", file=sys.stderr, flush=True)
        figures += BENCHMARKS[name]()
    if asked.json:
        print(json.dumps([one.as_dict() for one in figures], indent=1))
    else:
        show(figures)


if __name__ == "__main__":
    main()
