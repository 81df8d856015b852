"""What every flow keeps, whatever its documents are: on virtual time, with the real poll, guard, delivery and clients.

`python -m tests.flow_contract sales-invoice [killed ...]`: each promise by name, and how it was broken. Its clocks are
virtual, so it is a process of its own; `tests/simulation/test_flow_contract.py` runs it for each flow of the registry.
"""

from __future__ import annotations

from tests.simulation.loop import Clocks, Process, run

Clocks.install()  # before the gateway is imported

import asyncio  # noqa: E402
import json  # noqa: E402
import logging  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
import traceback  # noqa: E402
from collections import Counter  # noqa: E402
from collections.abc import AsyncIterator, Awaitable, Callable  # noqa: E402
from contextlib import asynccontextmanager  # noqa: E402
from functools import partial  # noqa: E402

from gateway.sandbox.server.faults import parse  # noqa: E402
from gateway.telemetry.logs import set_up_logs  # noqa: E402
from tests.chaos.evidence import key_of, order_of  # noqa: E402
from tests.flow_cases.case import FlowCase  # noqa: E402
from tests.flow_cases.dimension_items import DimensionItem  # noqa: E402
from tests.flow_cases.people import People  # noqa: E402
from tests.flow_cases.purchase_invoices import PurchaseInvoice  # noqa: E402
from tests.flow_cases.sales_invoices import SalesInvoice  # noqa: E402
from tests.flow_cases.travel_reimbursements import TravelReimbursement  # noqa: E402
from tests.simulation.loop import PROCESS  # noqa: E402
from tests.simulation.stage import Stage  # noqa: E402

#: A case for each flow, by its kind.
CASES: dict[str, Callable[[], FlowCase]] = {
    "sales-invoice": SalesInvoice,
    "travel-reimbursement": TravelReimbursement,
    "cost-allocation": PurchaseInvoice,
    "user": People,
    "dimension-item": DimensionItem,
}
#: Virtual seconds: for which something may take until it is done; for which nothing more may come of it.
AT_MOST, CALM = 900.0, 90.0
#: For which a worker sleeps that wakes up as a zombie: longer than its lease and its session.
ASLEEP = 30.0
#: Ends of the call that creates the document: executed or not, and no answer that says so.
IN_DOUBT = ("fail_before", "fail_after", "drop_before", "drop_after", "cut_short", "commit_late", "page_after")


#: What it starts goes on, whoever sleeps.
NOBODY = Process("nobody")


class Scene:
    """The document, and the gateway that sees it."""

    def __init__(self, case: FlowCase) -> None:
        self.case, self.stage = case, Stage(0, 1, (case.firm,), case.world())
        self._down = False
        self.stage.carrier.is_cut = lambda process, api: self._down and api == case.target
        #: Moments that a call or a commit came to, in order, and what befalls the worker at one of them.
        self.moments = list[str]()
        self.befalls: tuple[int, Callable[[Process], None]] | None = None
        self.stage.carrier.reached = self.stage.broker.reached = self._reached

    def _reached(self, moment: str) -> None:
        process = PROCESS.get()
        if process is None:
            return
        self.moments.append(moment)
        if self.befalls is not None and len(self.moments) == self.befalls[0]:
            self.befalls[1](process)

    @property
    def states(self) -> list[str]:
        """States of the document's outcomes, in order; a replay's are not among them."""
        outcomes = sorted(self.stage.topics.outcomes(), key=order_of)
        outcomes = [one for one in outcomes if key_of(one) == self.case.key]
        return [one["state"] for one in outcomes if one["state"] != "unchanged"]

    @property
    def events(self) -> int:
        """How many revisions of it were published."""
        changes = self.stage.topics.changes({f"changes.{self.case.flow.kind}s": self.case.flow.schema})
        return len({one["revision"]["number"] for one in changes if key_of(one) == self.case.key})

    @property
    def effects(self) -> list[str]:
        """What was changed in the target so far."""
        entries = self.stage.apis.journal.entries()
        return [one["operation"] for one in entries if one["effect"] and one["api"] == self.case.target]

    def cut(self, down: bool) -> None:
        """The target doesn't answer, or does again. Where a look needs it, only the creation is refused."""
        if not getattr(self.case, "looks_at_target", False):
            self._down = down
        elif down:
            self.strike("too_many", times=10**6, retry_after=60)
        else:
            self.stage.apis.faults.clear()

    @property
    def is_refused(self) -> bool:
        """Whether the target is cut off, or has refused to create the document."""
        return self._down or any("fault" in one for one in self.stage.apis.journal.entries())

    def strike(self, kind: str, times: int = 1, **more: int) -> None:
        """So befalls the call that creates the document."""
        fault = {"api": self.case.target, "operation": self.case.post, "kind": kind, "times": times, "seconds": 3.0}
        fault |= more
        apis = {api: list(self.stage.world[api]) for api in ("severa", "procountor")}
        self.stage.apis.faults[:] = parse([fault], apis)

    async def until(self, what: str, is_so: Callable[[], bool], every: float = 0.5) -> None:
        """Wait until it is so; look every so many seconds."""
        clock = asyncio.get_running_loop().time
        began = clock()
        while not is_so():
            if clock() > began + AT_MOST:
                created = len(self.case.created(self.stage))
                raise AssertionError(f"not {what}: {self.states}, {created} created, {self.case.lacks(self.stage)}")
            await asyncio.sleep(every)

    async def complete(self) -> None:
        """Wait until it is transferred with all that belongs to it, once; then nothing more comes of it."""
        await self.until("transferred", lambda: "created" in self.states)
        await self.until("complete", lambda: not self.case.lacks(self.stage), every=10.0)
        await self.calm()
        assert (len(self.case.created(self.stage)), self.case.lacks(self.stage)) == (1, [])
        assert self.states.count("created") == 1, self.states

    async def calm(self) -> None:
        """Time passes, in which nothing changes."""
        before = self.effects, self.states
        await asyncio.sleep(CALM)
        assert (self.effects, self.states) == before


@asynccontextmanager
async def scene(case: FlowCase) -> AsyncIterator[Scene]:
    """The gateway at work."""
    there = Scene(case)
    supervisor = asyncio.get_running_loop().create_task(there.stage.supervise())
    try:
        yield there
        assert there.stage.crashes == []
    finally:
        supervisor.cancel()
        for process in there.stage.workers:
            process.kill()
        there.stage.close()


async def transferred(make: Callable[[], FlowCase]) -> None:
    """Polled, published, attempted, settled, and written back where its source has a status."""
    async with scene(make()) as there:
        await there.complete()
        assert (there.states, there.events) == (["created"], 1)


async def refused(make: Callable[[], FlowCase]) -> None:
    """One outcome and one mail, no effect; once it is put right, it is transferred."""
    case = make()
    async with scene(case) as there:
        case.make_unfit(there.stage)
        await there.until("refused", lambda: there.states == ["refused"])
        await there.calm()
        assert (there.effects, len(there.stage.mails), len(case.created(there.stage))) == ([], 1, 0)
        assert case.unfit_code in str(there.stage.mails[0]["Subject"])
        case.make_fit(there.stage)
        await there.complete()


async def in_doubt(make: Callable[[], FlowCase]) -> None:
    """Whatever end the call has that creates it, also twice: it is looked up, and created once."""
    for kind in IN_DOUBT:
        for times in (1, 2):
            async with scene(make()) as there:
                there.strike(kind, times)
                await there.complete()


async def superseded(make: Callable[[], FlowCase]) -> None:
    """A revision that another one overtakes has an outcome too."""
    case = make()
    async with scene(case) as there:
        there.cut(True)
        await there.until("published", lambda: there.events == 1 and there.is_refused)
        case.edit(there.stage)
        await there.until("published again", lambda: there.events == 2)
        there.cut(False)
        await there.complete()
        assert there.states == ["superseded", "created"]


async def withdrawn(make: Callable[[], FlowCase]) -> None:
    """Nothing is created for a document that nobody wants any more, and it says so."""
    case = make()
    async with scene(case) as there:
        there.cut(True)
        await there.until("published", lambda: there.events == 1 and there.is_refused)
        case.take_out(there.stage)
        there.cut(False)
        await there.until("withdrawn", lambda: there.states == ["withdrawn"])
        await there.calm()
        assert case.created(there.stage) == []


async def replayed(make: Callable[[], FlowCase]) -> None:
    """Events that are read again have no effect, and no other outcome."""
    async with scene(make()) as there:
        await there.complete()
        before, stage = (there.effects, there.states, len(there.stage.mails)), there.stage
        await stage.stop_all()
        while stage.group.members:  # noqa: ASYNC110 - virtual time
            await asyncio.sleep(0.5)
        stage.group.reset(f"sim.changes.{there.case.flow.kind}s")
        stage.keeps_running = True
        await there.until("replayed", lambda: stage.topics.replayed() == there.events)
        await there.calm()
        assert (there.effects, there.states, len(stage.mails)) == before
        assert stage.topics.replayed() == there.events


async def killed(make: Callable[[], FlowCase]) -> None:
    """At each moment of its transfer."""
    await _befallen(make, Process.kill)


async def frozen(make: Callable[[], FlowCase]) -> None:
    """At each moment of its transfer; the worker wakes up when another has its work."""

    def sleep(process: Process) -> None:
        process.freeze()
        asyncio.get_running_loop().call_later(ASLEEP, process.thaw, context=NOBODY.context())

    await _befallen(make, sleep)


async def _befallen(make: Callable[[], FlowCase], do: Callable[[Process], None]) -> None:
    """Something befalls the worker where a call or a commit is under way: at the first and the last moment of a name,
    from the first event to the transfer's end.
    """
    async with scene(make()) as there:
        await there.until("published", lambda: there.events == 1)
        began = len(there.moments)
        await there.complete()
        moments = there.moments[began:]
    last = {moment: began + at for at, moment in enumerate(moments, start=1)}
    first = {moment: began + at for at, moment in reversed(list(enumerate(moments, start=1)))}
    for at in sorted({*first.values(), *last.values()}):
        async with scene(make()) as there:
            there.befalls = (at, do)
            await there.complete()


PROMISES: dict[str, Callable[[Callable[[], FlowCase]], Awaitable[None]]] = {
    one.__name__: one for one in (transferred, refused, in_doubt, superseded, withdrawn, replayed, killed, frozen)
}


def main(kind: str, *names: str) -> None:
    """Each promise, a JSON line: its name, and how it was broken; "" where it was kept."""
    set_up_logs("CRITICAL", False)
    logging.disable()
    broken = Counter[str]()
    for name, promise in [(name, PROMISES[name]) for name in names or PROMISES]:
        error = ""
        try:
            run(partial(promise, CASES[kind]))  # type: ignore[arg-type]
        except Exception:
            error, broken[name] = traceback.format_exc(), 1
        print(json.dumps({"promise": name, "broken": error}), flush=True)
    os._exit(1 if broken else 0)  # what was dropped where it stood is not to be run on


if __name__ == "__main__":
    main(*sys.argv[1:])
