"""Decision 12: from when on a company's ledger knows all, and when a look-up may speak."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from gateway.ledger import Covered, Taken, looked_up_first, seconds_until_known, set_horizons, wait_out_quarantine
from tests.memory_home import MemoryLedger
from tests.unit.ledger.promises import ACME, DAY, ORG, FakeClock

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
KEY = "acme-fi/horizon"


class Ledger:
    """A ledger whose home is taken again and again. `clock`: what its owners count by."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self._ledger = MemoryLedger()
        self.home = self._ledger.take(clock=self.clock)

    async def opened(
        self, days: int, covered: dict[str, Covered] | None = None, expired: bool = True, **found: Any
    ) -> datetime:
        """A worker takes the home `days` after the first day; by then what was open before has expired, or hasn't."""
        self.home = self._ledger.take(clock=self.clock)
        self.home.taken = Taken(FIRST + days * DAY, **found)
        horizons = await set_horizons(self.home, ACME if covered is None else covered, absence=DAY)
        if expired and KEY in self.home.open:
            self.clock.now += self.home.config.quarantine
            await wait_out_quarantine(self.home, "acme-fi")
        return horizons.get("acme-fi", self.home.taken.at)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


async def test_decision_12_the_horizon_is_the_brokers_time_and_stays(ledger: Ledger) -> None:
    assert await ledger.opened(0) == await ledger.opened(1) == FIRST


@pytest.mark.parametrize("covered", [{"acme-fi": Covered(ORG, active=False)}, {}], ids=["off", "not named"])
async def test_decision_12_a_company_that_is_back_has_a_new_horizon(
    ledger: Ledger, covered: dict[str, Covered]
) -> None:
    """Another integration may have transferred its documents since."""
    await ledger.opened(0)
    assert await ledger.opened(2, covered) == FIRST + 2 * DAY
    assert (ledger.home.stored, ledger.home.open) == ({}, {})
    assert await ledger.opened(3) == await ledger.opened(4) == FIRST + 3 * DAY


@pytest.mark.parametrize("silence", [timedelta(days=7), timedelta(days=-7)])
async def test_decision_12_a_gateway_that_was_off_for_long_looks_first(ledger: Ledger, silence: timedelta) -> None:
    """Accountants typed the urgent invoices by hand. A broker's clock that was set back tells no time at all."""
    await ledger.opened(0)
    assert await ledger.opened(1, silence=DAY) == FIRST
    assert await ledger.opened(8, silence=silence) == FIRST + 8 * DAY
    assert seconds_until_known(ledger.home, "acme-fi") == 0.0


async def test_decision_12_horizons_share_one_transaction(ledger: Ledger) -> None:
    """Its records end the silence: a worker that died between two of them would have left the second as it was."""
    both = {**ACME, "bolt-fi": Covered(ORG, active=True)}
    await ledger.opened(0, both)
    await ledger.opened(8, both, silence=timedelta(days=7))
    assert (ledger.home.commits, ledger.home.commit_of(KEY), ledger.home.commit_of("bolt-fi/horizon")) == (1, 1, 1)


async def test_decision_12_a_ledger_with_records_deleted_looks_first(ledger: Ledger) -> None:
    """The horizon was written again recently and outlived the documents."""
    await ledger.opened(0)
    assert await ledger.opened(1, start=500) == await ledger.opened(2, start=500) == FIRST + DAY
    assert await ledger.opened(3, start=0) == FIRST + 3 * DAY  # and so does another topic with the records of this one


async def test_decision_12_no_horizon_lies_ahead_of_the_brokers_clock(ledger: Ledger) -> None:
    """It was a year ahead for a moment: documents would be looked up for a year."""
    await ledger.opened(365)
    assert await ledger.opened(0) == FIRST


async def test_Q1_new_horizon_expires_before_any_look_up(ledger: Ledger) -> None:
    """What the ledger has lost may be under way: it is counted out in full by one owner, like any open intent."""
    for days in (0, 1):  # the first owner died in between
        assert await ledger.opened(days, expired=False) == FIRST
        assert seconds_until_known(ledger.home, "acme-fi") > 0
    ledger.clock.now += ledger.home.config.quarantine
    await wait_out_quarantine(ledger.home, "acme-fi")
    assert (ledger.home.open, seconds_until_known(ledger.home, "acme-fi")) == ({}, 0.0)


async def test_Q1_look_up_waits_until_the_horizon_expires(ledger: Ledger) -> None:
    await ledger.opened(0, expired=False)
    seconds = [0.02, 0.01, 0.0]
    ledger.home.seconds_until_expired = lambda key: seconds.pop(0) if len(seconds) > 1 else seconds[0]  # type: ignore[method-assign]
    await asyncio.wait_for(wait_out_quarantine(ledger.home, "acme-fi"), 5)
    assert (seconds, ledger.home.open) == ([0.0], {})


@pytest.mark.parametrize("records", [{"start": 500}, {}], ids=["trimmed", "new"])
async def test_Q1_a_horizon_expires_where_records_may_be_lost(ledger: Ledger, records: dict[str, Any]) -> None:
    if records:
        await ledger.opened(0)
    await ledger.opened(1, expired=False, **records)
    assert seconds_until_known(ledger.home, "acme-fi") > 0


async def test_decision_12_horizon_without_organisation_is_rewritten(ledger: Ledger) -> None:
    """It was the time alone, then the time and the organisation. Neither can say whose it is to be deleted."""
    for value in (FIRST.isoformat(), orjson.dumps({"at": FIRST.isoformat(), "organisation": ORG}).decode()):
        ledger.home.put(KEY, value.encode())
        ledger.home.put("bolt-fi/horizon", FIRST.isoformat().encode())
        assert await ledger.opened(1) == FIRST
        assert ORG.encode() in ledger.home.stored[KEY]
        assert ledger.home.open == {}


@pytest.mark.parametrize("value", [b"{}", b"[1]", b"soon", b'{"at": 7, "organisation": "nordic"}'])
async def test_decision_12_a_horizon_that_cannot_be_read_is_none(ledger: Ledger, value: bytes) -> None:
    """Another version's; the worker and the other companies go on."""
    ledger.home.put(KEY, value)
    assert await ledger.opened(1) == FIRST + DAY


def test_decision_12_document_within_the_margin_is_looked_up() -> None:
    taken = replace(Taken(FIRST), start=1)
    assert looked_up_first(FIRST + DAY - timedelta(seconds=1), taken.at)
    assert not looked_up_first(FIRST + DAY, taken.at)
