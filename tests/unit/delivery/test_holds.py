"""Decision 14: what holds a company, what is reported of it, and what ends a hold."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any
from unittest.mock import AsyncMock

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.delivery.hold_actions import place_hold, stage_passed, track_outage
from gateway.delivery.holds import DAILY, PROBE, Hold, Stage, known_hold, known_reports
from gateway.delivery.wall_clock import is_due
from gateway.documents import Kind
from gateway.documents.ledger_keys import hold_key
from gateway.errors import configuration, refuse, transient
from tests.unit.one_document import OneDocument

DAY, YEAR = 86_400.0, 365 * 86_400.0
LOGIN = Hold("LOGIN_REFUSED", "c", "m", "2026", 15.0, 0.0)


def missing(dimension: str) -> Any:
    return configuration("DIMENSION_MISSING", dimension=dimension, count=0, there="none")


def reported(one: OneDocument) -> list[str]:
    """Codes of the causes that were reported of the company."""
    return [told.error.code for told in one.told if told.key.kind is Kind.COMPANY and told.error]


async def another_is_transferred(one: OneDocument, number: int) -> None:
    """Another document of the same company."""
    other = one.another(number)
    await other.transfer()
    assert other.states[-1] == (1, "created")


async def test_decision_14_an_api_that_is_down_for_reads_too_holds_the_company_once(one: OneDocument) -> None:
    """Not before minutes have gone; a probe reports nothing more; any answer ends this hold, and no other."""
    now = 0.0
    one.procountor.silence.clock = lambda: now
    one.refusal = transient("API_UNREACHABLE", api="Procountor")
    one.procountor.silence.no_answer()
    await one.transfer()
    assert one.context.hold is None
    now = 301.0
    await one.transfer()
    assert one.context.hold is None  # nothing was asked meanwhile
    one.procountor.silence.no_answer()
    await one.transfer()
    held = one.context.hold
    one.wall += held.wait
    await one.transfer()
    assert (reported(one), one.context.hold.wait) == (["API_DOWN"], 2 * held.wait)
    one.procountor.silence.answered(200)
    one.context.hold = LOGIN
    await one.transfer()
    assert one.context.hold == LOGIN
    one.context.hold = replace(held, next_probe=0.0)
    await one.transfer()
    assert one.context.hold is None


async def test_decision_14_a_probe_that_does_not_meet_the_cause_ends_the_hold(one: OneDocument) -> None:
    one.refusal = configuration("LOGIN_REFUSED", api="Procountor", operation="token")
    await one.transfer()
    one.refusal = None
    await one.transfer()
    assert one.states == [(1, "refused")]  # that of the company: its probe isn't due
    one.wall += PROBE[0]
    await one.transfer()
    assert (one.states[-1], one.context.hold) == ((1, "created"), None)
    assert hold_key("acme-fi") not in one.home.stored


async def test_decision_14_a_probe_that_is_refused_ends_the_hold_too(one: OneDocument) -> None:
    """Else a company without another document stays held."""
    one.context.hold, one.refusal = LOGIN, refuse("VAT_MISSING", row=1, text="x")
    await one.transfer()
    assert one.context.hold is None


@pytest.mark.parametrize("end", ["withdrawn", "superseded"])
async def test_decision_14_a_probe_that_asks_nobody_does_not_end_the_hold(one: OneDocument, end: str) -> None:
    event = one.event()
    one.edit(**{"status_id": "draft"} if end == "withdrawn" else {"order_number": "newer"})
    one.context.hold = LOGIN
    await one.transfer(event, live=False)
    assert (one.states, one.context.hold) == ([(1, end)], LOGIN)


async def test_decision_14_causes_by_turns_are_each_reported_once_a_day(one: OneDocument) -> None:
    """Two dimensions are missing, and invoices without any are transferred in between."""
    for number in range(4):
        for dimension in ("Project", "Unit"):
            one.refusal = missing(dimension)
            await one.transfer()
            one.wall += PROBE[1]
        one.refusal = None
        await another_is_transferred(one, 2000 + number)
        assert one.context.hold is None
    assert len(reported(one)) == 2
    one.wall += DAY
    one.refusal = missing("Unit")
    await one.transfer()
    assert len(reported(one)) == 3


async def test_decision_14_a_restart_does_not_report_again_and_probes_at_once(one: OneDocument) -> None:
    one.refusal = missing("Project")
    await one.transfer()
    home = one.home
    one.context.hold, one.context.reported = known_hold(home, "acme-fi"), known_reports(home, "acme-fi")
    assert one.context.hold.probing(one.wall)
    one.context.hold = None
    await one.transfer()
    assert reported(one) == ["DIMENSION_MISSING"]


async def test_decision_14_a_cause_that_stands_is_not_reported_a_second_time(one: OneDocument) -> None:
    one.refusal = missing("Project")
    for _ in range(3):
        await one.transfer()
        one.wall += DAY
    assert reported(one) == ["DIMENSION_MISSING"]


async def test_decision_14_another_cause_that_is_met_while_a_company_waits_is_reported_and_changes_nothing(
    one: OneDocument,
) -> None:
    home = one.home
    await place_hold(one.context, home, missing("Project"))
    held = one.context.hold
    await place_hold(one.context, home, missing("Unit"))
    await place_hold(one.context, home, missing("Project"))
    assert (one.context.hold, len(reported(one))) == (held, 2)


async def test_decision_11_only_a_number_that_is_kept_ends_the_hold_for_one_that_was_not(one: OneDocument) -> None:
    """Each probe is an invoice at the company's own risk: one that creates nothing, or meets another cause, is none."""
    home = one.home
    one.procountor.posts = ["made"]
    await one.transfer()
    one.context.echo_proved = False
    one.context.procountor.invoices_created_between = AsyncMock(return_value=[])
    one.context.first_post = asyncio.Lock()
    await place_hold(one.context, home, configuration("ECHO_MISSING", number=1001))
    one.wall += DAY
    await place_hold(one.context, home, configuration("LOGIN_REFUSED", api="Procountor", operation="token"))
    assert (one.context.hold.code, reported(one)) == ("ECHO_MISSING", ["ECHO_MISSING", "LOGIN_REFUSED"])
    assert not one.context.hold.probing(one.wall)
    one.wall += PROBE[0]
    await one.transfer()
    assert one.states[-1] == (1, "created")  # found: it was made before
    assert one.context.hold.code == "ECHO_MISSING"
    assert known_hold(home, "acme-fi") == one.context.hold  # a restart brings no probe
    await another_is_transferred(one, 2001)
    assert one.context.hold is None


async def test_decision_14_what_was_under_way_when_a_hold_began_does_not_end_it(one: OneDocument) -> None:
    """Several are transferred side by side when the key is refused."""
    create = one.context.procountor.create_invoice

    async def refused_meanwhile(*what: Any) -> Any:
        made = await create(*what)
        await place_hold(one.context, one.home, configuration("LOGIN_REFUSED", api="Procountor", operation="x"))
        return made

    one.context.procountor.create_invoice = refused_meanwhile
    await one.transfer()
    assert one.states[-1] == (1, "created")
    assert one.context.hold is not None


async def test_decision_14_a_held_company_makes_nothing_before_its_next_probe(one: OneDocument) -> None:
    await place_hold(one.context, one.home, configuration("LOGIN_REFUSED", api="Procountor", operation="x"))
    held = one.context.hold
    await one.transfer()
    assert (one.invoices, one.context.hold) == ({}, held)
    assert str(one.key) in one.context.unexplained


async def test_decision_14_an_attempt_that_began_before_its_company_was_held_makes_nothing(one: OneDocument) -> None:
    """Another document met the cause while this one read its registers; it comes again as a probe."""
    prepare = one.target.prepare

    async def held_meanwhile(attempt: Any) -> Any:
        prepared = await prepare(attempt)
        await place_hold(one.context, one.home, configuration("ECHO_MISSING", number=1001))
        return prepared

    one.target.prepare = held_meanwhile
    await one.transfer()
    one.target.prepare = prepare
    assert (one.invoices, one.home.open) == ({}, {})
    one.context.hold = replace(one.context.hold, next_probe=0.0)
    await one.transfer()
    assert one.valid == 1


async def test_decision_14_a_transfer_does_not_end_a_hold_that_the_poll_or_the_write_back_began(
    one: OneDocument,
) -> None:
    for stage in (Stage.POLL, Stage.WRITE_BACK):
        one.edit(order_number=stage.value)
        one.context.hold = held = replace(LOGIN, stage=stage)
        await one.transfer()
        assert (one.states[-1][1], one.context.hold) == ("created", held)
        await one.write_back(one.record.revision.number)
        one.edit(status_id="before")
        assert (one.context.hold is None) == (stage is Stage.WRITE_BACK)
        one.invoices = {}
        one.home.put(str(one.key), None)


async def test_decision_14_a_hold_of_another_version_is_read(one: OneDocument) -> None:
    value = orjson.dumps({**orjson.loads(orjson.dumps(LOGIN)), "met": {"c": ""}})
    one.home.put(hold_key("acme-fi"), value.replace(b'"stage":"transfer",', b""))
    assert known_hold(one.home, "acme-fi") == LOGIN


async def test_decision_14_the_probe_of_a_held_company_does_not_believe_what_was_read_before(one: OneDocument) -> None:
    """A bank account that is missing is judged by a list that is believed for an hour: the fix would not be seen."""
    doubts: list[bool] = []
    one.context.registers.expire = lambda: doubts.append(True)
    await one.transfer()
    assert not doubts
    one.edit(order_number="newer")
    one.context.hold = LOGIN
    await one.transfer()
    assert doubts


@given(st.floats(0.1, 2 * DAY), st.floats(-2 * YEAR, 2 * YEAR), st.floats(-2 * YEAR, 2 * YEAR))
def test_decision_9_a_clock_that_jumps_delays_nothing_longer_than_one_wait(
    wait: float, set_by: float, jump: float
) -> None:
    """The time was set by a clock that was wrong by `set_by`, and is read by one that is wrong by `jump`."""
    now = 1.8e9
    at = now + set_by + wait
    assert is_due(at, wait, now + jump) or is_due(at, wait, now + jump + wait)
    assert not is_due(now + wait, wait, now)


async def test_decision_14_a_clock_that_was_wrong_for_a_moment_holds_nobody_for_a_year(one: OneDocument) -> None:
    for code, facts in (("API_DOWN", {"api": "Severa"}), ("ECHO_MISSING", {"number": 1})):
        one.context.hold, right = None, one.wall
        one.wall = right + YEAR
        await place_hold(one.context, one.home, configuration(code, **facts))
        one.wall = right + 1
        assert one.context.hold.probing(one.wall)
        await place_hold(one.context, one.home, configuration(code, **facts))
        assert not one.context.hold.probing(one.wall)
        assert one.context.hold.next_probe - one.wall <= DAILY.get(code, PROBE[1])


async def test_decision_14_an_api_that_answers_ends_no_hold_that_it_did_not_begin(one: OneDocument) -> None:
    one.procountor.silence.answered(200)
    one.context.hold = LOGIN
    await track_outage(one.context, one.home, "Procountor", one.procountor.silence)
    assert one.context.hold == LOGIN


async def test_decision_14_a_probe_that_began_before_the_cause_was_met_again_does_not_end_the_hold(
    one: OneDocument,
) -> None:
    older, one.context.hold = LOGIN, replace(LOGIN, wait=30.0)
    await stage_passed(one.context, one.home, Stage.TRANSFER, older)
    assert one.context.hold is not None
