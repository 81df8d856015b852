"""`make mutants ARGS="--only NAME"`: takes out a listed guard at a time, and prints who noticed. No survivor."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from queue import SimpleQueue

from tests.mutants.catalogue import Mutant, load
from tests.mutants.run import RINGS, Tree, Verdict


def play(
    mutants: list[Mutant], rings: tuple[str, ...], at_once: int, only_named: bool
) -> tuple[list[Verdict], list[str]]:
    """All of them, a few at once; each verdict is printed as it comes. Then the tests of them that fail in any case."""
    verdicts: list[Verdict] = []
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder, ThreadPoolExecutor(at_once) as pool:
        trees: SimpleQueue[Tree] = SimpleQueue()
        for n in range(at_once):
            trees.put(Tree(Path(folder) / str(n)))

        def judge(mutant: Mutant) -> tuple[Verdict, float]:
            tree, began = trees.get(), time.monotonic()
            try:
                return tree.judge(mutant, rings, only_named), time.monotonic() - began
            finally:
                trees.put(tree)

        try:
            for future in as_completed(pool.submit(judge, one) for one in mutants):
                verdict, seconds = future.result()
                verdicts.append(verdict)
                print(line(verdict, seconds), flush=True)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
        return verdicts, trees.get().failing(sorted({one.test for one in verdicts if one.test}))


def line(verdict: Verdict, seconds: float) -> str:
    """One row of the table."""
    mutant = verdict.mutant
    return f"{mutant.name:44}{mutant.of:14}{verdict.ring or '-':10}{seconds:5.0f} s  {verdict.test or 'SURVIVED'}"


def main() -> None:
    """Exit status 1 when one survived, or was noticed by a test that fails with the guard as well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", help="a mutant's name, or a part of it; may be repeated")
    parser.add_argument("--rings", default=",".join(RINGS), help="rings that are asked, from fast to slow")
    parser.add_argument("--named", action="store_true", help="ask the tests that a mutant names, no whole ring")
    parser.add_argument("--at-once", type=int, default=2)
    given = parser.parse_args()
    mutants = [one for one in load() if not given.only or any(part in one.name for part in given.only)]
    verdicts, failing = play(mutants, tuple(given.rings.split(",")), given.at_once, given.named)
    noticed = [one for one in verdicts if one.test and one.test not in failing]
    left = sorted({one.name for one in mutants} - {one.mutant.name for one in noticed})
    told = ", ".join(f"{count} by {ring}" for ring, count in Counter(one.ring for one in noticed).most_common())
    print(f"{len(mutants)} guards taken out, one at a time: {len(noticed)} noticed ({told})")
    for test in failing:
        print(f"fails with every guard in its place: {test}")
    if left or not mutants:
        sys.exit(f"not noticed: {', '.join(left) or 'there was nothing to take out'}")


if __name__ == "__main__":
    main()
