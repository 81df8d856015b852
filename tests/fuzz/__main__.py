"""Fuzz for a time: `python -m tests.fuzz [--seconds 60] [--seed N] [--only TEXT]`. Exit code 1: a finding."""

from __future__ import annotations

import argparse
import faulthandler
import logging
import random
import sys
import time
import traceback

import structlog

from tests.fuzz.readers import all_readers
from tests.fuzz.target import Reader, fuzz

#: Inputs at a time, per reader.
BATCH = 50


def main() -> int:
    """Each reader in turn, until the time is over. A finding ends its reader's turns."""
    parser = argparse.ArgumentParser(description="Fuzz everything that reads what others wrote.")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="of the first batch")
    parser.add_argument("--only", default="", help="readers whose name contains this")
    given = parser.parse_args()
    logging.disable()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    readers = [one for one in all_readers() if given.only in one.name]
    until, seed, done = time.monotonic() + given.seconds, given.seed, dict.fromkeys((one.name for one in readers), 0)
    print(f"{len(readers)} readers, {given.seconds:g} s, seed {seed}")
    left = list(readers)
    while left and time.monotonic() < until:
        for reader in list(left):
            if time.monotonic() >= until:
                break
            if not _is_fine(reader, seed):
                left.remove(reader)
            done[reader.name] += BATCH
        seed += 1
    for name, count in done.items():
        print(f"{count:7d}  {name}")
    found = len(readers) - len(left)
    print(f"{found} finding(s)")
    return 1 if found else 0


def _is_fine(reader: Reader, seed: int) -> bool:
    faulthandler.dump_traceback_later(120, exit=True)  # a reader that never returns
    try:
        fuzz(reader, BATCH, seed)
    except Exception as finding:
        print(f"\n{reader.name}, seed {seed}:")
        traceback.print_exception(finding)
        return False
    finally:
        faulthandler.cancel_dump_traceback_later()
    return True


if __name__ == "__main__":
    sys.exit(main())
