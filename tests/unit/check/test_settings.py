"""What the settings name on both sides, and the company's own bank accounts (S2, S13, L2)."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.check.bank_accounts import check_accounts
from gateway.check.findings import State, Step
from gateway.check.settings import (
    Unit,
    compare_company,
    compare_dimension,
    compare_status,
    compare_unit,
    other_dimensions,
)
from gateway.check.statuses import compare_flags
from gateway.rules.bank_accounts import OwnIban
from gateway.rules.own_company import OwnCompany
from gateway.rules.register_items import Flags

GOOD, SWEDISH = "FI2112345600000785", "SE4550000000058398257466"


@pytest.mark.parametrize(
    ("there", "state", "where"),
    [
        (["Ready", "Done"], State.OK, ""),
        (["ready ", "Done"], State.DIFFERENT, "settings"),
        (["Ready", "Ready"], State.DIFFERENT, "Severa"),
        (["Done"], State.MISSING, "settings"),
    ],
)
def test_S2_S13_a_status_is_there_once_and_to_the_letter(there: list[str], state: State, where: str) -> None:
    one = compare_status("before", "Ready", there)
    assert (one.state, one.step.where if one.step else "") == (state, where)


def test_S2_a_missing_status_names_those_that_are_there() -> None:
    one = compare_status("after", "Sent", ["Draft", "Done"])
    assert one.message == "Severa has no invoice status Sent. It has: Done, Draft."
    assert one.step == Step(
        "operator", "settings", "Correct sales.status_after, or have a user of Severa add the status."
    )


@pytest.mark.parametrize(
    ("name", "vat_number", "state"),
    [
        ("Acme", "FI10086194", State.OK),
        ("Acme", "1008619-4", State.OK),
        ("Acme", "1008619-5", State.DIFFERENT),
        ("Acme", "SE556006617601", State.DIFFERENT),
        ("Acme", "DE123456789", State.DIFFERENT),
        ("Acme", None, State.MISSING),
        (None, None, State.MISSING),
    ],
)
def test_S2_the_unit_has_a_vat_number_of_the_companys_country(
    name: str | None, vat_number: str | None, state: State
) -> None:
    one = compare_unit("own", [Unit("other", "Other"), *([Unit("own", name, vat_number)] if name else [])], "FI")
    assert one.state is state
    assert state is State.OK or one.step is not None


def test_R3_a_vat_number_which_may_be_a_persons_is_not_told() -> None:
    for number in ("811228-9874", "811228-9875"):
        for guid in ("own", "another"):
            one = compare_unit(guid, [Unit("own", "Anna", number)], "SE")
            assert "811228" not in f"{one.message} {one.step}"


@pytest.mark.parametrize(
    ("there", "state"),
    [
        (["Projects", "Other"], State.OK),
        (["projects"], State.DIFFERENT),
        (["Projects", "Projects"], State.DIFFERENT),
        (["Other"], State.MISSING),
        ([], State.MISSING),
    ],
)
def test_S2_S7_a_dimension_is_there_once_and_to_the_letter(there: list[str], state: State) -> None:
    one = compare_dimension("project", "Projects", there)
    assert one.state is state
    assert state is State.OK or (one.step is not None and one.step.where == "settings")


def test_S2_dimensions_without_a_setting_are_listed() -> None:
    (one,) = other_dimensions(["Projects"], ["Projects", "Other", "Teams"])
    assert (one.state, one.message.partition(".")[0]) == (State.NOTE, "Other, Teams")
    assert other_dimensions(["Projects"], ["Projects"]) == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ((True, True, False, 1), (True, True, True, 2), []),
        ((None,) * 4, (None,) * 4, []),  # Severa doesn't tell
        ((False, True, False, 1), (True, True, True, 2), ["Not editable"]),
        ((True, False, False, 1), (True, True, True, 2), ["Invoice number"]),
        ((True, True, False, 1), (False, False, False, 2), ["Not editable", "Invoice number", "Sent"]),
        ((True, True, True, 2), (True, True, True, 1), ["Done comes before Ready"]),
    ],
)
def test_S13_flags_and_order_of_the_statuses(before: tuple[Any, ...], after: tuple[Any, ...], told: list[str]) -> None:
    found = compare_flags(Flags("Ready", *before), Flags("Done", *after))
    assert len(found) == len(told)
    assert all(words in one.message for words, one in zip(told, found, strict=True))
    assert all(one.state.good == (one.thing == "order of statuses") for one in found)


def test_S2_the_key_opens_the_company_of_the_unit() -> None:
    there = OwnCompany(1, "Acme Ltd", "1008619-4", "FINLAND", "EUR")
    assert compare_company("Acme Oy", "FI10086194", "FI", there).state is State.OK
    other = compare_company("Acme Ltd", "FI01120389", "FI", there)
    assert (other.state, other.step is not None) == (State.DIFFERENT, True)
    assert "1008619-4" in other.message
    silent = compare_company("Acme Oy", None, "FI", there)
    assert (silent.state, "Severa has no business id" in silent.message) == (State.NOTE, True)


def test_L2_accounts_have_ibans_and_one_is_in_home_currency() -> None:
    accounts = [OwnIban(GOOD, "EUR", True), OwnIban(SWEDISH, "SEK", False), OwnIban("", "USD", False)]
    found = check_accounts([*accounts, OwnIban("FI2112345600000786", "NOK", False)], "EUR")
    assert [(one.thing[:3], one.state) for one in found] == [
        ("EUR", State.OK),
        ("NOK", State.DIFFERENT),
        ("SEK", State.OK),
        ("USD", State.DIFFERENT),
    ]
    assert check_accounts([], "EUR")[0].state is State.MISSING
    (_, none_at_home) = check_accounts([OwnIban(SWEDISH, "SEK", True)], "EUR")
    assert (none_at_home.thing, none_at_home.state) == ("EUR", State.MISSING)


def test_L2_several_accounts_without_one_default_are_noted() -> None:
    found = check_accounts([OwnIban(GOOD, "EUR", False), OwnIban(SWEDISH, "EUR", False)], "EUR")
    assert [one.state for one in found] == [State.OK, State.OK, State.NOTE]
    one_default = check_accounts([OwnIban(GOOD, "EUR", True), OwnIban(SWEDISH, "EUR", False)], "EUR")
    assert [one.state for one in one_default] == [State.OK, State.OK, State.OK]
