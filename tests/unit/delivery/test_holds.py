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


def reported(document: OneDocument) -> list[str]:
    """Codes of the causes that were reported of the company."""
    return [told.error.code for told in document.outcomes if told.key.kind is Kind.COMPANY and told.error]


async def another_is_transferred(document: OneDocument, number: int) -> None:
    """Another document of the same company."""
    other = document.another(number)
    await other.transfer()
    assert other.states[-1] == (1, "created")


async def test_decision_14_unreachable_api_holds_the_company_once(document: OneDocument) -> None:
    """Not before minutes have gone; a probe reports nothing more; any answer ends this hold, and no other."""
    now = 0.0
    document.procountor.silence.clock = lambda: now
    document.refusal = transient("API_UNREACHABLE", api="Procountor")
    document.procountor.silence.no_answer()
    await document.transfer()
    assert document.context.hold is None
    now = 301.0
    await document.transfer()
    assert not document.context.hold  # nothing was asked during that time
    document.procountor.silence.no_answer()
    await document.transfer()
    held: Any = document.context.hold
    document.wall += held.wait
    await document.transfer()
    longer: Any = document.context.hold
    assert (reported(document), longer.wait) == (["API_DOWN"], 2 * held.wait)
    document.procountor.silence.answered(200)
    document.context.hold = LOGIN
    await document.transfer()
    assert document.context.hold == LOGIN
    document.context.hold = replace(held, next_probe=0.0)
    await document.transfer()
    assert document.context.hold is None


async def test_decision_14_probe_without_the_cause_clears_the_hold(document: OneDocument) -> None:
    document.refusal = configuration("LOGIN_REFUSED", api="Procountor", operation="token")
    await document.transfer()
    document.refusal = None
    await document.transfer()
    assert document.states == [(1, "refused")]  # that of the company: its probe isn't due
    document.wall += PROBE[0]
    await document.transfer()
    assert (document.states[-1], document.context.hold) == ((1, "created"), None)
    assert hold_key("acme-fi") not in document.home.stored


async def test_decision_14_a_probe_that_is_refused_ends_the_hold_too(document: OneDocument) -> None:
    """Else a company without another document stays held."""
    document.context.hold, document.refusal = LOGIN, refuse("VAT_MISSING", row=1, text="x")
    await document.transfer()
    assert document.context.hold is None


@pytest.mark.parametrize(
    ("edit", "ends"), [({"status_id": "draft"}, [(1, "withdrawn")]), ({"order_number": "newer"}, [])]
)
async def test_decision_14_probe_that_asks_nobody_clears_nothing(
    document: OneDocument, edit: dict[str, str], ends: list[tuple[int, str]]
) -> None:
    event = document.event()
    document.edit(**edit)
    document.context.hold = LOGIN
    await document.transfer(event, live=False)
    assert (document.states, document.context.hold) == (ends, LOGIN)


async def test_decision_14_alternating_causes_are_reported_daily(document: OneDocument) -> None:
    """Two dimensions are missing, and invoices without any are transferred in between."""
    for number in range(4):
        for dimension in ("Project", "Unit"):
            document.refusal = missing(dimension)
            await document.transfer()
            document.wall += PROBE[1]
        document.refusal = None
        await another_is_transferred(document, 2000 + number)
        assert document.context.hold is None
    assert len(reported(document)) == 2
    document.wall += DAY
    document.refusal = missing("Unit")
    await document.transfer()
    assert len(reported(document)) == 3


async def test_decision_14_restart_probes_and_reports_nothing(document: OneDocument) -> None:
    """What was reported before it is not reported again."""
    document.refusal = missing("Project")
    await document.transfer()
    home = document.home
    document.context.hold, document.context.reported = known_hold(home, "acme-fi"), known_reports(home, "acme-fi")
    assert document.context.hold.probing(document.wall)
    document.context.hold = None
    await document.transfer()
    assert reported(document) == ["DIMENSION_MISSING"]


async def test_decision_14_standing_cause_is_reported_once(document: OneDocument) -> None:
    document.refusal = missing("Project")
    for _ in range(3):
        await document.transfer()
        document.wall += DAY
    assert reported(document) == ["DIMENSION_MISSING"]


async def test_decision_14_second_cause_is_reported_and_holds_no_more(
    document: OneDocument,
) -> None:
    """The hold that stands is left as it is."""
    home = document.home
    await place_hold(document.context, home, missing("Project"))
    held = document.context.hold
    await place_hold(document.context, home, missing("Unit"))
    await place_hold(document.context, home, missing("Project"))
    assert (document.context.hold, len(reported(document))) == (held, 2)


async def test_decision_11_kept_number_clears_the_echo_hold(document: OneDocument) -> None:
    """Each probe is an invoice at the company's own risk: one that creates nothing, or meets another cause, is none."""
    home = document.home
    document.procountor.posts = ["executed"]
    await document.transfer()
    document.context.echo_proved = False
    document.context.procountor.invoices_created_between = AsyncMock(return_value=[])
    document.context.first_post = asyncio.Lock()
    await place_hold(document.context, home, configuration("ECHO_MISSING", number=1001))
    document.wall += DAY
    await place_hold(document.context, home, configuration("LOGIN_REFUSED", api="Procountor", operation="token"))
    assert (document.context.hold.code, reported(document)) == ("ECHO_MISSING", ["ECHO_MISSING", "LOGIN_REFUSED"])
    assert not document.context.hold.probing(document.wall)
    document.wall += PROBE[0]
    await document.transfer()
    assert document.states[-1] == (1, "created")  # found: it was made before
    assert document.context.hold.code == "ECHO_MISSING"
    assert known_hold(home, "acme-fi") == document.context.hold  # a restart brings no probe
    await another_is_transferred(document, 2001)
    assert document.context.hold is None


async def test_decision_14_older_attempts_clear_no_hold(document: OneDocument) -> None:
    """Several are transferred side by side when the key is refused."""
    create = document.context.procountor.create_invoice

    async def refused_meanwhile(*what: Any) -> Any:
        made = await create(*what)
        await place_hold(
            document.context, document.home, configuration("LOGIN_REFUSED", api="Procountor", operation="x")
        )
        return made

    document.context.procountor.create_invoice = refused_meanwhile
    await document.transfer()
    assert document.states[-1] == (1, "created")
    assert document.context.hold is not None


async def test_decision_14_held_company_creates_nothing(document: OneDocument) -> None:
    await place_hold(document.context, document.home, configuration("LOGIN_REFUSED", api="Procountor", operation="x"))
    held = document.context.hold
    await document.transfer()
    assert (document.invoices, document.context.hold) == ({}, held)
    assert str(document.key) in document.context.unexplained


async def test_decision_14_attempt_older_than_the_hold_creates_none(
    document: OneDocument,
) -> None:
    """Another document met the cause while this one read its registers; it is retried as a probe."""

    async def held_now(attempt: Any) -> Any:
        await place_hold(document.context, document.home, configuration("ECHO_MISSING", number=1001))
        return ()

    document.target.objects, objects = held_now, document.target.objects
    await document.transfer()
    document.target.objects = objects
    assert (document.invoices, document.home.open) == ({}, {})
    document.context.hold = replace(document.context.hold, next_probe=0.0)
    await document.transfer()
    assert document.valid == 1


async def test_decision_14_transfer_clears_no_hold_of_poll(
    document: OneDocument,
) -> None:
    """Nor one of the write-back."""
    for stage in (Stage.POLL, Stage.WRITE_BACK):
        document.edit(order_number=stage.value)
        document.context.hold = held = replace(LOGIN, stage=stage)
        await document.transfer()
        assert (document.states[-1][1], document.context.hold) == ("created", held)
        await document.write_back(document.record.revision.number)
        document.edit(status_id="before")
        assert (document.context.hold is None) == (stage is Stage.WRITE_BACK)
        document.invoices = {}
        document.home.put(str(document.key), None)


async def test_decision_14_a_hold_of_another_version_is_read(document: OneDocument) -> None:
    value = orjson.dumps({**orjson.loads(orjson.dumps(LOGIN)), "met": {"c": ""}})
    document.home.put(hold_key("acme-fi"), value.replace(b'"stage":"transfer",', b""))
    assert known_hold(document.home, "acme-fi") == LOGIN


async def test_decision_14_probe_reads_everything_again(
    document: OneDocument,
) -> None:
    """A bank account that is missing is judged by a list that is believed for an hour: the fix would not be seen."""
    doubts: list[bool] = []
    document.context.registers.expire = lambda: doubts.append(True)
    await document.transfer()
    assert not doubts
    document.edit(order_number="newer")
    document.context.hold = LOGIN
    await document.transfer()
    assert doubts


@given(st.floats(0.1, 2 * DAY), st.floats(-2 * YEAR, 2 * YEAR), st.floats(-2 * YEAR, 2 * YEAR))
def test_decision_9_clock_jump_delays_one_wait_at_most(wait: float, set_by: float, jump: float) -> None:
    """The time was set by a clock that was wrong by `set_by`, and is read by one that is wrong by `jump`."""
    now = 1.8e9
    at = now + set_by + wait
    assert is_due(at, wait, now + jump) or is_due(at, wait, now + jump + wait)
    assert not is_due(now + wait, wait, now)


async def test_decision_14_wrong_clock_holds_nobody_for_a_year(document: OneDocument) -> None:
    for code, facts in (("API_DOWN", {"api": "Severa"}), ("ECHO_MISSING", {"number": 1})):
        document.context.hold, right = None, document.wall
        document.wall = right + YEAR
        await place_hold(document.context, document.home, configuration(code, **facts))
        document.wall = right + 1
        assert document.context.hold.probing(document.wall)
        await place_hold(document.context, document.home, configuration(code, **facts))
        assert not document.context.hold.probing(document.wall)
        assert document.context.hold.next_probe - document.wall <= DAILY.get(code, PROBE[1])


async def test_decision_14_answer_clears_only_an_outage_hold(document: OneDocument) -> None:
    document.procountor.silence.answered(200)
    document.context.hold = LOGIN
    await track_outage(document.context, document.home, "Procountor", document.procountor.silence)
    assert document.context.hold == LOGIN


async def test_decision_14_older_probe_clears_no_newer_hold(
    document: OneDocument,
) -> None:
    """It began before the cause was met again."""
    older, document.context.hold = LOGIN, replace(LOGIN, wait=30.0)
    await stage_passed(document.context, document.home, Stage.TRANSFER, older)
    assert document.context.hold is not None
