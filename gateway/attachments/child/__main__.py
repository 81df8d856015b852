"""The child process: `python -m gateway.attachments.child FOLDER`. It reads `job.json` there and writes `said.jsonl`.

It handles untrusted files with C libraries and may die of them. Limits are set before it opens a file, it has no
environment variables, no network where the kernel allows that, and the kernel kills it before the worker, and together
with the worker.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pikepdf

from gateway.attachments.child.alone import leave_the_network
from gateway.attachments.child.fault import Fault, of_the_file
from gateway.attachments.child.work import At, Made, check, fit, merge
from gateway.attachments.limits import Limits

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Do the folder's job."""
    folder = Path(sys.argv[1])
    job = json.loads((folder / "job.json").read_text())
    limits = Limits(**job["limits"])
    alone = hold_back(limits, job["parent"])
    with (folder / "said.jsonl").open("w", buffering=1) as said:

        def say(**what: object) -> None:
            said.write(json.dumps(what) + "\n")

        say(at=0, alone=alone)
        try:
            with of_the_file():
                made = _do(job, folder / "made.pdf", limits, lambda at: say(at=at))
            say(made=asdict(made), cost=_cost())
        except Fault as fault:
            say(fault=fault.code, detail=fault.detail, facts=fault.facts, cost=_cost())


def _do(job: dict[str, Any], target: Path, limits: Limits, at: At) -> Made:
    paths = [Path(path) for path in job["paths"]]
    match job["task"]:
        case "check":
            return check(paths[0], limits)
        case "fit":
            return fit(paths[0], target, limits, at)
        case _:
            return merge(paths, target, limits, at)


def _cost() -> dict[str, float]:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    memory = usage.ru_maxrss
    with contextlib.suppress(OSError):  # Linux's ru_maxrss begins with the worker's size; this is the child's own
        memory = int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
    return {"memory": memory * 1024, "seconds": round(usage.ru_utime + usage.ru_stime, 3)}


def hold_back(limits: Limits, parent: int) -> bool:
    """Set the limits. Returns whether no network can be reached."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("1000")
    alone = leave_the_network()
    if sys.platform == "linux":  # after it: a change of rights would undo this
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("the worker is gone")
    os.nice(10)
    _set(resource.RLIMIT_CORE, 0)
    _set(resource.RLIMIT_AS, limits.memory)
    _set(resource.RLIMIT_FSIZE, limits.scratch)
    _set(resource.RLIMIT_CPU, limits.cpu_seconds, more=2)
    _set(resource.RLIMIT_NPROC, 0)
    pikepdf.settings.set_qpdf_limits(
        doc_max_warnings=10_000,
        max_stream_filters=limits.layers,
        parser_max_container_size=1_000_000,
        flate_max_memory=limits.stream,
        run_length_max_memory=limits.stream,
        png_max_memory=limits.stream,
        tiff_max_memory=limits.stream,
    )
    return alone


def _set(what: int, most: int, more: int = 0) -> None:
    """Set a limit, with the limit that kills `more` above it. A lower existing limit stays."""
    _, there = resource.getrlimit(what)
    hard = most + more if there == resource.RLIM_INFINITY else min(most + more, there)
    resource.setrlimit(what, (min(most, hard), hard))


if __name__ == "__main__":
    main()
