"""A poll goes on whatever one answer or one document is like (decision 1, SPEC Q4)."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import AsyncMock

import pytest

from gateway.documents import DocumentKey, Kind
from gateway.errors import configuration, refuse, transient
from gateway.http import Silence
from gateway.ledger import HomeLost
from gateway.polling.poller import Poller
from gateway.polling.readers import Readers
from gateway.polling.sweep import sweep

KEY = DocumentKey("acme-fi", Kind.SALES_INVOICE, "8f0e")


class Desk:
    """What the readers need of a desk; `rested` documents rest from then on."""

    def __init__(self) -> None:
        self.company = SimpleNamespace(id="acme-fi")
        self.in_flight: dict[str, str] = {}
        self.rested: set[str] = set()
        self.unwritten, self.unexplained = {str(KEY)}, set[str]()
        self.second_looks: dict[str, float] = {str(KEY): 0.0}

    def later(self, key: str) -> None:
        self.rested.add(key)

    def resting(self, key: str) -> bool:
        return key in self.rested


async def test_decision_1_a_document_that_cannot_be_read_rests_and_the_next_is_read() -> None:
    desk, readers, read = Desk(), Readers(), list[str]()

    async def odd() -> bool:
        raise ValueError("a row of another kind")

    async def plain() -> bool:
        read.append("plain")
        return False

    readers.put(cast(Any, desk), "odd", odd)
    readers.put(cast(Any, desk), "plain", plain)
    await asyncio.gather(*readers._tasks.values(), return_exceptions=True)
    assert (read, desk.rested, desk.in_flight) == (["plain"], {"odd"}, {})


async def test_Q3_a_write_back_that_is_refused_rests_and_is_not_tried_each_poll() -> None:
    desk, readers, calls = Desk(), Readers(), 0

    async def refused(*_: Any) -> bool:
        nonlocal calls
        calls += 1
        raise refuse("SEVERA_REFUSED", operation="set status", said="locked")

    home = SimpleNamespace(intents=list, get=lambda _: None)
    intake = SimpleNamespace(home=home, readers=readers, desks={"acme-fi": desk}, write_back=refused, finish=refused)
    for _ in range(3):
        sweep(cast(Any, intake), set(), 0)
        await asyncio.gather(*readers._tasks.values(), return_exceptions=True)
    assert calls == 1


async def test_decision_14_a_key_that_severa_refuses_is_told_once_for_each_company() -> None:
    """No document can be read, so no attempt would ever tell."""
    told: list[str] = []

    async def refused() -> None:
        raise configuration("LOGIN_REFUSED", api="Severa", operation="token")

    async def commit(*, writes: Any = (), publish: Any = ()) -> None:
        told.extend(one.key.company for one in publish)

    desks = {
        name: SimpleNamespace(
            company=SimpleNamespace(id=name, active=active),
            hold=None,
            organisation="nordic",
            publish=lambda outcome: outcome,
            replayed=0,
        )
        for name, active in (("acme-fi", True), ("bolt-fi", True), ("off-fi", False))
    }
    intake = SimpleNamespace(
        home=SimpleNamespace(lost=None, commit=commit, next_sequence=lambda: (1, 1)),
        refresh=refused,
        severa=SimpleNamespace(silence=Silence()),
        organisation="nordic",
        polling=SimpleNamespace(interval_min=0.02, interval_max=0.02),
        readers=Readers(),
        desks=desks,
    )
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await Poller(cast(Any, intake), 8.0).run()
    assert told == ["acme-fi", "bolt-fi"]
    poller = Poller(cast(Any, intake), 8.0)
    await poller._hold(configuration("LOGIN_REFUSED", api="Severa", operation="token"))
    poller._probe()
    assert desks["acme-fi"].hold.probing()


async def test_decision_14_a_severa_that_is_down_holds_every_company_until_it_answers() -> None:
    told: list[str] = []

    async def commit(*, writes: Any = (), publish: Any = ()) -> None:
        told.extend(one.error.code for one in publish)

    now = 0.0
    silence = Silence(lambda: now)
    desk = SimpleNamespace(
        company=SimpleNamespace(id="acme-fi", active=True),
        delivery=SimpleNamespace(down_after=300.0),
        hold=None,
        organisation="nordic",
        publish=lambda outcome: outcome,
    )
    home = SimpleNamespace(commit=commit, next_sequence=lambda: (1, 1))
    poller = Poller(
        cast(Any, SimpleNamespace(desks={"a": desk}, severa=SimpleNamespace(silence=silence), home=home)), 8.0
    )
    silence.nothing_heard()
    for moment in (299.0, 301.0, 302.0):
        now = moment
        await poller._listen()
    assert (told, desk.hold is not None) == (["API_DOWN"], True)
    silence.heard(200)
    await poller._listen()
    assert desk.hold is None


async def test_Q4_no_fault_in_a_cycle_ends_the_poll_of_an_organisation(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that no model knows is told and asked for again; only the loss of the home ends it."""
    polling = SimpleNamespace(interval_min=0.0, interval_max=0.0)
    severa = SimpleNamespace(silence=Silence())
    intake: Any = SimpleNamespace(
        organisation="nordic", home=None, polling=polling, desks={}, readers=AsyncMock(), severa=severa
    )
    ends = [TypeError("no model has it"), transient("API_FAILED", api="Severa", operation="x"), HomeLost("gone")]
    cycle = AsyncMock(side_effect=ends)
    monkeypatch.setattr(Poller, "cycle", cycle)
    monkeypatch.setattr("gateway.polling.poller.Digests", AsyncMock)
    with pytest.raises(HomeLost):
        await Poller(intake, 8.0).run()
    assert cycle.await_count == 3
    intake.readers.close.assert_awaited_once()
