"""Looks at a source whose objects are kept in step (ADR 31): the cursor, the window, pauses, and an operator's word."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from gateway.delivery.commands import obey
from gateway.delivery.pauses import known_pause
from gateway.documents import Command, CommandKind, DocumentKey, Kind
from gateway.documents.ledger_keys import cursor_key
from gateway.errors import GatewayError, configuration
from gateway.polling.sync_poller import WINDOW
from tests.unit.one_object import KIND, OneObject, a_cost

CURSOR = cursor_key("acme-fi", KIND)


async def test_ADR_31_cursor_is_kept_once_all_before_it_is_published() -> None:
    one = OneObject()
    await one.poll()
    assert (one.home.get(CURSOR), one.source.looks) == (b"c1", [("", "")])
    one.take_over()
    await one.poll()
    assert one.source.looks[-1] == ("c1", "")


async def test_ADR_31_change_during_an_attempt_is_not_lost() -> None:
    """The object changes again while its event is under way: the cursor waits until it was published once more."""
    one = OneObject()
    await one.poll()
    one.edit("wood")
    one.source.cursor = "c2"
    assert await one.poll() == 0
    assert one.home.get(CURSOR) == b"c1"
    await one.handle()
    await one.run()
    assert (one.states, one.texts, one.home.get(CURSOR)) == (["created", "updated"], ["wood"], b"c2")


async def test_Q4_at_most_a_window_of_objects_is_under_way() -> None:
    one = OneObject()
    one.source.objects = {f"7-{n}": a_cost(f"7-{n}") for n in range(WINDOW + 3)}
    poll = asyncio.create_task(one.poll())
    while len(one.events) < WINDOW:  # noqa: ASYNC110 - published by the poll
        await asyncio.sleep(0)
    await asyncio.sleep(0.15)
    assert (len(one.events), sum(one.context.in_flight.values())) == (WINDOW, 0)
    for event in list(one.events):
        await one.handle(event)
    assert await poll == WINDOW + 3


async def test_ADR_30_operator_lets_pass_what_was_reported_and_no_more() -> None:
    one = OneObject()
    one.source.error = _too_many(20)
    for _ in range(2):
        await one.poll()
        one.pass_time(20)
    assert (one.codes, one.texts) == (["DIMENSION_CHANGES_TOO_MANY"], [])
    await obey(one.context, one.home, _release(one))
    one.take_over()
    paused = known_pause(one.home, "acme-fi", KIND)
    assert paused is not None
    one.context.pauses = {KIND: paused}  # as a home that opens reads it
    one.source.error = _too_many(25)
    assert await one.poll() == 0
    await obey(one.context, one.home, _release(one))
    await one.run()
    assert (one.texts, one.context.pauses, len(one.codes)) == (["steel"], {}, 2)


async def test_S20_flow_that_was_off_looks_at_everything() -> None:
    """Events that it met while it was off were withdrawn, and the cursor is past them."""
    one = OneObject()
    await one.run()
    on = one.context.company
    one.context.company = on.model_copy(update={"purchases": on.purchases.model_copy(update={"enabled": False})})
    assert (await one.poll(), one.home.get(CURSOR)) == (0, None)
    one.context.company = on
    await one.poll()
    assert (one.source.looks[-1], one.home.get(CURSOR)) == (("", ""), b"c1")


async def test_decision_14_look_that_fails_for_long_pauses_the_flow() -> None:
    one = OneObject()
    one.source.broken = ValueError("unreadable")
    for _ in range(2):
        await one.poll()
        assert (one.codes == ["LOOK_FAILED"]) is (one.wall > one.began + 1)
        one.pass_time(one.context.delivery.down_after)
    one.source.broken = None
    await one.run()
    assert (one.context.pauses, one.texts) == ({}, ["steel"])


def _too_many(count: int) -> GatewayError:
    return configuration("DIMENSION_CHANGES_TOO_MANY", dimension="P", closing=count, renaming=0, count=count, items=30)


def _release(one: OneObject) -> Command:
    one.pass_time()
    key = DocumentKey("acme-fi", Kind.COMPANY, "acme-fi")
    return Command("nordic", CommandKind.RELEASE, key, datetime.fromtimestamp(one.wall, UTC), "me")
