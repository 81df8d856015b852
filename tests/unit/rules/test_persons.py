"""What a person of Procountor has of its user in Severa (S12, R3)."""

from __future__ import annotations

import datetime as dt

import pytest

from gateway.documents import Address
from gateway.rules.personal_id import PersonalId, personal_id
from gateway.rules.persons import ACCOUNT, LANGUAGE, PERSON, followed, masked_account, match_person, new_person
from gateway.rules.register_items import PersonCard
from gateway.rules.text.assemble import Truncations
from gateway.sandbox import facts
from tests.unit.users import IBAN, NUMBER, a_user

TODAY = dt.date(2026, 3, 2)
CREATE = next(one for one in facts.operations("procountor") if one.name == "insertPerson")


def own() -> PersonalId:
    found = personal_id(NUMBER, "FI", TODAY)
    assert found is not None
    return found


def test_S12_a_new_person_has_what_procountor_requires() -> None:
    """Gender, term and interest by stated defaults."""
    body, losses = new_person(a_user(), own(), IBAN, "FI")
    assert facts.problems(CREATE, [], body, False, ()) == [] and losses == []
    assert body["invoicingInfo"] == {
        "identifier": NUMBER, "identifierType": "HETU", "language": "FINNISH", "gender": "NOT_APPLICABLE",
    }  # fmt: skip
    assert body["deliveryAddress"] == {
        "street": "Mannerheimintie 1", "zip": "00100", "city": "Helsinki", "country": "FINLAND",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("code", "home", "spoken"),
    [(None, "FI", "FINNISH"), (None, "SE", "SWEDISH"), ("et", "FI", "ENGLISH"), ("sv-SE", "FI", "SWEDISH")],
)
def test_S12_a_new_person_always_has_a_language(code: str | None, home: str, spoken: str) -> None:
    """Severa's where Procountor's persons have it, otherwise English; without any, the company's own."""
    body, _ = new_person(a_user(language=code), own(), "", home)
    assert facts.problems(CREATE, [], body, False, ()) == []
    assert body["invoicingInfo"]["language"] == spoken  # type: ignore[index]


def test_S12_fields_that_severa_lacks_are_not_followed() -> None:
    user = a_user(language=None, phone=None, address=Address(None, None, "Turku", "Atlantis"))
    found = followed(user, "", Truncations())
    assert {"deliveryAddress.city": "Turku", "registryInfo.active": True}.items() <= found.items()
    assert not {ACCOUNT, LANGUAGE, "registryInfo.phone", "deliveryAddress.country"} & set(found)


def test_T1_texts_of_a_person_are_cut_and_recorded() -> None:
    losses = Truncations()
    assert followed(a_user(job_title="x" * 81), "", losses)["jobTitle"] == "x" * 80
    assert [one.field for one in losses.truncations] == ["person.jobTitle"]


@pytest.mark.parametrize(
    ("account", "shown"),
    [(IBAN, "FI49…8730"), ("fi49 5000 9420 0287 30", "FI49…8730"), (NUMBER, "…"), ("123456-1234", "…"), (" ", None)],
)
def test_R3_an_account_is_shown_by_its_ends_alone(account: str, shown: str | None) -> None:
    """Anything that isn't an IBAN may be a personal number, and is hidden whole."""
    assert masked_account(account) == shown


def test_S12_an_inactive_person_will_do_for_people() -> None:
    """The newest of them; an active one counts before."""
    register = [PersonCard(n, "", NUMBER, active=False) for n in (1, 3, 2)]
    found = match_person(register, own(), "", TODAY, inactive_too=True)
    assert found is not None and found.id == 3
    found = match_person([*register, PersonCard(1, "", NUMBER)], own(), "", TODAY, inactive_too=True)
    assert found is not None and (found.id, found.active) == (1, True)


def test_S12_the_table_of_fields_has_each_path_once() -> None:
    assert len({one.path for one in PERSON}) == len(PERSON)
