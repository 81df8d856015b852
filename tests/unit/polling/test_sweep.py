"""What the poll hands on beside what is listed: how much at a time, and of which companies (decisions 1, 2, 14)."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from functools import partial
from typing import Any, cast

import pytest

from gateway.delivery.attempt import IntentPayload
from gateway.delivery.company import CompanyContext
from gateway.delivery.holds import PROBE, Hold
from gateway.delivery.record import State, TransferRecord
from gateway.documents import DocumentKey, Kind, Revision, Sequence
from gateway.errors import Permanent, refuse
from gateway.flows.sales_invoices.flow import FLOW
from gateway.ledger import Write
from gateway.polling.sweep import sweep
from gateway.polling.worklist import WorkList
from gateway.rules.own_company import OwnCompany
from gateway.settings import Polling
from tests.memory_home import MemoryLedger
from tests.unit.ledger.promises import FakeClock
from tests.unit.one_company import HOME, a_company, a_context
from tests.unit.polling.organisation import Organisation
from tests.unit.published import PUBLISHING

RECORD = TransferRecord(Revision(1, Sequence(1, 1), "c"), State.SETTLED, 0)
NOTE = IntentPayload(RECORD.revision)


def key(number: int) -> str:
    return str(DocumentKey("acme-fi", Kind.SALES_INVOICE, f"{number:03}"))


class Updates:
    """A Completion that counts its status updates. `refusal`: what Severa says to each."""

    def __init__(self, refusal: Permanent | None = None) -> None:
        self.refusal, self.count = refusal, 0

    async def write_back(self, *_: object) -> None:
        self.count += 1
        if self.refusal is not None:
            raise self.refusal

    async def put_back(self, *_: object) -> bool:
        return False


async def a_work_list(context: CompanyContext, *begun: str, updates: Updates | None = None) -> WorkList:
    """With a window of 50, and open intents that have expired."""
    clock = FakeClock()
    home = MemoryLedger().take(HOME, clock)
    for key in begun:
        home.put(key, RECORD.encode())
        await home.open_intent(key, b"", "nordic")
    clock.now += home.config.quarantine
    flow, nothing = replace(FLOW, completion=updates or Updates()), cast(Any, None)
    contexts, before = {"acme-fi": context}, {"acme-fi": "before"}
    return WorkList(
        "nordic",
        home,
        flow,
        nothing,
        contexts,
        Polling(window=50),
        partial(PUBLISHING.change, flow),
        nothing,
        before=before,
    )


async def swept(work_list: WorkList, *seen: str) -> set[str]:
    """What is under way after one sweep."""
    sweep(work_list, work_list.contexts.values(), set(seen), 0)
    taken = {key for context in work_list.contexts.values() for key in context.in_flight}
    await work_list.queues.close()
    return taken


async def test_Q3_refused_write_back_rests() -> None:
    context, updates = a_context(unwritten={key(1)}), Updates(refuse("SEVERA_REFUSED", operation="x", said="locked"))
    work_list = await a_work_list(context, updates=updates)
    await work_list.home.commit(writes=[Write(key(1), RECORD.encode(), "nordic")])
    for _ in range(3):
        sweep(work_list, work_list.contexts.values(), set(), 0)
        await asyncio.gather(*work_list.queues._tasks.values(), return_exceptions=True)
    assert updates.count == 1


@pytest.mark.parametrize("what", ["write_back", "explain", "second_look"])
async def test_Q3_success_after_a_failure_ends_the_backoff(what: str) -> None:
    """Else the worker remembers it for ever, and waits long before the document's next one."""
    context = a_context()
    context._later[key(1)] = (0.0, 60.0)  # it has rested
    context.unwritten = {key(1)} if what == "write_back" else set()
    context.unexplained = {key(1)} if what == "explain" else set()
    context.second_looks = {key(1): 0.0} if what == "second_look" else {}
    work_list = await a_work_list(context)
    sweep(work_list, work_list.contexts.values(), set(), 0)
    context.unwritten = set()
    await asyncio.gather(*work_list.queues._tasks.values())
    assert key(1) not in context._later


async def test_decision_2_refused_write_backs_leave_the_window() -> None:
    """They are retried for ever, with two calls each."""
    context = a_context()
    context.unwritten = {key(n) for n in range(60)}
    work_list = await a_work_list(context)
    assert await swept(work_list) == {key(n) for n in range(25)}
    assert (work_list.capacity(context), work_list.side_capacity(context)) == (50, 0)


async def test_decision_1_what_was_begun_does_not_wait_for_them_either() -> None:
    context = a_context()
    context.in_flight = {key(n): False for n in range(25)}
    assert key(99) in await swept(await a_work_list(context, key(99)))


async def test_Q1_begun_work_of_a_disabled_company_is_swept() -> None:
    """It waits in a status that another company lists, and is left to the company that it was begun in."""
    assert await swept(await a_work_list(a_context(a_company(enabled=False)), key(1)), "001") == {key(1)}
    assert await swept(await a_work_list(a_context(), key(1)), "001") == set()


async def test_decision_14_held_company_is_swept_by_its_probe_only() -> None:
    """Its documents aren't listed, so all of them seem to be gone, and each pass would publish them once more."""
    context = a_context()
    context.hold = Hold("LOGIN_REFUSED", "c", "m", "2026", 600.0, time.time() + 500)
    assert await swept(await a_work_list(context, key(1), key(2))) == set()
    context.hold = Hold("LOGIN_REFUSED", "c", "m", "2026", 600.0, 0.0)
    assert len(await swept(await a_work_list(context, key(1), key(2)))) == 1


async def test_decision_9_begun_work_is_swept_once_expired() -> None:
    """Its event would end at once, and each poll would publish it again."""
    work_list = await a_work_list(a_context(), key(1))
    work_list.home.left_unknown(key(1))
    assert await swept(work_list) == set()


async def test_S1_other_company_met_by_the_sweep_is_a_hold() -> None:
    """No invoice waits: an intent of a deleted one is to be explained. The next sweep with the right key ends it."""
    one = Organisation(acme=True)
    one.heads, asked = [], DocumentKey("acme", Kind.SALES_INVOICE, "deleted")
    one.home.put(str(asked), RECORD.encode())
    one.home.put("acme/books", b'{"id": 1, "name": "Acme Oy"}')
    await one.home.open_intent(str(asked), NOTE.encode(), "nordic")
    one.clock += one.home.config.quarantine
    context: Any = one.contexts["acme"]
    context.echo_proved = True
    context.procountor.books = OwnCompany(2, "Bolt Oy")
    for seconds in (5.0, 5.0):
        await one.poll(seconds)
    assert (one.held, one.reported) == ({"acme"}, [("acme/company/acme", "BOOKS_CHANGED")])
    context.procountor.books = OwnCompany(1, "Acme Oy")
    context.went_well(str(asked))  # else it rests by the steady clock
    await one.poll(PROBE[0])
    assert (one.held, one.home.open, one.over) == (set(), {}, ["BOOKS_CHANGED"])
