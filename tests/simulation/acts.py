"""What happens to workers, to the broker and to both APIs while documents flow; people stand in `people.py`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from gateway.sandbox.server.faults import Fault, parse
from tests.chaos.plan import WRITES, Act
from tests.simulation.deploys import DEPLOYS
from tests.simulation.loop import PROCESS, Process
from tests.simulation.people import PEOPLE, take_out_transferred
from tests.simulation.stage import LATEST, Stage

#: Steps of a worker among which it dies or freezes.
STEPS = 4000
#: How far calls and commits come before something befalls whoever makes them.
POINTS = tuple(
    f"{method} {phase}" for method in ("POST", "PUT", "PATCH") for phase in ("begins", "head", "sent", "answered")
)
#: Where it hurts most: these come more often.
WORST = ("invoice begins", "invoice head", "invoice sent", "invoice answered", "commit begins", "commit sent")
#: Seconds that a frozen worker sleeps, at the least and more by chance: in many cases another one has its home, has
#: waited, looked, and created what the frozen one was about to create.
ASLEEP = (2.5, 35.0)
#: How Procountor loses answers in a bad hour, and how often: each call was executed, or will be.
STORM, STORM_RATE = ("fail_after", "drop_after", "cut_short", "commit_late", "refuse_after"), 0.5
#: How far a worker's wall clock jumps, in seconds.
JUMPS = (-365 * 86_400.0, -7200.0, -90.0, 90.0, 7200.0, 365 * 86_400.0)


async def do(stage: Stage, act: Act) -> None:
    """One act, to its end."""
    stage.faults[act.what] += 1
    lasting = ACTS[act.what](stage, act)
    if lasting is not None:
        await lasting


def _worker(stage: Stage, act: Act) -> Process:
    alive = stage.alive()
    return act.one_of(alive) if alive else stage.start()


def _die(stage: Stage, act: Act) -> None:
    """kill -9 at any await."""
    process = _worker(stage, act)
    process.after(1 + int(act.dice * 7919) % STEPS, process.kill)


def _scale_up(stage: Stage, act: Act) -> None:
    stage.start()


def _freeze(stage: Stage, act: Act) -> None:
    """At any await; longer than its leases, and mostly than its session."""
    process = _worker(stage, act)
    process.after(1 + int(act.dice * 7919) % STEPS, partial(_sleep, process, ASLEEP[0] + ASLEEP[1] * act.dice))


def _sleep(process: Process, seconds: float) -> None:
    process.freeze()
    loop = asyncio.get_running_loop()
    loop.call_later(seconds, process.thaw, context=BEYOND.context())


def _moment(stage: Stage, act: Act) -> None:
    """A worker dies where a call or a commit is under way."""
    stage.befalls[_point(act)] = Process.kill


def _zombie(stage: Stage, act: Act) -> None:
    """A worker freezes there, and wakes up when its time is over."""
    stage.befalls[_point(act)] = partial(_sleep, seconds=ASLEEP[0] + ASLEEP[1] * act.dice)


def _point(act: Act) -> str:
    points = POINTS + WORST * 3
    return points[int(act.dice * 7919) % len(points)]


def reached(stage: Stage, point: str) -> None:
    """Somebody's call or commit has come so far. One that opens an intent, or closes one, is a commit too."""
    process, phase = PROCESS.get(), point.partition(" ")[2]
    for name in (point, f"{stage.broker.about} {phase}" if point.startswith("commit") else ""):
        if process is not None and name in stage.befalls:
            stage.befalls.pop(name)(process)


def _hand_over(stage: Stage, act: Act) -> None:
    """An invoice's worker is killed, or told to stop, and Procountor creates the invoice when another has the home."""
    late = {"operation": "saveInvoice", "kind": "commit_late", "seconds": LATEST - 0.2 - 2 * _more(act)}

    def befall(process: Process) -> None:
        _strike(stage, {**late, "times": 1})
        if act.dice < 0.5:
            process.kill()
        else:
            stage.stop(process)

    stage.befalls["invoice sent"] = befall


def _crash(stage: Stage, act: Act) -> None:
    """A broker dies when it has acknowledged an intent, before the marker is written. The worker dies in the commit
    that would close an intent, so its transaction is aborted, and with it what lost its marker (docs/faust.md).
    """

    def begins(process: Process) -> None:
        stage.broker.loses_markers = 1.0
        asyncio.get_running_loop().call_later(0.1, over, context=BEYOND.context())
        stage.befalls["commit sent"] = partial(sent, process)

    def sent(of: Process, process: Process) -> None:
        over()
        stage.befalls["end begins"] = partial(dies, of)

    def dies(of: Process, process: Process) -> None:
        if process is of:
            of.kill()
        elif of.alive:
            stage.befalls["end begins"] = partial(dies, of)

    def over() -> None:
        stage.broker.loses_markers = 0.0

    stage.befalls["intent begins"] = begins


def _overrule(stage: Stage, act: Act) -> None:
    """A user takes a document out that is in Procountor; the worker dies that is about to move its status."""

    def befall(process: Process) -> None:
        process.kill()
        take_out_transferred(stage)

    stage.befalls["PATCH begins"] = befall


async def _storm(stage: Stage, act: Act) -> None:
    """For a while, Procountor executes calls that change something, and loses half of their answers."""
    fault = {"kind": act.one_of(STORM), "rate": STORM_RATE, "seconds": LATEST - 0.2 - 4 * _more(act)}
    seed = int(act.dice * 7919)
    own = _strike(stage, *({**fault, "operation": one, "seed": seed + n} for n, one in enumerate(WRITES["procountor"])))
    await asyncio.sleep(6 + 8 * _more(act))
    _no_more(stage, own)


def _more(act: Act) -> float:
    """Dice of an act whose first dice are used."""
    return act.dice * 7919 % 1


def _strike(stage: Stage, *trees: dict[str, Any]) -> list[Fault]:
    """Faults of Procountor that strike before all others."""
    owners = {api: list(stage.world[api]) for api in ("severa", "procountor")}
    own = parse([{"api": "procountor", **one} for one in trees], owners)
    stage.apis.faults[:0] = own
    return own


def _no_more(stage: Stage, own: list[Fault]) -> None:
    stage.apis.faults[:] = [one for one in stage.apis.faults if one not in own]


async def _cut(stage: Stage, act: Act, what: str) -> None:
    cut = (_worker(stage, act), what)
    stage.cuts.add(cut)
    await asyncio.sleep(3 + 6 * act.dice)
    stage.cuts.discard(cut)


async def _broker_pause(stage: Stage, act: Act) -> None:
    stage.broker.down = True
    await asyncio.sleep(1 + 3 * act.dice)
    stage.broker.down = False


async def _broker_kill(stage: Stage, act: Act) -> None:
    """Markers of what it acknowledged last are never written."""
    stage.broker.loses_markers = 0.5
    await asyncio.sleep(0.3)
    stage.broker.loses_markers = 0.0
    await _broker_pause(stage, act)


async def _smtp(stage: Stage, act: Act) -> None:
    """The mail server is down; some workers end in that time."""
    stage.mail_is_down = True
    await asyncio.sleep(10 + 30 * act.dice)
    stage.mail_is_down = False


async def _clock(stage: Stage, act: Act) -> None:
    """The wall clock of a worker jumps, and is put right after a while."""
    process = _worker(stage, act)
    process.shift = act.one_of(JUMPS)
    await asyncio.sleep(4 + 4 * act.dice)
    process.shift = 0.0


async def _right_taken(stage: Stage, act: Act) -> None:
    """A company's key may make no invoices for a while, whatever else strikes it."""
    fault = {"operation": "saveInvoice", "kind": "forbidden", "times": 0}
    own = _strike(stage, {**fault, "company": act.one_of(stage.books).id})
    await asyncio.sleep(5 + 3 * act.dice)
    _no_more(stage, own)


async def _key_refused(stage: Stage, act: Act) -> None:
    """A company's key is refused for a while, and every token has ended."""
    keys, company = stage.world["credentials"]["procountor"]["keys"], act.one_of(stage.books).id
    right = stage.keys[company]
    keys[company] = "another"
    stage.apis.logins.forget()
    await asyncio.sleep(5 + 3 * act.dice)
    keys[company] = right


#: Nobody's process: what it does goes on whoever dies.
BEYOND = Process("beyond")
ACTS: dict[str, Callable[[Stage, Act], Awaitable[Any] | None]] = {
    "kill": lambda stage, act: _worker(stage, act).kill(),
    "die": _die,
    "moment": _moment,
    "zombie": _zombie,
    "hand_over": _hand_over,
    "crash": _crash,
    "overrule": _overrule,
    "storm": _storm,
    "freeze": _freeze,
    "term": lambda stage, act: stage.stop(_worker(stage, act)),
    "scale_up": _scale_up,
    "cut_kafka": partial(_cut, what="kafka"),
    "cut_severa": partial(_cut, what="severa"),
    "cut_procountor": partial(_cut, what="procountor"),
    "broker_pause": _broker_pause,
    "broker_kill": _broker_kill,
    "smtp": _smtp,
    "clock": _clock,
    "right_taken": _right_taken,
    "key_refused": _key_refused,
    **DEPLOYS,
    **PEOPLE,
}
#: What strikes most where it hurts most comes more often.
KINDS = (
    *ACTS,
    *("die", "die", "moment", "moment", "moment", "zombie", "zombie", "zombie", "freeze", "scale_up"),
    *("hand_over", "hand_over", "crash", "crash", "overrule", "storm", "storm", "smtp"),
)
