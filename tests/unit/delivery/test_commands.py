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


async def put_back(document: OneDocument) -> Command:
    """Transferred and put back with a change: revision 2 is refused, and its operator says "create it anyway"."""
    await document.transfer()
    await document.write_back(1)
    document.edit(status_id="before", order_number="second")
    await document.transfer()
    assert document.states[-1] == (2, "refused")
    return Command("nordic", CommandKind.CREATE_ANYWAY, document.key, document.now(), "me")


async def test_Q2_replayed_command_creates_nothing_later(document: OneDocument) -> None:
    """The commands topic is read again, when all offsets are reset."""
    command = await put_back(document)
    document.invoices[1] = replace(document.invoices[1], status="INVALIDATED")
    await obey(document.context, document.home, command)
    await document.transfer()
    await document.write_back(2)
    document.edit(status_id="before", order_number="third")
    for _ in range(2):
        await document.transfer()
        await obey(document.context, document.home, command)
    assert (document.valid, document.states[-2:]) == (1, [(2, "created"), (3, "refused")])


async def test_decision_11_late_command_is_for_the_revision_seen(
    document: OneDocument,
) -> None:
    """The edit's revision was refused first."""
    command = await put_back(document)
    document.edit(order_number="third")
    await document.transfer()
    await obey(document.context, document.home, command)
    await document.transfer()
    assert (document.valid, document.states[-1]) == (1, (3, "refused"))


@pytest.mark.parametrize("version_before", [False, True])
async def test_decision_11_command_during_a_retry_is_obeyed(document: OneDocument, version_before: bool) -> None:
    """The version before kept the time of the last refusal alone."""
    command = await put_back(document)
    if version_before:
        document.home.put(str(document.key), document.record.with_refusal(since=0.0).encode())
    await document.transfer()
    record = document.record
    assert record.refusal.since < command.at.timestamp() < record.refusal.at
    await obey(document.context, document.home, command)
    await document.transfer()
    assert (document.valid, document.states[-1]) == (2, (2, "created"))


async def test_decision_14_command_in_an_attempt_is_for_the_next(
    document: OneDocument,
) -> None:
    """The attempt has not seen it, and is refused once more: it is for the next one."""
    command = await put_back(document)
    read, home = document.context.procountor.invoice_if_there, document.home
    obeyed: list[asyncio.Task[None]] = []

    async def slow(invoice_id: int) -> Any:
        if not obeyed:
            obeyed.append(asyncio.create_task(obey(document.context, home, command)))
            await asyncio.sleep(0.01)
        return await read(invoice_id)

    document.context.procountor.invoice_if_there = slow
    async with document.hand:
        await document.transfer()
    await asyncio.gather(*obeyed)
    assert (document.valid, document.states[-1]) == (1, (2, "refused"))
    await document.transfer()
    assert (document.valid, document.states[-1]) == (2, (2, "created"))


async def test_decision_14_release_revives_no_ending_hold(document: OneDocument) -> None:
    document.context.hold = Hold("RIGHTS_MISSING", "c", "m", "2026", 15.0, 0.0)
    command = Command("nordic", CommandKind.RELEASE, ACME, document.now(), "me")
    await asyncio.gather(obey(document.context, document.home, command), clear_hold(document.context, document.home))
    assert document.context.hold is None


async def test_decision_14_ledger_says_what_a_command_can_do(document: OneDocument) -> None:
    """The command asks it before it sends anything, the worker when it obeys."""

    def why(kind: CommandKind, about: DocumentKey = document.key) -> str:
        return nothing_to_do(document.home, Command("nordic", kind, about, document.now(), "me"))

    assert "no outcome of this document" in why(CommandKind.RETRY)
    assert why(CommandKind.RELEASE, ACME) == "the company is not on hold"
    assert "doesn't know" in why(CommandKind.CONFIRM_UNIT, TEAM)
    document.home.put(hold_key("acme-fi"), b"{}")
    document.home.put(unit_key("nordic", "team"), b"bolt-fi")
    assert why(CommandKind.RELEASE, ACME) == why(CommandKind.CONFIRM_UNIT, TEAM) == ""
    document.refusal = refuse("VAT_MISSING", row=1, text="x")
    await document.transfer()
    assert why(CommandKind.ADOPT) == ""
    document.refusal = None
    await document.transfer()
    assert why(CommandKind.ADOPT) == "the document is not refused: it is settled"
    kept_in_step = DocumentKey("acme-fi", Kind.COST_ALLOCATION, "6001-1")
    assert "there is no invoice to adopt" in why(CommandKind.ADOPT, kept_in_step)


async def test_Q2_a_replayed_word_about_a_unit_does_not_move_it_back(document: OneDocument) -> None:
    now = document.now()
    first = Command("nordic", CommandKind.CONFIRM_UNIT, TEAM, now, "me")
    second = replace(first, key=replace(TEAM, company="bolt-fi"), at=now + timedelta(days=1))
    document.home.put(unit_key("nordic", "team"), b"acme-fi")
    pins = list[bytes]()
    for command in (first, second, first):
        await obey(document.context, document.home, command)
        pins.append(document.home.stored[unit_key("nordic", "team")])
    assert pins == [b"acme-fi", b"bolt-fi", b"bolt-fi"]


@pytest.mark.parametrize("end", ["lost", "busy"])
async def test_Q1_void_command_forgets_no_invoice(document: OneDocument, end: str) -> None:
    """Nothing was made by it; the edit's revision is asked about again, each time it is tried."""
    await put_back(document)
    await document.ask(CommandKind.CREATE_ANYWAY)
    document.procountor.posts = [end]
    await document.transfer()
    document.edit(order_number="third")
    for _ in range(2):
        await document.transfer()
    assert (document.valid, (3, "refused") in document.states) == (1, True)


async def test_Q2_used_command_creates_nothing_when_replayed(
    document: OneDocument,
) -> None:
    """Its one attempt was refused for another reason; months later the offsets are reset. A later command is obeyed."""
    command = await put_back(document)
    await obey(document.context, document.home, command)
    document.refusal = refuse("PERIOD_CLOSED", said="closed")
    await document.transfer()
    document.refusal = None
    for _ in range(2):
        await obey(document.context, document.home, command)
        await document.transfer()
    assert (document.valid, VOID in str(document.outcomes)) == (1, False)
    await obey(document.context, document.home, replace(command, at=document.now()))
    await document.transfer()
    assert (document.valid, document.states[-1]) == (2, (2, "created"))


async def test_Q2_a_release_that_was_obeyed_releases_no_later_hold(document: OneDocument) -> None:
    home, held = document.home, Hold("RIGHTS_MISSING", "c", "m", "2026", 15.0, 9e12)
    command = Command("nordic", CommandKind.RELEASE, ACME, document.now(), "me")
    for probe in (0.0, 9e12):
        document.context.hold = held
        await obey(document.context, home, command)
        assert document.context.hold.next_probe == probe
