"""Decisions 11, 14: what an operator asked for holds for what that operator has seen, however often it is read."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gateway.delivery.commands import nothing_to_do, obey
from gateway.delivery.hold_actions import clear_hold
from gateway.delivery.holds import Hold
from gateway.delivery.transfer import VOID
from gateway.documents import Command, CommandKind, DocumentKey, Kind
from gateway.documents.ledger_keys import hold_key, unit_key
from gateway.errors import refuse
from tests.unit.one_document import OneDocument

ACME, TEAM = DocumentKey("acme-fi", Kind.COMPANY, "acme-fi"), DocumentKey("acme-fi", Kind.BUSINESS_UNIT, "team")


async def put_back(one: OneDocument) -> Command:
    """Transferred and put back with a change: revision 2 is refused, and its operator says "create it anyway"."""
    await one.transfer()
    await one.write_back(1)
    one.edit(status_id="before", order_number="second")
    await one.transfer()
    assert one.states[-1] == (2, "refused")
    return Command("nordic", CommandKind.CREATE_ANYWAY, one.key, one.now(), "me")


async def test_Q2_a_replayed_command_creates_nothing_of_a_later_revision(one: OneDocument) -> None:
    """The commands topic is read again, when all offsets are reset."""
    command = await put_back(one)
    one.invoices[1] = replace(one.invoices[1], status="INVALIDATED")
    await obey(one.context, one.home, command)
    await one.transfer()
    await one.write_back(2)
    one.edit(status_id="before", order_number="third")
    for _ in range(2):
        await one.transfer()
        await obey(one.context, one.home, command)
    assert (one.valid, one.states[-2:]) == (1, [(2, "created"), (3, "refused")])


async def test_decision_11_a_command_that_is_obeyed_late_holds_for_what_its_operator_has_seen(one: OneDocument) -> None:
    """The edit's revision was refused first."""
    command = await put_back(one)
    one.edit(order_number="third")
    await one.transfer()
    await obey(one.context, one.home, command)
    await one.transfer()
    assert (one.valid, one.states[-1]) == (1, (3, "refused"))


@pytest.mark.parametrize("version_before", [False, True])
async def test_decision_11_a_command_may_come_while_its_refusal_is_tried_again(
    one: OneDocument, version_before: bool
) -> None:
    """The version before kept the time of the last refusal alone."""
    command = await put_back(one)
    if version_before:
        one.home.put(str(one.key), one.record.with_refusal(since=0.0).encode())
    await one.transfer()
    record = one.record
    assert record.refusal.since < command.at.timestamp() < record.refusal.at
    await obey(one.context, one.home, command)
    await one.transfer()
    assert (one.valid, one.states[-1]) == (2, (2, "created"))


async def test_decision_14_a_command_that_comes_during_an_attempt_is_not_used_up_by_its_end(one: OneDocument) -> None:
    """The attempt has not seen it, and is refused once more: it is for the next one."""
    command = await put_back(one)
    read, home = one.context.procountor.invoice_if_there, one.home
    obeyed: list[asyncio.Task[None]] = []

    async def slow(invoice_id: int) -> Any:
        if not obeyed:
            obeyed.append(asyncio.create_task(obey(one.context, home, command)))
            await asyncio.sleep(0.01)
        return await read(invoice_id)

    one.context.procountor.invoice_if_there = slow
    async with one.hand:
        await one.transfer()
    await asyncio.gather(*obeyed)
    assert (one.valid, one.states[-1]) == (1, (2, "refused"))
    await one.transfer()
    assert (one.valid, one.states[-1]) == (2, (2, "created"))


async def test_decision_14_a_release_does_not_bring_back_a_hold_that_ends_meanwhile(one: OneDocument) -> None:
    one.context.hold = Hold("RIGHTS_MISSING", "c", "m", "2026", 15.0, 0.0)
    command = Command("nordic", CommandKind.RELEASE, ACME, one.now(), "me")
    await asyncio.gather(obey(one.context, one.home, command), clear_hold(one.context, one.home))
    assert one.context.hold is None


async def test_decision_14_what_a_command_can_do_is_known_from_the_ledger(one: OneDocument) -> None:
    """The command asks it before it sends anything, the worker when it obeys."""

    def why(kind: CommandKind, about: DocumentKey = one.key) -> str:
        return nothing_to_do(one.home, Command("nordic", kind, about, one.now(), "me"))

    assert "nothing of the document is known" in why(CommandKind.RETRY)
    assert why(CommandKind.RELEASE, ACME) == "the company is not held"
    assert "not known" in why(CommandKind.CONFIRM_UNIT, TEAM)
    one.home.put(hold_key("acme-fi"), b"{}")
    one.home.put(unit_key("nordic", "team"), b"bolt-fi")
    assert why(CommandKind.RELEASE, ACME) == why(CommandKind.CONFIRM_UNIT, TEAM) == ""
    one.refusal = refuse("VAT_MISSING", row=1, text="x")
    await one.transfer()
    assert why(CommandKind.ADOPT) == ""
    one.refusal = None
    await one.transfer()
    assert why(CommandKind.ADOPT) == "the document is not refused: it is settled"


async def test_Q2_a_replayed_word_about_a_unit_does_not_move_it_back(one: OneDocument) -> None:
    now = one.now()
    first = Command("nordic", CommandKind.CONFIRM_UNIT, TEAM, now, "me")
    second = replace(first, key=replace(TEAM, company="bolt-fi"), at=now + timedelta(days=1))
    one.home.put(unit_key("nordic", "team"), b"acme-fi")
    pins = list[bytes]()
    for command in (first, second, first):
        await obey(one.context, one.home, command)
        pins.append(one.home.stored[unit_key("nordic", "team")])
    assert pins == [b"acme-fi", b"bolt-fi", b"bolt-fi"]


@pytest.mark.parametrize("end", ["lost", "busy"])
async def test_Q1_a_command_that_is_void_before_its_post_had_an_end_has_forgotten_no_invoice(
    one: OneDocument, end: str
) -> None:
    """Nothing was made by it; the edit's revision is asked about again, each time it is tried."""
    await put_back(one)
    await one.ask(CommandKind.CREATE_ANYWAY)
    one.procountor.posts = [end]
    await one.transfer()
    one.edit(order_number="third")
    for _ in range(2):
        await one.transfer()
    assert (one.valid, (3, "refused") in one.states) == (1, True)


async def test_Q2_a_command_that_was_used_up_creates_nothing_when_its_topic_is_read_again(one: OneDocument) -> None:
    """Its one attempt was refused for another reason; months later the offsets are reset. A later command is obeyed."""
    command = await put_back(one)
    await obey(one.context, one.home, command)
    one.refusal = refuse("PERIOD_CLOSED", said="closed")
    await one.transfer()
    one.refusal = None
    for _ in range(2):
        await obey(one.context, one.home, command)
        await one.transfer()
    assert (one.valid, VOID in str(one.told)) == (1, False)
    await obey(one.context, one.home, replace(command, at=one.now()))
    await one.transfer()
    assert (one.valid, one.states[-1]) == (2, (2, "created"))


async def test_Q2_a_release_that_was_obeyed_releases_no_later_hold(one: OneDocument) -> None:
    home, held = one.home, Hold("RIGHTS_MISSING", "c", "m", "2026", 15.0, 9e12)
    command = Command("nordic", CommandKind.RELEASE, ACME, one.now(), "me")
    for probe in (0.0, 9e12):
        one.context.hold = held
        await obey(one.context, home, command)
        assert one.context.hold.next_probe == probe
