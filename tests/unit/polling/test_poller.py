"""A poll goes on whatever one answer or one document is like (decision 1, SPEC Q4)."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import AsyncMock

import pytest

from gateway.delivery.holding import went_over
from gateway.errors import configuration, transient
from gateway.http import Silence
from gateway.ledger import HomeLost
from gateway.polling.poller import Poller
from gateway.polling.readers import Readers


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
        stopped_by="",
    )
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await Poller(cast(Any, intake), 8.0).run()
    assert told == ["acme-fi", "bolt-fi"]
    poller = Poller(cast(Any, intake), 8.0)
    await poller._hold(configuration("LOGIN_REFUSED", api="Severa", operation="token"))
    await poller._probe()
    assert desks["acme-fi"].hold.probing()
    await went_over(cast(Any, desks["acme-fi"]), cast(Any, SimpleNamespace(get=lambda key: None)))
    assert desks["acme-fi"].hold is not None  # one that was under way says nothing of Severa's key
    poller._listed, intake.stopped_by = 1, "an invoice further down, whose company Severa refused to tell"
    await poller._probe()
    assert desks["acme-fi"].hold is not None  # else it is told anew each time that the list comes to it
    intake.stopped_by = ""
    await poller._probe()
    assert desks["acme-fi"].hold is None


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
        silence.nothing_heard()
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
