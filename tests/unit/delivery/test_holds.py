"""Decision 14: what holds a company, what is told of it, and what takes it off."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from typing import Any, cast

import pytest

from gateway.delivery import transfer as transfers
from gateway.delivery.holding import hold
from gateway.delivery.holds import MOVED, Hold, hold_key, known_hold
from gateway.documents import Kind
from gateway.errors import configuration, refuse, transient
from tests.unit.delivery.one_document import OneDocument


@pytest.fixture
def one(monkeypatch: pytest.MonkeyPatch) -> OneDocument:
    return OneDocument(monkeypatch)


async def another_goes_over(one: OneDocument, number: int) -> None:
    """Another document of the same company."""
    other = copy(one)
    other.head, other.key = replace(one.head, id=f"{number}", number=number), replace(one.key, id=f"{number}")
    await other.transfer()
    assert other.states[-1] == (1, "created")


def holds(one: OneDocument) -> list[tuple[str, str]]:
    """Companies whose hold was told, each with the cause's code."""
    return [(told.key.id, told.error.code) for told in one.home.told if told.key.kind is Kind.COMPANY and told.error]


async def test_decision_14_an_api_that_is_down_for_reads_too_holds_the_company_once(
    one: OneDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not before minutes have gone; a probe tells nothing anew; any answer takes the hold off, and no other hold."""
    now = 0.0
    one.silence.clock = lambda: now
    one.refusal = transient("API_UNREACHABLE", api="Procountor")
    one.silence.nothing_heard()
    await one.transfer()
    assert one.desk.hold is None
    now = 301.0
    await one.transfer()
    assert one.desk.hold is None  # nothing was asked meanwhile
    one.silence.nothing_heard()
    await one.transfer()
    one.desk.hold = held = replace(one.desk.hold, next_probe=0.0)
    await one.transfer()
    assert [told.error.code for told in one.home.told if told.error] == ["API_DOWN"]
    assert one.desk.hold.wait == 2 * held.wait
    one.silence.heard(200)
    one.desk.hold = Hold("LOGIN_REFUSED", "c", "m", "2026", 15.0, 0.0)
    await one.transfer()
    assert one.desk.hold.code == "LOGIN_REFUSED"
    one.desk.hold = held
    await one.transfer()
    assert one.desk.hold is None


async def test_decision_14_a_withdrawal_does_not_end_a_hold(one: OneDocument) -> None:
    """It was the probe, and asked Procountor nothing: whether the key works now isn't known."""
    event = one.event()
    one.edit(status_id="draft")
    one.desk.hold = held = Hold("LOGIN_REFUSED", "c", "m", "2026", 15.0, 0.0)
    await one.transfer(event, live=False)
    assert (one.states, one.desk.hold) == ([(1, "withdrawn")], held)
    one.edit(status_id="before")
    await one.transfer()
    assert (one.states[-1], one.desk.hold) == ((2, "created"), None)


async def test_decision_14_a_hold_ends_when_the_document_that_met_its_cause_goes_over(one: OneDocument) -> None:
    """An invoice that needs no dimension goes over all the while: that says nothing, and nothing is told anew."""
    told = [("acme-fi", "DIMENSION_MISSING")]
    for number in (2001, 2002):
        one.refusal = configuration("DIMENSION_MISSING", dimension="Project", count=0, there="none")
        await one.transfer()
        one.desk.hold = replace(one.desk.hold, next_probe=0.0)
        one.refusal = None
        await another_goes_over(one, number)
        assert holds(one) == told
    await one.transfer()
    assert (one.desk.hold, holds(one)) == (None, told)
    assert hold_key("acme-fi") not in one.home.values


async def test_decision_14_a_hold_ends_with_any_document_once_the_one_that_met_its_cause_had_its_end(
    one: OneDocument,
) -> None:
    one.refusal = configuration("DIMENSION_MISSING", dimension="Project", count=0, there="none")
    await one.transfer()
    one.desk.hold = replace(one.desk.hold, next_probe=0.0)
    one.refusal = refuse("VAT_MISSING", row=1, text="x")
    await one.transfer()
    one.refusal = None
    assert one.desk.hold is not None
    await another_goes_over(one, 2001)
    assert one.desk.hold is None


async def test_decision_14_causes_that_come_by_turns_are_each_told_once(one: OneDocument) -> None:
    """Two dimensions are missing, or what was under way meets the cause that the company is held for already."""
    for dimension in ("Project", "Unit", "Project", "Unit"):
        one.refusal = configuration("DIMENSION_MISSING", dimension=dimension, count=0, there="none")
        await one.transfer()
        one.desk.hold = replace(one.desk.hold, next_probe=0.0)
    assert len(holds(one)) == 2
    one.desk.hold = held = replace(one.desk.hold, next_probe=9e12)
    await hold(one.desk, cast(Any, one.home), one.refusal)
    assert one.desk.hold is held
    one.desk.hold = replace(held, next_probe=0.0)
    one.refusal = None
    await one.transfer()
    assert one.desk.hold is None


async def test_decision_14_another_cause_makes_no_probe_come_sooner(one: OneDocument) -> None:
    """A number that Procountor doesn't keep is probed by an invoice at the company's own risk, once a day."""
    home = cast(Any, one.home)
    await hold(one.desk, home, configuration("ECHO_MISSING", number=1001))
    daily = one.desk.hold.next_probe
    await hold(one.desk, home, configuration("RIGHTS_MISSING", api="Severa", operation="set status"), by=MOVED)
    assert (one.desk.hold.code, one.desk.hold.next_probe) == ("RIGHTS_MISSING", daily)
    again = known_hold(home, "acme-fi")
    assert again is not None
    assert again.next_probe == daily


async def test_decision_14_what_was_found_in_procountor_has_not_shown_that_a_bank_account_is_there(
    one: OneDocument,
) -> None:
    """It needs none, so the hold would end with it, and be told anew with the next invoice."""
    one.posts = ["made"]
    await one.transfer()
    other = copy(one)
    other.head, other.key = replace(one.head, id="2001", number=2001), replace(one.key, id="2001")
    one.refusal = configuration("BANK_ACCOUNT_MISSING", company="acme-fi", currency="EUR")
    for document in (other, one, other):
        await document.transfer()
        one.desk.hold = replace(one.desk.hold, next_probe=0.0)
    assert one.states[-1] == (1, "created")
    assert holds(one) == [("acme-fi", "BANK_ACCOUNT_MISSING")]
    one.refusal = None
    await other.transfer()
    assert one.desk.hold is None


async def test_decision_14_what_was_under_way_when_a_hold_began_does_not_end_it(one: OneDocument) -> None:
    """Several go over side by side when the key is refused: with each of them it would be told anew."""
    create = one.desk.procountor.create_invoice
    refused = configuration("LOGIN_REFUSED", api="Procountor", operation="create invoice")

    async def refused_meanwhile(*what: Any) -> Any:
        made = await create(*what)
        await hold(one.desk, cast(Any, one.home), refused)
        return made

    one.desk.procountor.create_invoice = refused_meanwhile
    await one.transfer()
    assert one.states[-1] == (1, "created")
    assert one.desk.hold is not None
    one.desk.hold = replace(one.desk.hold, next_probe=0.0)
    one.desk.procountor.create_invoice = create
    await another_goes_over(one, 2001)
    assert one.desk.hold is None


async def test_decision_14_an_attempt_that_began_before_its_company_was_held_makes_nothing(
    one: OneDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another document met the cause while this one read its registers; it comes again as a probe."""
    prepare = transfers.prepare

    async def held_meanwhile(work: Any) -> Any:
        prepared = await prepare(work)
        await hold(one.desk, cast(Any, one.home), configuration("ECHO_MISSING", number=1001))
        return prepared

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(transfers, "prepare", held_meanwhile)
        await one.transfer()
    assert (one.invoices, one.home.open) == ({}, {})
    one.desk.hold = replace(one.desk.hold, next_probe=0.0)
    await one.transfer()
    assert one.valid == 1


async def test_decision_14_an_event_that_begins_nothing_does_not_end_a_hold(one: OneDocument) -> None:
    """Its older revision is in Procountor; the document was changed once more."""
    await one.transfer()
    one.edit(order_number="second")
    event = one.event()
    one.edit(order_number="third")
    one.desk.hold = held = Hold("LOGIN_REFUSED", "c", "m", "2026", 15.0, 0.0, {"c": ""})
    await one.transfer(event, live=False)
    assert (one.states[-1], one.desk.hold) == ((2, "superseded"), held)


async def test_decision_14_a_hold_of_the_version_before_ends_with_the_next_document(one: OneDocument) -> None:
    value = b'{"code":"X","cause":"c","message":"m","since":"2026-01-01T00:00:00+00:00","wait":15.0,"next_probe":9e12}'
    one.home.values[hold_key("acme-fi")] = value
    one.desk.hold = known_hold(cast(Any, one.home), "acme-fi")
    await one.transfer()
    assert one.desk.hold is None


async def test_decision_14_the_probe_of_a_held_company_does_not_believe_what_was_read_before(one: OneDocument) -> None:
    """A bank account that is missing is judged by a list that is believed for an hour: the mend would not be seen."""
    doubts: list[bool] = []
    one.desk.registers.doubt = lambda: doubts.append(True)
    await one.transfer()
    assert not doubts
    one.edit(order_number="newer")
    one.desk.hold = Hold("BANK_ACCOUNT_MISSING", "c", "m", "2026", 15.0, 0.0)
    await one.transfer()
    assert doubts
