"""One run: documents flow, what is planned happens, all comes to its end, and the chaos checker judges."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass

from gateway.sandbox.world.demo_world import BEFORE
from tests.chaos.judge import Verdict, judge
from tests.simulation.stage import Stage

#: Virtual seconds between two looks, and without any progress after which a run is given up.
LOOK, AT_LAST = 5.0, 300.0
#: What may still come to its end, when all faults are over.
MAY_END = ("unfinished", "missing_effects", "untold", "unmailed", "open_intents", "holds", "unread")


@dataclass(frozen=True, slots=True)
class Played:
    """A run's end: its verdict, its history, virtual seconds."""

    verdict: Verdict
    history: tuple[str, ...]
    seconds: float

    @property
    def digest(self) -> str:
        """SHA-256 of the history."""
        return hashlib.sha256("\n".join(self.history).encode()).hexdigest()


async def play(documents: int, seed: int) -> Played:
    """Transfer all that waits; the same seed gives the same history."""
    stage = Stage(documents, seed)
    loop = asyncio.get_running_loop()
    supervisor = loop.create_task(stage.supervise())
    try:
        verdict = await settled(stage)
        return Played(verdict, tuple(stage.history()), loop.time())
    finally:
        supervisor.cancel()
        stage.close()


async def settled(stage: Stage) -> Verdict:
    """Wait until nothing is under way any more, or nothing moves."""
    clock = asyncio.get_running_loop().time
    moving, before = clock(), {}
    while True:
        await asyncio.sleep(LOOK)
        left = _left(stage)
        if left != before:
            moving, before = clock(), left
        if not left or clock() > moving + AT_LAST:
            evidence = stage.evidence()
            evidence.stalled = "waiting" in left
            return judge(evidence)


def _left(stage: Stage) -> dict[str, int]:
    told = stage.told()
    waiting = sum(
        one.status == BEFORE and (key not in told or told[key]["state"] != "refused")
        for key, one in stage.documents().items()
    )
    if waiting:
        return {"waiting": waiting}
    figures = judge(stage.evidence()).figures
    return {kind: figures[kind] for kind in MAY_END if figures[kind]}
