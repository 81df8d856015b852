"""R3: after transfers of known people, no topic, record, log line, span, mail, error or crash report has their numbers,
in any form; nor their bank accounts.
"""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Any

import pytest

from gateway.delivery.attempt import Attempt
from gateway.flows.travel_reimbursements.flow import FLOW
from gateway.sandbox.server.apis import HANDLERS
from gateway.sandbox.server.call import Call, Refusal
from gateway.sandbox.world.demo_travel import iban, personal_id, user
from tests.unit.flows.travel_reimbursements.one_trip import FIRM, OneTrip
from tests.unit.leaks import Seen, collect, watched
from tests.unit.published import PUBLISHING

#: Of nobody: a Finn, a Swede without the century, and a Swede's coordination number.
NUMBERS = {"FI": personal_id(FIRM, 0), "SE": "990101-2386", "coordination": "19701063-2391"}


async def one_attempt(trip: OneTrip, seen: Seen) -> None:
    """An attempt; what it raises is a crash report."""
    try:
        change = await trip.poll()
        assert change is not None
        seen.texts.append(f"topic {PUBLISHING.codec.encode(FLOW.schema, change)!r}")
        seen.texts.append(f"attempt {Attempt(FLOW, change, trip.home, trip.context)!r}")
        await trip.attempt()
    except Exception as error:
        seen.texts.append("crash " + "".join(traceback.format_exception(error)))


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
@pytest.mark.parametrize("person", [700, None], ids=["known", "new"])
async def test_R3_a_transfer_leaves_no_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: str, person: int | None
) -> None:
    """Also where users wrote it into a title and a description."""

    def change(card: Any, lines: list[Any], _: Any, head: Any) -> None:
        card["socialSecurityNumber"] = number
        lines[0]["description"] = f"Ticket of {number}"
        head["title"] = f"Trip of {number}"

    seen, trip = Seen(), OneTrip(tmp_path, change, person=person, people=True)
    with watched(monkeypatch, seen):
        await one_attempt(trip, seen)
    collect(seen, trip.home, trip.told, trip.context)
    assert trip.told[-1].state == "created" and len(seen.texts) > 5
    assert seen.has(number) == []
    assert seen.has(iban(FIRM)) == []


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
@pytest.mark.parametrize("status", [400, 403, 409, 500])
async def test_R3_an_api_that_repeats_the_number_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: str, status: int
) -> None:
    """Its message becomes an error, a log line and a mail, without the number."""

    def repeats(call: Call) -> Any:
        raise Refusal(status, f"The identifier {number} is wrong.", "invoicingInfo.identifier")

    monkeypatch.setitem(HANDLERS["procountor"], "insertPerson", repeats)
    seen = Seen()
    trip = OneTrip(tmp_path, lambda card, *_: card.update(socialSecurityNumber=number), person=None, people=True)
    with watched(monkeypatch, seen):
        await one_attempt(trip, seen)
    collect(seen, trip.home, trip.told, trip.context)
    assert len(seen.texts) > 5 and trip.calls("insertPerson") > 0
    assert seen.has(number) == []


@pytest.mark.parametrize("wrong", ["010190-900Q", "0101901900P", "19701063-2392"])
async def test_R3_a_wrong_number_is_not_shown_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    """A mistyped number is nearly one."""
    seen = Seen()
    trip = OneTrip(tmp_path, lambda card, *_: card.update(socialSecurityNumber=wrong), person=None)
    with watched(monkeypatch, seen):
        await one_attempt(trip, seen)
    collect(seen, trip.home, trip.told, trip.context)
    assert trip.told[-1].error is not None and seen.has(wrong) == []


async def test_R3_a_fault_of_the_gateway_tells_no_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash in the middle of the plan: its report has no number, nor have the objects on the way."""
    seen, trip = Seen(), OneTrip(tmp_path)
    number = user(FIRM, 0)["socialSecurityNumber"]

    async def crash(*given: Any) -> Any:
        raise RuntimeError(f"fault with {given!r}")

    monkeypatch.setattr("gateway.flows.travel_reimbursements.plan._person", crash)
    with watched(monkeypatch, seen):
        await one_attempt(trip, seen)
    collect(seen, trip.home, trip.told, trip.context)
    assert any("fault with" in text for text in seen.texts) and seen.has(number) == []


def test_R3_the_search_finds_a_number_that_leaks() -> None:
    """The test itself: in any form, among anything."""
    seen = Seen()
    for text in ("x 010190 - 900p y", "010190900P", "'identifier': '010190\u2013900P'"):
        seen.texts = [text]
        assert seen.has("010190-900P") != []
    seen.texts = ["701063+2391"]
    assert seen.has("19701063-2391") != []
