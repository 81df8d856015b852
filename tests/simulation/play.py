"""One run: documents flow, what is planned happens, all comes to its end, and the chaos checker judges."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from random import Random

from tests.chaos.collect import CHANGES
from tests.chaos.evidence import Json
from tests.chaos.judge import Verdict, judge
from tests.chaos.plan import Act, acts, api_faults
from tests.simulation.acts import KINDS, do, reached
from tests.simulation.people import finish_drafts, last_word, refused_in_passing
from tests.simulation.stage import LATEST, PREFIX, PROFILE, Stage

#: Virtual seconds between two looks, and without any progress after which a run is given up.
LOOK, AT_LAST = 5.0, 120.0
#: Seconds between two acts, so that documents are transferred between them: a home whose owner was killed has no owner
#: for a session. For how long acts come, at the least, and documents that make it a second longer.
EVERY, LEAST, SPEED = 3.0, 30.0, 10.0
#: How much oftener calls are struck than in a chaos run: few documents, and time costs nothing.
FACTOR = 2.5
#: Seconds after which a call that Procountor executes late is executed, and a search shows what was created: at the
#: least, and at the most, a bit less than the gateway waits.
LATE = {"commit_late": (1.7, LATEST - 0.2), "search_lag": (0.4, PROFILE["search_lag"] - 0.1)}
#: What may still come to its end, when all faults are over.
MAY_END = ("unfinished", "missing_effects", "untold", "unmailed", "open_intents", "holds", "unread")


@dataclass(frozen=True, slots=True)
class Played:
    """A run's end: its verdict, its history, virtual seconds."""

    verdict: Verdict
    crashes: tuple[str, ...]
    history: tuple[str, ...]
    seconds: float

    @property
    def ok(self) -> bool:
        """All promises were kept, and no worker ended by an error."""
        return self.verdict.ok and not self.crashes

    @property
    def digest(self) -> str:
        """SHA-256 of the history."""
        return hashlib.sha256("\n".join(self.history).encode()).hexdigest()


async def play(documents: int, seed: int, kinds: Sequence[str] = KINDS, faults: bool = True) -> Played:
    """Transfer all that waits while things go wrong, then replay; the same seed gives the same history."""
    stage = Stage(documents, seed)
    loop = asyncio.get_running_loop()
    supervisor = loop.create_task(stage.supervise())
    stage.carrier.reached = stage.broker.reached = partial(reached, stage)
    try:
        if kinds:
            planned = acts(seed, max(LEAST, documents / SPEED), EVERY, kinds)
            drafts = loop.create_task(finish_drafts(stage, seed, planned[-1].after))
            await _faults(stage, planned, seed if faults else None)
            await drafts
            await last_word(stage)
        verdict = await settled(stage)
        if not verdict.figures["stalled"]:
            again = await replay(stage)
            evidence = stage.evidence()
            evidence.replay = again
            verdict = judge(evidence)
        return Played(verdict, tuple(stage.crashes), tuple(stage.history()), loop.time())
    finally:
        supervisor.cancel()
        stage.close()


async def _faults(stage: Stage, planned: Sequence[Act], seed: int | None) -> None:
    """All acts, several at once where they last; then calm."""
    loop, lasting = asyncio.get_running_loop(), list[asyncio.Task[None]]()
    if seed is not None:
        stage.apis.set_faults(faults_of(seed))
    for act in planned:
        await asyncio.sleep(max(0.0, act.after - 2 - loop.time()))
        lasting.append(loop.create_task(do(stage, act)))
        await asyncio.sleep(0)
        stage.look_at_offsets()
    await asyncio.gather(*lasting)
    await stage.calm()


def faults_of(seed: int) -> list[Json]:
    """Faults of both APIs as in a chaos run, more often; Procountor executes and shows calls as late as it may."""
    chance, faults = Random(f"seconds {seed}"), []
    for one in api_faults(seed):
        late = LATE.get(one["kind"]) if one["api"] == "procountor" else None
        seconds = late[0] + (late[1] - late[0]) * chance.random() if late else one["seconds"]
        faults.append({**one, "rate": one["rate"] * FACTOR, "seconds": seconds})
    return faults


async def replay(stage: Stage) -> Json:
    """Q2: the offsets are reset, one worker reads every event again. What no worker had ended is no replay."""
    await stage.stop_all()
    while stage.group.members:  # noqa: ASYNC110 - one that was killed is a member until its session is over
        await asyncio.sleep(0.5)
    topics, clock = stage.topics, asyncio.get_running_loop().time
    calls, mails = len(stage.apis.journal.entries()), len(stage.mails)
    changes, before = topics.changes(), topics.replayed()
    ended = len(changes) - len(topics.tried_again(changes))
    for topic in CHANGES:
        stage.group.reset(f"{PREFIX}.{topic}")
    stage.start()
    began = moving = clock()
    unread, told, last = topics.unread(), 0, 0
    while (any(unread.values()) or told < ended) and clock() < moving + 60:
        await asyncio.sleep(1)
        unread, told = topics.unread(), topics.replayed() - before
        if told - sum(unread.values()) != last:
            moving, last = clock(), told - sum(unread.values())
    effects = sum(bool(one["effect"]) for one in stage.apis.journal.entries()[calls:])
    seconds = round(clock() - began, 1)
    left = sum(unread[topic] for topic in CHANGES)
    figures = {"events": ended, "all_events": len(changes), "unread": left, "told": told, "effects": effects}
    return {**figures, "mails": len(stage.mails) - mails, "seconds": seconds}


async def settled(stage: Stage) -> Verdict:
    """Wait until nothing is under way any more, or nothing moves."""
    clock = asyncio.get_running_loop().time
    moving, before, asked, at_the_end = clock(), dict[str, int](), False, False
    while True:
        await asyncio.sleep(LOOK)
        left = _left(stage)
        if left != before:
            moving, before, asked = clock(), left, False
        elif left and not asked and clock() > moving + AT_LAST / 2:
            await last_word(stage)  # the operator looks again
            asked = True
        if not left and not at_the_end and refused_in_passing(stage):
            await last_word(stage)  # a call without an answer may be refused after the operator's first look
            await asyncio.sleep(AT_LAST / 2)
            at_the_end = True
            continue
        if not left or clock() > moving + AT_LAST:
            evidence = stage.evidence()
            evidence.stalled = "waiting" in left
            return judge(evidence)


def _left(stage: Stage) -> dict[str, int]:
    told = stage.told()
    waiting = sum(
        one.waits and (key not in told or told[key]["state"] != "refused") for key, one in stage.documents().items()
    )
    if waiting:
        return {"waiting": waiting}
    figures = judge(stage.evidence()).figures
    return {kind: figures[kind] for kind in MAY_END if figures[kind]}
