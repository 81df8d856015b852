"""The person who is paid: number and bank account, and which person in Procountor it is (R1, R3, S12)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from gateway.errors import Permanent
from gateway.flows.travel_reimbursements.rules.persons import payee
from gateway.rules.persons import match_person
from gateway.rules.register_items import PersonCard, UserCard
from tests.unit.users import a_user

TODAY = dt.date(2026, 3, 2)
#: Of nobody: numbers from 900 on are not given to people.
NUMBER, OTHER = "010190-900P", "020290-9016"
IBAN = "FI4950009420028730"
USER = UserCard(a_user(), NUMBER, f"{IBAN[:4]} {IBAN[4:]}")


def refused(user: UserCard) -> list[str]:
    with pytest.raises(Permanent) as caught:
        payee(user, "FI", TODAY)
    assert NUMBER not in caught.value.message
    return [caught.value.code, *(one.code for one in caught.value.others)]


def test_R1_number_and_account_are_read_together() -> None:
    found = payee(USER, "FI", TODAY)
    assert (found.id.canonical, found.id.kind, found.iban) == (NUMBER, "HETU", IBAN)
    assert NUMBER not in repr(found) and IBAN not in repr(found) and NUMBER not in repr(USER)


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"personal_id": None}, ["PERSONAL_ID_MISSING"]),
        ({"personal_id": "010190-900Q"}, ["PERSONAL_ID_INVALID"]),
        ({"account": " "}, ["PERSON_ACCOUNT_MISSING"]),
        ({"account": "FI49 5000 9420 0287 31"}, ["PERSON_ACCOUNT_INVALID"]),
        ({"personal_id": "", "account": None}, ["PERSONAL_ID_MISSING", "PERSON_ACCOUNT_MISSING"]),
    ],
)
def test_R1_without_number_or_account_nothing_is_sent(changes: dict[str, Any], codes: list[str]) -> None:
    """One error that names the user, never the number."""
    assert refused(replace(USER, **changes)) == codes


def test_R1_the_person_is_found_by_the_number_alone() -> None:
    """Whatever the register's name is; other numbers and no number are other people."""
    own = payee(USER, "FI", TODAY).id
    register = [PersonCard(1, "Maija Virtanen", OTHER), PersonCard(2, "M. Korhonen", f" {NUMBER.lower()} "),
                PersonCard(3, "Maija Virtanen")]  # fmt: skip
    found = match_person(register, own, USER.name, TODAY)
    assert found is not None and found.id == 2
    assert match_person(register[:1], own, USER.name, TODAY) is None


@pytest.mark.parametrize(("active", "code"), [((True, True), "PERSON_AMBIGUOUS"), ((False, False), "PERSON_INACTIVE")])
def test_R1_two_persons_or_an_inactive_one_are_refused(active: tuple[bool, bool], code: str) -> None:
    own = payee(USER, "FI", TODAY).id
    register = [PersonCard(n, "", NUMBER, one) for n, one in enumerate(active, start=1)]
    with pytest.raises(Permanent) as caught:
        match_person(register, own, USER.name, TODAY)
    assert caught.value.code == code and NUMBER not in caught.value.message


def test_R1_an_active_person_counts_before_an_inactive_one() -> None:
    own = payee(USER, "FI", TODAY).id
    found = match_person([PersonCard(1, "", NUMBER, active=False), PersonCard(2, "", NUMBER)], own, "", TODAY)
    assert found is not None and found.id == 2
