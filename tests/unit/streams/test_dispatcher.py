"""Decision 3: in order per document, side by side else, at most a few of a company at once."""

from __future__ import annotations

import asyncio
from collections import Counter

from streams.dispatcher import Dispatcher, Job


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
        await dispatcher.take(job("a", n))
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
        await dispatcher.take(job("slow", n, hang=True))
    await dispatcher.take(job("quick", 0, hang=False))
    await asyncio.wait_for(quick.wait(), 5)
    assert [one for one in ended if one[0] == "slow"] == []
    release.set()
    await drain(dispatcher)
    assert most == {"slow": 2, "quick": 1}
    assert len(ended) == 11


async def test_Q6_what_has_not_started_is_forgotten_and_the_running_end() -> None:
    dispatcher, release, ran = Dispatcher(per_company=1), asyncio.Event(), []

    def job(home: int, n: int) -> Job:
        async def run() -> None:
            await release.wait()
            ran.append((home, n))

        return Job(home, f"{home}/{n}", f"company-{home}", run)

    for home in (0, 1):
        for n in range(3):
            await dispatcher.take(job(home, n))
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

    await dispatcher.take(Job(3, "a", "acme", hang))
    assert not await dispatcher.ended(3, 0.01)
    assert dispatcher.running() == 0


async def test_take_waits_only_when_memory_would_grow() -> None:
    dispatcher, release = Dispatcher(at_once=2), asyncio.Event()

    async def run() -> None:
        await release.wait()

    for n in range(2):
        await dispatcher.take(Job(0, str(n), "acme", run))
    third = asyncio.create_task(dispatcher.take(Job(0, "3", "acme", run)))
    await asyncio.sleep(0)
    assert not third.done()
    release.set()
    await asyncio.wait_for(third, 5)
    await drain(dispatcher)


async def test_an_event_that_comes_again_after_it_was_forgotten_runs_once() -> None:
    """Its document still stood in its company's line, and had a second place there with the new event."""
    dispatcher, ran = Dispatcher(per_company=2), list[str]()
    ends = {name: asyncio.Event() for name in ("one", "two", "a")}

    def job(document: str) -> Job:
        async def run() -> None:
            ran.append(document)
            await ends[document].wait()

        return Job(0, document, "acme", run)

    for document in ("one", "two", "a"):
        await dispatcher.take(job(document))
    assert dispatcher.forget_waiting(0) == 1
    await dispatcher.take(job("a"))
    for document in ("one", "two", "a"):
        ends[document].set()
        await asyncio.sleep(0.01)
    await drain(dispatcher)
    assert ran == ["one", "two", "a"]


async def test_Q4_mails_that_wait_for_their_server_do_not_hold_up_transfers() -> None:
    dispatcher, mail_server, transferred = Dispatcher(at_once=2), asyncio.Event(), asyncio.Event()

    async def mail() -> None:
        await mail_server.wait()

    async def transfer() -> None:
        transferred.set()

    for n in range(2):
        await dispatcher.take(Job(0, f"mail/{n}", "mail/acme", mail, flow="mail"))
    await asyncio.wait_for(dispatcher.take(Job(0, "a", "acme", transfer, flow="transfer")), 3)
    await asyncio.wait_for(transferred.wait(), 3)
    mail_server.set()
    await drain(dispatcher)
