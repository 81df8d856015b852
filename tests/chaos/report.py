"""How a verdict is shown, and how a run that failed is kept. `python -m tests.chaos.report FILE` judges one again."""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from pathlib import Path

from tests.chaos.evidence import Evidence
from tests.chaos.judge import Verdict, judge
from tests.chaos.run import Run

#: Findings of a kind that are shown.
SHOWN = 10


def show(verdict: Verdict, seed: int, as_json: bool) -> None:
    """One line per figure, or JSON; and the findings, of each kind the first ones."""
    figures = {"ok": verdict.ok, "seed": seed, **verdict.figures}
    if as_json:
        print(json.dumps({**figures, "findings": lines(verdict)}))
        return
    for name, value in figures.items():
        print(f"{name:26}{value}")
    for line in lines(verdict):
        print(line)


def lines(verdict: Verdict) -> list[str]:
    """The first findings of each kind."""
    counts, shown = Counter[str](), []
    for one in verdict.findings:
        counts[one.kind] += 1
        if counts[one.kind] <= SHOWN:
            shown.append(str(one))
    return shown


def keep(run: Run, seed: int) -> Path:
    """Logs of the workers and the evidence, in a folder of this one."""
    kept = Path(f"chaos-{seed}")
    shutil.copytree(run.stage.folder, kept, dirs_exist_ok=True, ignore=shutil.ignore_patterns("kafka"))
    run.evidence().keep(kept / "evidence.json")
    return kept


if __name__ == "__main__":
    show(judge(Evidence.load(Path(sys.argv[1]))), 0, False)
