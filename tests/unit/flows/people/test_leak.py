"""R3: after known users became persons, no topic, record, log line, span, mail, error or crash report has their
numbers, in any form; nor their bank accounts.
"""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Any

import pytest

from gateway.delivery.attempt import Attempt
from gateway.flows.people.flow import FLOW
from gateway.sandbox.server.apis import HANDLERS
from gateway.sandbox.server.call import Call, Refusal
from gateway.sandbox.world.demo_travel import iban, personal_id
from tests.unit.flows.people.one_user import FIRM, OneUser
from tests.unit.leaks import Seen, collect, watched
from tests.unit.published import PUBLISHING

#: Of nobody: a Finn, a Swede without the century, and a Swede's coordination number.
NUMBERS = {"FI": personal_id(FIRM, 0), "SE": "990101-2386", "coordination": "19701063-2391"}


async def one_run(one: OneUser, seen: Seen) -> None:
    """A poll and its attempts; what they raise is a crash report."""
    try:
        await one.poll()
    except Exception as error:
        seen.texts.append("crash " + "".join(traceback.format_exception(error)))
    for event in one.events:
        seen.texts.append(f"topic {PUBLISHING.codec.encode(FLOW.schema, event)!r}")
        seen.texts.append(f"attempt {Attempt(FLOW, event, one.home, one.context)!r} {one.source!r}")
    collect(seen, one.home, one.told, one.context)


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
@pytest.mark.parametrize("there", [{"jobTitle": "Boss"}, None], ids=["known", "new"])
async def test_R3_people_leave_no_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: str, there: dict[str, Any] | None
) -> None:
    """Also where users wrote it into other fields; after the first look, and after a change."""
    texts = {"title": f"Born as {number}", "phone": number, "address": f"Tie {number}", "city": "Turku"}
    seen, one = Seen(), OneUser(tmp_path, {"socialSecurityNumber": number, **texts}, there)
    with watched(monkeypatch, seen):
        await one_run(one, seen)
        one.edit(city="Helsinki", email=f"{number}@acme-fi.example", bankAccountNumber=number)
        await one_run(one, seen)
        one.edit(bankAccountNumber="SE3550000000054910000003")
        await one_run(one, seen)
    assert one.states == ["adopted" if there else "created", "refused", "updated"] and len(seen.texts) > 9
    assert seen.has(number) == []
    assert seen.has(iban(FIRM)) == [] and seen.has("SE3550000000054910000003") == []


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
@pytest.mark.parametrize(("operation", "there"), [("insertPerson", None), ("updatePerson", {}), ("getPersons", None)])
@pytest.mark.parametrize("status", [400, 403, 500])
async def test_R3_people_believe_no_api_that_repeats_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: str,
    operation: str,
    there: dict[str, Any] | None,
    status: int,
) -> None:
    """Its message becomes an error, a log line and a mail, without the number."""

    def repeats(call: Call) -> Any:
        raise Refusal(status, f"The identifier {number} is wrong.", "invoicingInfo.identifier")

    monkeypatch.setitem(HANDLERS["procountor"], operation, repeats)
    seen, one = Seen(), OneUser(tmp_path, {"socialSecurityNumber": number, "city": "Turku"}, there)
    with watched(monkeypatch, seen):
        await one_run(one, seen)
    assert len(seen.texts) > 5 and one.calls(operation) > 0
    assert seen.has(number) == []


@pytest.mark.parametrize("wrong", ["010190-900Q", "0101901900P", "19701063-2392"])
async def test_R3_people_show_no_wrong_number_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    """A mistyped number is nearly one."""
    seen, one = Seen(), OneUser(tmp_path, {"socialSecurityNumber": wrong})
    with watched(monkeypatch, seen):
        await one_run(one, seen)
    assert one.states == ["refused"] and seen.has(wrong) == []


async def test_R3_a_fault_of_people_tells_no_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash in the middle of the plan: its report has no number, nor have the objects on the way."""
    seen, one = Seen(), OneUser(tmp_path)

    async def crash(*given: Any) -> Any:
        raise RuntimeError(f"fault with {given!r}")

    monkeypatch.setattr("gateway.flows.people.plan._by_number", crash)
    with watched(monkeypatch, seen):
        await one_run(one, seen)
    assert any("fault with" in text for text in seen.texts) and seen.has(personal_id(FIRM, 0)) == []
