"""Decision 12: from when on a company's ledger knows all, and when a look-up may speak."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from gateway.ledger import Covered, Taken, looked_up_first, seconds_until_known, set_horizons, wait_out_quarantine
from tests.unit.one_document import Ledger

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
KEY = "acme-fi/horizon"
ACME = {"acme-fi": Covered("nordic", active=True)}


@pytest.fixture
def home() -> Any:
    return Ledger(expired=False)


async def opened(
    home: Any, days: int, covered: dict[str, Covered] | None = None, expired: bool = True, **found: Any
) -> datetime:
    """A worker takes the home `days` after the first day; by then what was open before is counted out, or isn't."""
    home.taken = Taken(FIRST + days * DAY, **found)
    horizons = await set_horizons(home, ACME if covered is None else covered, absence=DAY)
    if expired and KEY in home.open:
        home.expired = True
        await wait_out_quarantine(home, "acme-fi")
        home.expired = False
    return horizons.get("acme-fi", home.taken.at)


async def test_decision_12_the_horizon_is_the_brokers_time_and_stays(home: Any) -> None:
    assert await opened(home, 0) == await opened(home, 1) == FIRST


@pytest.mark.parametrize("covered", [{"acme-fi": Covered("nordic", active=False)}, {}], ids=["off", "not named"])
async def test_decision_12_a_company_that_is_back_has_a_new_horizon(home: Any, covered: dict[str, Covered]) -> None:
    """Another integration may have transferred its documents meanwhile."""
    await opened(home, 0)
    assert await opened(home, 2, covered) == FIRST + 2 * DAY
    assert (home.values, home.open) == ({}, {})
    assert await opened(home, 3) == await opened(home, 4) == FIRST + 3 * DAY


@pytest.mark.parametrize("silence", [timedelta(days=7), timedelta(days=-7)])
async def test_decision_12_a_gateway_that_was_off_for_long_looks_first(home: Any, silence: timedelta) -> None:
    """Accountants typed the urgent invoices by hand. A broker's clock that was set back tells no time at all."""
    await opened(home, 0)
    assert await opened(home, 1, silence=DAY) == FIRST
    assert await opened(home, 8, silence=silence) == FIRST + 8 * DAY
    assert seconds_until_known(home, "acme-fi") == 0.0


async def test_decision_12_the_horizons_of_a_home_are_set_in_one_transaction(home: Any) -> None:
    """Its records end the silence: a worker that died between two of them would have left the second as it was."""
    both = {**ACME, "bolt-fi": Covered("nordic", active=True)}
    await opened(home, 0, both)
    commits = list[int]()
    commit = home.commit

    async def counted(**what: Any) -> None:
        commits.append(len(what.get("writes", ())))
        await commit(**what)

    home.commit = counted
    await opened(home, 8, both, silence=timedelta(days=7))
    assert commits == [2]


async def test_decision_12_a_ledger_with_records_deleted_looks_first(home: Any) -> None:
    """The horizon was written again lately and outlived the documents."""
    await opened(home, 0)
    assert await opened(home, 1, start=500) == await opened(home, 2, start=500) == FIRST + DAY
    assert await opened(home, 3, start=0) == FIRST + 3 * DAY  # and so does another topic with the records of this one


async def test_decision_12_no_horizon_lies_ahead_of_the_brokers_clock(home: Any) -> None:
    """It was a year ahead for a moment: documents would be looked up for a year."""
    await opened(home, 365)
    assert await opened(home, 0) == FIRST


async def test_Q1_no_look_up_speaks_before_a_new_horizon_is_counted_out_by_whichever_owner(home: Any) -> None:
    """What the ledger has lost may be under way: it is counted out in full by one owner, like any open intent."""
    for days in (0, 1):  # the first owner died meanwhile
        assert await opened(home, days, expired=False) == FIRST
        assert seconds_until_known(home, "acme-fi") > 0
    home.expired = True
    await wait_out_quarantine(home, "acme-fi")
    assert (home.open, seconds_until_known(home, "acme-fi")) == ({}, 0.0)


async def test_Q1_whoever_needs_a_look_up_waits_until_the_horizon_is_counted_out(home: Any) -> None:
    await opened(home, 0, expired=False)
    seconds = [0.02, 0.01, 0.0]
    home.seconds_until_expired = lambda _: seconds.pop(0) if len(seconds) > 1 else seconds[0]
    await asyncio.wait_for(wait_out_quarantine(home, "acme-fi"), 5)
    assert (seconds, home.open) == ([0.0], {})


@pytest.mark.parametrize("records", [{"start": 500}, {}], ids=["trimmed", "new"])
async def test_Q1_a_horizon_is_counted_out_where_records_may_be_lost(home: Any, records: dict[str, int]) -> None:
    if records:
        await opened(home, 0)
    await opened(home, 1, expired=False, **records)
    assert seconds_until_known(home, "acme-fi") > 0


async def test_decision_12_a_horizon_of_a_version_before_is_read_and_written_again(home: Any) -> None:
    """It was the time alone, then the time and the organisation. Neither can say whose it is to be deleted."""
    for value in (FIRST.isoformat(), orjson.dumps({"at": FIRST.isoformat(), "organisation": "nordic"}).decode()):
        home.values = {KEY: value.encode(), "bolt-fi/horizon": FIRST.isoformat().encode()}
        assert await opened(home, 1) == FIRST
        assert b"nordic" in home.values[KEY]
        assert home.open == {}


@pytest.mark.parametrize("value", [b"{}", b"[1]", b"soon", b'{"at": 7, "organisation": "nordic"}'])
async def test_decision_12_a_horizon_that_cannot_be_read_is_none(home: Any, value: bytes) -> None:
    """Another version's; the worker and the other companies go on."""
    home.values = {KEY: value}
    assert await opened(home, 1) == FIRST + DAY


def test_decision_12_what_was_made_within_the_margin_is_looked_up() -> None:
    taken = replace(Taken(FIRST), start=1)
    assert looked_up_first(FIRST + DAY - timedelta(seconds=1), taken.at)
    assert not looked_up_first(FIRST + DAY, taken.at)
