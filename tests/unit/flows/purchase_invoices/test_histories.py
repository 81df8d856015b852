"""Random histories of a purchase invoice: whatever happens, each share ends with exactly one fee (U1-U3, Q1)."""

from __future__ import annotations

import asyncio
import contextlib
import random

import pytest

from gateway.flows.purchase_invoices.rules.statuses import COUNTED
from gateway.sandbox.world.demo_purchases import entry
from tests.unit.flows.purchase_invoices.one_invoice import DELETE, FIRM, POST, Json, OneInvoice

TEXTS = ("Design work", "Freight")
STATUSES = (*COUNTED[:3], "UNFINISHED", "PAYMENT_DENIED")
FAULTS = ("drop_before", "drop_after", "too_many", "server_error", "forbidden", "cut_short")
STEPS = 8


class History:
    """What people and misfortune do to an invoice, by a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.shares: list[tuple[str, int, str]] = []
        self.status = "APPROVED"
        self.one = OneInvoice(self._entries(), FIRM)

    def _entries(self) -> list[Json]:
        """New shares: texts, projects and amounts; often those of before in another order, with a change."""
        rnd = self.random
        kept = [one for one in self.shares if rnd.random() < 0.8]
        new = [
            (rnd.choice(TEXTS), rnd.randrange(3), f"{rnd.choice((10, 20, 30))}.{rnd.choice(('00', '10'))}")
            for _ in range(rnd.randrange(0 if kept else 1, 3))
        ]
        self.shares = [*kept, *new]
        rnd.shuffle(self.shares)
        return [entry(FIRM, {project: amount}, text) for text, project, amount in self.shares]

    async def step(self) -> None:
        """One thing that happens, perhaps with a fault or a death in what follows."""
        one, rnd = self.one, self.random
        one.wall += 5
        what = rnd.choice(("allocate", "allocate", "move", "lose", "take over"))
        if what == "allocate":
            one.allocate(*self._entries())
        elif what == "move":
            self.status = rnd.choice(STATUSES)
            one.move(self.status)
        elif what == "lose":
            one.pass_time(4000)
            one.lose_the_ledger()
        else:
            one.take_over()
        if rnd.random() < 0.5:
            one.strike(rnd.choice((POST, DELETE)), rnd.choice(FAULTS), times=rnd.randrange(1, 4))
        if rnd.random() < 0.3:
            left = rnd.randrange(1, 12)

            def die(moment: str) -> None:
                nonlocal left
                left -= 1
                if left == 0:
                    raise asyncio.CancelledError

            one.carrier.reached = die
        with contextlib.suppress(asyncio.CancelledError):
            await one.run()
        if rnd.random() < 0.5:
            await self.calm()

    async def calm(self) -> None:
        """No more faults, until nothing comes of it any more."""
        one = self.one
        one.apis.faults.clear()
        one.carrier.reached = lambda moment: None
        for _ in range(6):
            one.context.in_flight.clear()  # as events that are redelivered
            one.context.unread.clear()
            one.pass_time(4000)
            await one.run()

    @property
    def wanted(self) -> list[tuple[str, float]]:
        """Projects and costs."""
        if self.status not in COUNTED:
            return []
        return sorted((f"Delivery {project}", float(amount)) for _, project, amount in self.shares)


@pytest.mark.parametrize("seed", range(12))
async def test_U2_each_share_ends_with_exactly_one_fee(seed: int) -> None:
    history = History(seed)
    with contextlib.suppress(asyncio.CancelledError):
        await history.one.run()
    for _ in range(STEPS):
        await history.step()
    await history.calm()
    assert (history.one.costs, history.one.home.open) == (history.wanted, {})
    assert "FEE_DELETED" not in history.one.states
