"""Which of the company's own bank accounts an invoice names, and what Severa says of them (L2)."""

from __future__ import annotations

import pytest

from gateway.check.bank_accounts import check_accounts, check_severas
from gateway.check.findings import State
from gateway.errors import Configuration
from gateway.rules.bank_accounts import OwnIban, Wanted, own_account

FIRST, SECOND, DOLLARS = "FI2112345600000785", "FI1410093000123458", "FI5542345670000081"
ACCOUNTS = [OwnIban(SECOND, "EUR", False), OwnIban(FIRST, "EUR", True), OwnIban(DOLLARS, "USD", False)]
GONE = "FI4250001510000023"


@pytest.mark.parametrize(
    ("currency", "wanted", "chosen"),
    [
        ("EUR", Wanted(), FIRST),  # the default one
        ("EUR", Wanted(in_severa=frozenset({SECOND})), SECOND),
        ("EUR", Wanted(in_severa=frozenset({FIRST, SECOND})), FIRST),  # Severa's are several: the default of them
        ("EUR", Wanted(in_severa=frozenset({DOLLARS})), FIRST),  # never one of another currency
        ("EUR", Wanted(f"{SECOND[:4]} {SECOND[4:]}".lower(), frozenset({FIRST})), SECOND),
        ("USD", Wanted(SECOND), DOLLARS),  # a named account is that of its own currency
        ("NOK", Wanted(SECOND), SECOND),  # no account in the currency: of all
        ("NOK", Wanted(), FIRST),
    ],
)
def test_L2_the_account_of_an_invoice(currency: str, wanted: Wanted, chosen: str) -> None:
    assert own_account(ACCOUNTS, currency, wanted, "acme") == chosen


def test_L2_account_unknown_to_procountor_holds_the_company() -> None:
    for wanted, code in ((Wanted(GONE), "BANK_ACCOUNT_UNKNOWN"), (Wanted(), "BANK_ACCOUNT_MISSING")):
        with pytest.raises(Configuration, match=code):
            own_account(ACCOUNTS if wanted.named else [], "EUR", wanted, "acme")


def test_L2_check_names_the_chosen_account_and_why() -> None:
    def told(wanted: Wanted, accounts: list[OwnIban] = ACCOUNTS) -> tuple[State, str]:
        line = check_accounts(accounts, "EUR", wanted)[-1]
        return line.state, line.message

    assert told(Wanted()) == (State.OK, "invoices get the default account")
    assert told(Wanted(SECOND)) == (State.OK, f"invoices get {SECOND}, as the settings say")
    assert told(Wanted(in_severa=frozenset({SECOND}))) == (State.OK, f"invoices get {SECOND}, as in Severa")
    assert told(Wanted(GONE))[0] is State.MISSING
    state, note = told(Wanted(), [OwnIban(FIRST, "EUR", True), OwnIban(SECOND, "EUR", True)])
    assert (state, "the first in Procountor's order" in note) == (State.NOTE, True)


@pytest.mark.parametrize(
    ("number", "is_iban", "state", "where"),
    [
        ("FI21 1234 5600 0007 85", True, State.OK, ""),
        ("123456-785", True, State.DIFFERENT, "Severa"),  # a user of Severa puts it into IBAN form
        ("FI2212345600000785", True, State.DIFFERENT, "Severa"),
        ("SE4550000000058398257466", True, State.DIFFERENT, "Procountor"),
        ("5050-1055", False, State.NOTE, ""),
    ],
)
def test_L2_severas_account_is_an_iban_that_procountor_has(
    number: str, is_iban: bool, state: State, where: str
) -> None:
    (one,) = check_severas([(number, is_iban)], ACCOUNTS, None)
    assert (one.state, one.step.where if one.step else "") == (state, where)


def test_L2_no_account_in_severa_is_a_note() -> None:
    """Unless the settings name one: then nothing is missing."""
    assert [one.state for one in check_severas([], ACCOUNTS, None)] == [State.NOTE]
    assert check_severas([], ACCOUNTS, FIRST) == []
