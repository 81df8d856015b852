"""Persons in Procountor follow users in Severa, on the real path (F5, S12, ADR 32)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gateway.delivery.company import CompanyContext
from gateway.documents.ledger_keys import register_key
from gateway.flows.people.source import today
from gateway.sandbox.server.apis import HANDLERS
from gateway.sandbox.server.call import Call
from gateway.sandbox.world.demo_people import FIRST_PERSON, whole_user
from gateway.sandbox.world.demo_travel import person, personal_id
from gateway.sandbox.world.file import stamp
from tests.unit.flows.people.one_user import FIRM, PERSON, OneUser
from tests.unit.one_company import a_company, a_context
from tests.unit.published import outcomes

#: With everything that a person can have.
FULL = {
    **{field: whole_user(FIRM, 1)[field] for field in ("phone", "postalCode", "city", "country")},
    "title": "Consultant",
    "address": "Tie 1",
}


async def test_S12_a_new_user_becomes_a_person_once(tmp_path: Path) -> None:
    one = OneUser(tmp_path, FULL)
    outcome = await one.run()
    assert (outcome.state, outcome.target and outcome.target.id) == ("created", str(one.person["id"]))
    assert one.person["deliveryAddress"] == {
        "street": "Tie 1",
        "zip": "00100",
        "city": "Helsinki",
        "country": "FINLAND",
    }
    assert (one.person["jobTitle"], one.person["registryInfo"]["phone"]) == ("Consultant", FULL["phone"])
    calls = len(one.apis.journal.entries())
    await one.run()
    assert (one.states, len(one.apis.journal.entries()) - calls) == (["created"], 1)


async def test_F5_a_company_is_brought_in_step_at_first(tmp_path: Path) -> None:
    """New users are created, known persons adopted; who has no number, or left before, is left alone. Then nothing."""
    one = OneUser(tmp_path, more=8)
    for _ in range(3):
        await one.poll()
    told = [outcome.state.value for outcome in outcomes(one.home)]
    assert sorted(told) == ["adopted"] * 2 + ["created"] * 3
    assert {there["id"] for there in one.persons} >= {FIRST_PERSON + 1, FIRST_PERSON + 5} and len(one.persons) == 5
    assert [one.calls(operation) for operation in ("insertPerson", "updatePerson")] == [3, 2]


async def test_S12_a_change_of_the_user_is_written_alone(tmp_path: Path) -> None:
    """All else of the person stays, whatever the gateway knows of it."""
    one = OneUser(tmp_path, FULL)
    await one.run()
    one.by_hand(lambda there: there["registryInfo"].update(section="Sales"))
    one.edit(title="Manager", phone=None)
    outcome = await one.run()
    assert (outcome.state, outcome.notes) == ("updated", ("Written to the person: job title.",))
    assert one.person["registryInfo"] | {"section": "Sales", "phone": FULL["phone"]} == one.person["registryInfo"]
    assert one.person["jobTitle"] == "Manager"


async def test_S12_another_account_is_seen_and_written(tmp_path: Path) -> None:
    one = OneUser(tmp_path)
    await one.run()
    one.edit(bankAccountNumber="FI21 1234 5600 0007 85")
    assert (await one.run()).notes == ("Written to the person: bank account.",)
    assert one.person["paymentInfo"]["accountNumber"] == "FI2112345600000785"


async def test_S12_hand_made_changes_stay_until_severas_own(tmp_path: Path) -> None:
    one = OneUser(tmp_path, FULL)
    await one.run()
    one.by_hand(lambda there: there.update(jobTitle="Boss", lastName="Matkaaja-Nieminen"))
    one.edit(city="Turku")
    outcome = await one.run()
    assert outcome.notes == (
        "Changed by hand, so it stays: last name, job title.",
        "Written to the person: city.",
    )
    one.edit(title="Manager")
    await one.run()
    assert (one.person["jobTitle"], one.person["lastName"]) == ("Manager", "Matkaaja-Nieminen")


async def test_S12_who_leaves_is_inactivated_and_comes_back(tmp_path: Path) -> None:
    """Also when the number was deleted at once."""
    one = OneUser(tmp_path)
    await one.run()
    one.edit(isActive=False, socialSecurityNumber="")
    outcome = await one.run()
    assert (outcome.target and outcome.target.status, one.person["registryInfo"]["active"]) == ("INACTIVE", False)
    one.edit(isActive=True, socialSecurityNumber=personal_id(FIRM, 0))
    await one.run()
    assert (one.states, one.person["registryInfo"]["active"]) == (["created", "updated", "updated"], True)


async def test_S12_a_shared_person_is_active_while_a_user_is(tmp_path: Path) -> None:
    """Somebody who was entered twice. When the last of them leaves, the person does; a new one brings it back."""
    one = OneUser(tmp_path)
    second = {**one.card, "guid": "second", "firstName": "Again"}
    one.users.append(second)
    await one.poll()
    assert (len(one.persons), one.calls("insertPerson")) == (1, 1)
    one.edit(isActive=False, socialSecurityNumber="")
    outcome = await one.run()
    assert one.person["registryInfo"].get("active") is not False
    assert "is active in Severa, so the person stays active" in outcome.notes[-1]
    second |= {"isActive": False, "lastUpdatedDateTime": stamp("severa")}
    await one.poll()
    assert one.person["registryInfo"]["active"] is False
    one.users.append({**one.card, "guid": "third", "isActive": True, "socialSecurityNumber": personal_id(FIRM, 0)})
    one.users[-1]["lastUpdatedDateTime"] = stamp("severa")
    await one.poll()
    assert (one.person["registryInfo"]["active"], one.calls("insertPerson")) == (True, 1)


async def test_S12_a_person_inactivated_by_hand_stays_so(tmp_path: Path) -> None:
    one = OneUser(tmp_path)
    await one.run()
    one.by_hand(lambda there: there["registryInfo"].update(active=False))
    one.edit(email="new@acme-fi.example")
    await one.run()
    assert one.person["registryInfo"] == {"active": False, "email": "new@acme-fi.example"}


async def test_S12_a_known_person_is_adopted_and_filled(tmp_path: Path) -> None:
    """Empty fields are filled, others stay; from then on they follow."""
    one = OneUser(tmp_path, FULL, there={"jobTitle": "Boss", "registryInfo": {"active": False}})
    outcome = await one.run()
    assert (outcome.state, outcome.target and outcome.target.id) == ("adopted", str(PERSON))
    assert (
        outcome.notes[0] == "The person was in Procountor already, and keeps its own: job title, whether it is active."
    )
    assert (one.person["jobTitle"], one.person["registryInfo"]["active"]) == ("Boss", False)
    assert (one.person["deliveryAddress"]["city"], one.calls("insertPerson")) == ("Helsinki", 0)
    one.edit(title="Manager")
    assert (await one.run()).state == "updated" and one.person["jobTitle"] == "Manager"


@pytest.mark.parametrize(
    "change", [{"socialSecurityNumber": None}, {"isActive": False}, {"businessUnit": {"guid": "x"}}]
)
async def test_S12_users_without_a_number_are_left_alone(tmp_path: Path, change: dict[str, Any]) -> None:
    """So are those who left before the gateway knew them, and those of other companies."""
    one = OneUser(tmp_path, change, there=None if "isActive" not in change else {})
    one.pass_time()
    await one.poller.poll()
    assert one.events == [] and one.calls("updatePerson") + one.calls("insertPerson") == 0


async def test_S12_a_number_filled_in_later_is_seen_at_once(tmp_path: Path) -> None:
    one = OneUser(tmp_path, {"socialSecurityNumber": "010190-900X"})
    outcome = await one.run()
    assert outcome.error is not None and outcome.error.code == "PERSONAL_ID_INVALID"
    one.edit(socialSecurityNumber=personal_id(FIRM, 0))
    assert (await one.run()).state == "created"


async def test_S12_a_person_with_another_number_is_not_touched(tmp_path: Path) -> None:
    """Nobody has the user's new number: a person compares. Somebody has it: that is the person."""
    one = OneUser(tmp_path)
    await one.run()
    one.edit(socialSecurityNumber=personal_id(FIRM, 1), title="Manager")
    outcome = await one.run()
    assert outcome.error is not None and outcome.error.code == "PERSON_NUMBER_DIFFERS"
    assert "jobTitle" not in one.person
    one.persons.append(person(FIRM, one.card, PERSON, version=stamp("procountor")))
    one.pass_time(3700)
    outcome = await one.run()
    assert (outcome.state, outcome.target and outcome.target.id) == ("adopted", str(PERSON))


async def test_S12_a_person_deleted_by_hand_is_not_created_again(tmp_path: Path) -> None:
    one = OneUser(tmp_path)
    await one.run()
    one.persons.clear()
    one.edit(title="Manager")
    assert (await one.run()).state == "withdrawn"
    assert one.persons == [] and one.calls("insertPerson") == 1


async def test_S12_a_person_that_changes_meanwhile_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An accountant saves the person between the gateway's read and its write: both changes stay."""
    one = OneUser(tmp_path)
    await one.run()
    one.edit(title="Manager")
    update = one.procountor.update_person

    async def late(*given: Any) -> None:
        monkeypatch.setattr(one.procountor, "update_person", update)
        one.by_hand(lambda there: there["registryInfo"].update(section="Sales"))
        await update(*given)

    monkeypatch.setattr(one.procountor, "update_person", late)
    assert (await one.run()).state == "updated" and one.calls("updatePerson") == 2
    assert (one.person["jobTitle"], one.person["registryInfo"]["section"]) == ("Manager", "Sales")


@pytest.mark.parametrize("fault", ["fail_before", "fail_after"])
async def test_Q1_a_person_in_doubt_is_created_once(tmp_path: Path, fault: str) -> None:
    """And reported as created, whoever finds it."""
    one = OneUser(tmp_path)
    spec = {"api": "procountor", "operation": "insertPerson", "kind": fault, "times": 1, "seconds": 0.0}
    one.strike(spec)
    await one.poll()
    one.begin()
    await one.run()
    assert (one.states, len(one.persons)) == (["created"], 1)


async def test_S12_all_users_are_read_once_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, answer = list[bool](), HANDLERS["severa"]["usersGetUsers"]

    def listed(call: Call) -> Any:
        asked.append(bool(call.one("changedSince")))
        return answer(call)

    monkeypatch.setitem(HANDLERS["severa"], "usersGetUsers", listed)
    one = OneUser(tmp_path)
    for seconds in (0, 60, 24 * 3600, 60):
        one.pass_time(seconds)
        await one.poll()
    assert asked == [False, True, False, True]


async def test_S12_shared_list_is_never_older_than_a_look(tmp_path: Path) -> None:
    """A list serves the organisation's companies, each once: a look that got an old one wrote what had been changed
    since.
    """
    one = OneUser(tmp_path)
    other = a_context(a_company("bolt-fi"), severa=one.severa)

    async def titles(context: CompanyContext) -> list[str | None]:
        listed = await one.source._list(context, None, today(context))
        return [each.user.job_title for each in listed]

    one.edit(title="Old")
    assert await titles(one.context) == ["Old"]
    one.edit(title="New")
    assert (await titles(other), await titles(one.context)) == (["Old"], ["New"])
    one.edit(title="Newest")
    await one.source.read(one.context, one.home, one.key.id)
    assert await titles(one.context) == ["Newest"]


async def test_Q1_both_flows_create_a_person_once(tmp_path: Path) -> None:
    """A travel reimbursement began to create the person, without an answer: the flow of people waits, and finds it."""
    one = OneUser(tmp_path)
    intent = register_key(FIRM.id, "person", one.card["guid"])
    await one.home.open_intent(intent, b"", FIRM.organisation)
    await one.poller.poll()
    await one.handle(one.events)
    assert (one.states, one.calls("insertPerson")) == ([], 0)
    one.persons.append(person(FIRM, one.card, PERSON, version=stamp("procountor")))
    assert (await one.run()).state == "adopted"
    assert (one.calls("insertPerson"), one.home.intent(intent)) == (0, None)
