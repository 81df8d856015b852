"""Q1: a version and the next one side by side, both ways, on the same topics."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from gateway.documents import OutcomeState
from gateway.sandbox.world.demo_world import FIRMS, base_world, many_invoices
from tests.system import Gateway

ACME, BOLT, CIRRUS = FIRMS  # the first two are one organisation's
NEXT = ("tests.stream.flow.next_version",)
COUNT = 4


async def test_Q1_two_versions_take_turns_and_run_together(gateway: Callable[..., Gateway]) -> None:
    """The next version adds fields everywhere, and calls the refusal of one of bolt's documents what today's doesn't
    know. Today's holds bolt, says so once, and goes on with all else; and no worker ends.
    """
    one = gateway(base_world(severa_per_second=60), severa={"requests_per_second": 50})
    refused = 20_000
    await add(one, refused, unknown_product=True)
    one.stage.start_worker(*NEXT)
    await one.until_told(refused, OutcomeState.REFUSED, "PRODUCT_MISSING")
    await settled(one, await add(one, 21_000))

    await end(one, kill=False)
    one.stage.start_worker()
    await one.until(lambda: one.seen.current.get("bolt-fi/company/bolt-fi") is not None, 60, "that bolt is held")
    told = one.seen.current["bolt-fi/company/bolt-fi"]
    assert told.error is not None
    assert told.error.code == "RECORD_UNREADABLE"
    waiting = await add(one, 22_000)
    await settled(one, [number for number, firm in waiting.items() if firm != BOLT.id])
    assert not [number for number, firm in waiting.items() if firm == BOLT.id and one.outcome(number)]
    mails = holds(one)

    await end(one, kill=True)
    one.stage.start_worker(*NEXT)
    await settled(one, waiting)

    one.stage.start_worker()
    await settled(one, [n for n, firm in (await add(one, 23_000)).items() if firm != BOLT.id])
    await end(one, kill=True)
    await settled(one, range(23_000, 23_000 + 3 * COUNT))

    assert one.stage.workers[-2].poll() is None
    assert sorted(one.made().values()) == [1] * 9 * COUNT
    assert one.is_told(refused, OutcomeState.REFUSED, "PRODUCT_MISSING")
    assert holds(one) <= mails + 1  # bolt is held again, for another while


def holds(one: Gateway) -> int:
    """Mails that say that a company is held."""
    return sum("is on hold" in str(mail["Subject"]) for mail in one.mails.messages)


async def settled(one: Gateway, numbers: Iterable[int]) -> None:
    """Each of them is in Procountor, and told."""
    for number in numbers:
        await one.until_told(number, OutcomeState.CREATED)


async def end(one: Gateway, kill: bool) -> None:
    """The worker that was started last, which lived until now."""
    assert one.stage.workers[-1].poll() is None
    await asyncio.to_thread(one.stage.kill_worker if kill else one.stage.stop_worker)


async def add(one: Gateway, first: int, unknown_product: bool = False) -> dict[int, str]:
    """Invoices of each company, or one of bolt that is refused; each number with its company."""
    added: dict[int, str] = {}
    for n, firm in enumerate((BOLT,) if unknown_product else FIRMS):
        world, count = base_world((firm,)), 1 if unknown_product else COUNT
        many_invoices(world, firm, count, first=first + n * COUNT, rows=1)
        for owner, there in world["severa"].items():
            if unknown_product:
                there["/v1/invoicerows"][0]["code"] = ["NEW"]
            for path in ("/v1/invoicerows", "/v1/customers", "/v1/invoices"):
                one.change(path, *there[path], owner=owner)
        added |= dict.fromkeys(range(first + n * COUNT, first + n * COUNT + count), firm.id)
    return added
