"""Objects that are kept in step with their source (ADR 31), by the real poll and delivery over a ledger in memory."""

from __future__ import annotations

import asyncio

from gateway.delivery.record import State, is_done
from gateway.errors import configuration, refuse, transient
from tests.unit.one_object import OneObject


async def test_F3_object_is_created_once_and_stays_known() -> None:
    one = OneObject()
    await one.run()
    assert (one.states, one.texts, one.record.memo) == (["created"], ["steel"], "steel")
    assert one.record.write_back.done and not is_done(one.record.encode())
    assert await one.poll() == 0


async def test_F3_change_at_the_source_updates_the_target() -> None:
    one = OneObject()
    await one.run()
    one.edit("wood")
    await one.run()
    assert (one.states, one.texts) == (["created", "updated"], ["wood"])
    assert one.outcomes[-1].notes == ("put there",)


async def test_Q1_call_without_answer_is_seen_by_the_next_plan() -> None:
    for end, calls in (("lost", 2), ("silent", 1)):
        one = OneObject()
        one.target.ends = [end]
        await one.run()
        assert (one.states, len(one.home.open)) == ([], 1)
        one.pass_time()
        await one.run()
        assert (one.states, one.texts, one.target.calls, one.home.open) == (["created"], ["steel"], calls, {})


async def test_decision_9_intent_stays_open_until_a_plan_has_looked() -> None:
    one = OneObject()
    one.target.ends = ["silent"]
    await one.run()
    one.target.refusal = refuse("SEVERA_REFUSED", operation="list", said="locked")
    one.pass_time()
    await one.run()
    assert (one.states, len(one.home.open)) == (["refused"], 1)
    one.target.refusal = None
    one.pass_time(4000)
    await one.run()
    assert (one.states, one.target.calls, one.home.open) == (["refused", "created"], 1, {})


async def test_Q1_memo_outlives_a_death_between_calls() -> None:
    """It took the old text away. Nothing in the target says so, and the outcome must."""
    one = OneObject()
    await one.run()
    one.edit("wood")
    one.target.ends = ["done", asyncio.CancelledError()]
    await one.poll()
    try:
        await one.handle()
    except asyncio.CancelledError:
        one.take_over()
    one.pass_time()
    await one.handle(live=False)  # it is read again
    assert (one.target.memos, one.texts) == (["", "steel", "-steel"], ["wood"])
    assert one.states == ["created", "updated"]


async def test_Q1_memo_outlives_a_refusal_between_calls() -> None:
    one = OneObject()
    await one.run()
    one.edit("wood")
    one.target.ends = ["done", refuse("SEVERA_REFUSED", operation="create", said="locked")]
    await one.run()
    assert (one.states, one.texts, one.record.memo, one.home.open) == (["created", "refused"], [], "-steel", {})
    one.pass_time(4000)
    await one.run()
    assert (one.states[2:], one.texts) == (["updated"], ["wood"])


async def test_Q3_refusal_is_reported_once_and_retried_after_an_hour() -> None:
    one = OneObject()
    one.target.refusal = refuse("SEVERA_REFUSED", operation="create", said="locked")
    await one.run()
    assert await one.poll() == 0
    one.pass_time(4000)
    await one.run()
    assert one.states == ["refused"]
    one.target.refusal = None
    one.take_over()
    one.context.refused.add(str(one.key))  # as recalled
    one.pass_time(4000)
    await one.run()
    assert (one.states, one.context.refused) == (["refused", "created"], set())


async def test_decision_9_three_rounds_without_an_answer_ask_a_person() -> None:
    one = OneObject()
    one.target.ends = ["lost"] * 9
    for _ in range(5):
        await one.run()
        one.pass_time(4000)
    assert (one.target.calls, one.states, len(one.home.open)) == (3, ["refused"], 1)


async def test_decision_14_cause_of_all_pauses_the_flow_alone() -> None:
    """One report, one end; the object is tried again with growing distance, and ends the pause itself."""
    one = OneObject()
    one.target.refusal = configuration("RIGHTS_MISSING", api="Severa", operation="create", said="no")
    await one.run()
    for _ in range(3):
        one.pass_time(700)
        await one.run()
    assert (one.context.hold, list(one.context.pauses), one.codes) == (None, [one.flow.kind], ["RIGHTS_MISSING"])
    one.target.refusal = None
    one.pass_time(700)
    await one.run()
    assert (one.context.pauses, one.states) == ({}, ["created"])
    assert [one.key.id for one in one.outcomes if one.state.value == "withdrawn"] == ["cost-allocation"]


async def test_Q1_event_that_is_read_again_applies_no_older_content() -> None:
    one = OneObject()
    await one.run()
    old = one.events[-1]
    one.edit("wood")
    await one.run()
    await one.handle(old, live=False)
    assert (one.texts, one.states) == (["wood"], ["created", "updated"])


async def test_Q1_event_read_again_is_compared_with_its_source() -> None:
    """The ledger knows nothing of the object yet, so only its source can say that the event is outdated."""
    one = OneObject()
    await one.poll()
    one.edit("wood")
    await one.handle(live=False)
    assert (one.texts, one.states) == ([], [])
    await one.run()
    assert (one.texts, sorted(one.states)) == (["wood"], ["created", "superseded"])


async def test_F6_outcome_after_a_lost_ledger_is_the_newest() -> None:
    """The event was refused in a ledger that is lost. It is redelivered, and transferred: that is current."""
    one = OneObject()
    one.target.refusal = refuse("SEVERA_REFUSED", operation="create", said="locked")
    await one.run()
    refused, one.target.refusal = one.outcomes[-1], None
    one.lose_ledger()
    await one.handle(live=False, old=True)
    created = one.outcomes[-1]
    assert (refused.state.value, created.state.value) == ("refused", "created")
    assert created.revision.sequence > refused.revision.sequence


async def test_F6_revision_that_another_one_overtakes_has_an_outcome() -> None:
    one = OneObject()
    one.target.refusal = transient("API_DOWN", api="Severa")
    await one.run()
    one.target.refusal = None
    one.edit("wood")
    one.pass_time()
    await one.run()
    assert sorted(one.states) == ["created", "superseded"]


async def test_S20_flow_that_is_off_changes_nothing() -> None:
    one = OneObject()
    await one.poll()
    company = one.context.company
    off = company.purchases.model_copy(update={"enabled": False})
    one.context.company = company.model_copy(update={"purchases": off})
    await one.handle()
    assert (one.states, one.texts, await one.poll()) == (["withdrawn"], [], 0)
    one.context.company = company
    await one.run()
    assert (one.states, one.texts) == (["withdrawn", "created"], ["steel"])


async def test_F6_object_that_is_gone_before_its_end_is_withdrawn() -> None:
    one = OneObject()
    one.target.refusal = refuse("SEVERA_REFUSED", operation="create", said="locked")
    await one.run()
    one.source.objects.clear()
    one.pass_time(4000)
    await one.run()
    assert (one.states, one.record.state) == (["refused", "withdrawn"], State.WITHDRAWN)
