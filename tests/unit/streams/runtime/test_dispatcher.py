"""Decision 3: in order per document, side by side else, at most a few of a company at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

import pytest

from streams.runtime.dispatcher import Dispatcher, Job


async def drain(dispatcher: Dispatcher, home: int = 0) -> None:
    while dispatcher.running(home):
        assert await dispatcher.ended(home, 5)


async def test_events_of_one_document_run_in_order_and_never_at_once() -> None:
    dispatcher, seen, at_once = Dispatcher(), [], 0

    def job(document: str, n: int) -> Job:
        async def run() -> None:
            nonlocal at_once
            at_once += 1
            assert at_once == 1
            await asyncio.sleep(0)
            seen.append(n)
            at_once -= 1

        return Job(0, document, "acme", run)

    for n in range(5):
        dispatcher.take(job("a", n))
    await drain(dispatcher)
    assert seen == [0, 1, 2, 3, 4]


async def test_Q4_a_company_at_its_limit_never_holds_up_another() -> None:
    dispatcher, release, quick = Dispatcher(per_company=2), asyncio.Event(), asyncio.Event()
    most, ended = Counter[str](), []
    now = Counter[str]()

    def job(company: str, n: int, hang: bool) -> Job:
        async def run() -> None:
            now[company] += 1
            most[company] = max(most[company], now[company])
            if hang:
                await release.wait()
            now[company] -= 1
            ended.append((company, n))
            if company == "quick":
                quick.set()

        return Job(0, f"{company}/{n}", company, run)

    for n in range(10):
        dispatcher.take(job("slow", n, hang=True))
    dispatcher.take(job("quick", 0, hang=False))
    await asyncio.wait_for(quick.wait(), 5)
    assert [one for one in ended if one[0] == "slow"] == []
    release.set()
    await drain(dispatcher)
    assert most == {"slow": 2, "quick": 1}
    assert len(ended) == 11


async def test_Q6_unstarted_events_are_forgotten_running_ones_end() -> None:
    dispatcher, release, ran = Dispatcher(per_company=1), asyncio.Event(), []

    def job(home: int, n: int) -> Job:
        async def run() -> None:
            await release.wait()
            ran.append((home, n))

        return Job(home, f"{home}/{n}", f"company-{home}", run)

    for home in (0, 1):
        for n in range(3):
            dispatcher.take(job(home, n))
    await asyncio.sleep(0)
    assert dispatcher.forget_waiting(0) == 2
    release.set()
    await drain(dispatcher, 0)
    await drain(dispatcher, 1)
    assert sorted(ran) == [(0, 0), (1, 0), (1, 1), (1, 2)]


async def test_a_job_that_does_not_end_in_time_is_cancelled() -> None:
    dispatcher = Dispatcher()

    async def hang() -> None:
        await asyncio.Event().wait()

    dispatcher.take(Job(3, "a", "acme", hang))
    assert not await dispatcher.ended(3, 0.01)
    assert dispatcher.running() == 0


def stream(dispatcher: Dispatcher, companies: int, window: int, hang: Callable[[], Awaitable[None]]) -> None:
    """What Faust's one loop hands on, one event after another: a window of each company, side by side."""
    for document in range(window):
        for company in range(companies):
            dispatcher.take(Job(company % 3, f"{company}/{document}", f"slow-{company}", hang, "transfer"))


async def test_Q4_windows_of_slow_companies_hold_up_no_other() -> None:
    dispatcher, gate, single = Dispatcher(room=100), asyncio.Event(), asyncio.Event()

    async def hang() -> None:
        await gate.wait()

    async def quick() -> None:
        single.set()

    stream(dispatcher, companies=60, window=75, hang=hang)
    dispatcher.take(Job(2, "single", "single", quick, "transfer"))
    await asyncio.wait_for(single.wait(), 5)
    assert dispatcher.crowded() == set()
    gate.set()
    await asyncio.gather(*(drain(dispatcher, home) for home in range(3)))


async def test_Q4_company_without_room_stops_its_partition_only() -> None:
    """A replay of its events: those of its home's transfers wait in Kafka, all else goes on."""
    dispatcher, gate = Dispatcher(room=5), asyncio.Event()

    async def hang() -> None:
        await gate.wait()

    for n in range(4):
        dispatcher.take(Job(7, f"replayed/{n}", "replayed", hang, "transfer"))
        dispatcher.take(Job(7, f"other/{n}", "other", hang, "transfer"))
        dispatcher.take(Job(7, f"mail/{n}", "replayed", hang, "mail"))
        dispatcher.take(Job(8, f"else/{n}", "else", hang, "transfer"))
    assert dispatcher.crowded() == set()
    dispatcher.take(Job(7, "replayed/4", "replayed", hang, "transfer"))
    assert dispatcher.crowded() == {("transfer", 7)}
    gate.set()
    await drain(dispatcher, 7)
    assert dispatcher.crowded() == set()


async def test_Q6_what_is_forgotten_leaves_its_room() -> None:
    dispatcher, gate = Dispatcher(per_company=1, room=3), asyncio.Event()

    async def hang() -> None:
        await gate.wait()

    for n in range(3):
        dispatcher.take(Job(7, str(n), "acme", hang))
    assert dispatcher.crowded() == {("", 7)}
    assert dispatcher.forget_waiting(7) == 2
    assert dispatcher.crowded() == set()
    gate.set()
    await drain(dispatcher, 7)


async def test_event_redelivered_after_it_was_dropped_runs_once() -> None:
    """Its document still stood in its company's line, and had a second place there with the new event."""
    dispatcher, ran = Dispatcher(per_company=2), list[str]()
    ends = {name: asyncio.Event() for name in ("one", "two", "a")}

    def job(document: str) -> Job:
        async def run() -> None:
            ran.append(document)
            await ends[document].wait()

        return Job(0, document, "acme", run)

    for document in ("one", "two", "a"):
        dispatcher.take(job(document))
    assert dispatcher.forget_waiting(0) == 1
    dispatcher.take(job("a"))
    for document in ("one", "two", "a"):
        ends[document].set()
        await asyncio.sleep(0.01)
    await drain(dispatcher)
    assert ran == ["one", "two", "a"]


@pytest.mark.parametrize("companies", [("acme", "user/acme"), ("user/acme", "acme")])
async def test_Q4_document_of_two_companies_leaves_room_in_both(companies: tuple[str, str]) -> None:
    """The outcome of a user counts for the company, and the next change of the user for its flow. What is behind it in
    the document's queue took its place in the other company's room, for ever.
    """
    dispatcher, seen = Dispatcher(per_company=1), list[str]()

    def job(document: str, company: str) -> Job:
        async def run() -> None:
            await asyncio.sleep(0)
            seen.append(f"{document} {company}")

        return Job(0, document, company, run)

    for document in ("first", "second"):
        for company in companies:
            dispatcher.take(job(document, company))
        await drain(dispatcher)
    assert seen == [f"{document} {company}" for document in ("first", "second") for company in companies]
