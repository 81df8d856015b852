"""The company's own bank accounts in both systems, and their problems (L2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from stdnum import iban as iban_numbers

from gateway.check.findings import Finding, State, in_procountor, in_settings, in_severa
from gateway.errors import Configuration
from gateway.rules.bank_accounts import NONE_WANTED, OwnIban, Wanted, plain
from gateway.rules.identifiers import iban

PART = "bank accounts"


def check_accounts(accounts: Sequence[OwnIban], home: str, wanted: Wanted = NONE_WANTED) -> list[Finding]:
    """A line per account, for the home currency if it has none, and per currency with several accounts."""
    found = [_account(one) for one in sorted(accounts, key=lambda one: (one.currency, one.iban))]
    step = in_procountor(f"Add a bank account in {home}, with its IBAN.")
    if not accounts:
        return [Finding(PART, home, State.MISSING, "Procountor has no active bank account.", step)]
    if all(one.currency != home for one in accounts):
        message = f"Invoices in {home} would get a bank account in another currency."
        found.append(Finding(PART, home, State.MISSING, message, step))
    if wanted.named and all(one.iban not in wanted for one in accounts):
        message = "The settings name it, but Procountor has no active account with this IBAN."
        step = in_settings("Correct sales.bank_account, or have a user of Procountor add the account.")
        return [*found, Finding(PART, wanted.named, State.MISSING, message, step)]
    counts = sorted(Counter(one.currency for one in accounts).items())
    return found + [_chosen(currency, accounts, wanted) for currency, count in counts if count > 1]


def check_severas(
    numbers: Collection[tuple[str, bool]], accounts: Sequence[OwnIban], named: str | None
) -> list[Finding]:
    """Severa's accounts of the unit, each with whether it is an IBAN, compared with Procountor's."""
    if not accounts:
        return []  # reported already
    if not numbers:
        message = "Severa has no bank account for this business unit: the gateway uses Procountor's default account."
        return [] if named else [Finding(PART, "in Severa", State.NOTE, message)]
    return [_severas(number, is_iban, {plain(one.iban) for one in accounts}) for number, is_iban in sorted(numbers)]


def _severas(number: str, is_iban: bool, there: Collection[str]) -> Finding:
    thing = f"in Severa {number}"
    if not is_iban:
        return Finding(PART, thing, State.NOTE, "It is a Bankgiro number, which an invoice in Procountor can't have.")
    if not iban_numbers.is_valid(plain(number), check_country=False):
        step = in_severa("Write the bank account of the business unit as an IBAN.")
        return Finding(PART, thing, State.DIFFERENT, "It is not an IBAN, or its check digits are wrong.", step)
    if plain(number) not in there:
        message = "Procountor has no active account with this IBAN: invoices get another account than in Severa."
        step = in_procountor("Add the account, or correct its IBAN there or in Severa.")
        return Finding(PART, thing, State.DIFFERENT, message, step)
    return Finding(PART, thing, State.OK, "also in Procountor")


def _chosen(currency: str, accounts: Sequence[OwnIban], wanted: Wanted) -> Finding:
    """Which of several accounts in a currency invoices get, and why."""
    own = [one for one in accounts if one.currency == currency]
    liked = [one for one in own if one.iban in wanted]
    if len(liked) == 1:
        why = "as the settings say" if wanted.named else "as in Severa"
        return Finding(PART, currency, State.OK, f"invoices get {liked[0].iban}, {why}")
    defaults = sum(one.default_for_invoice for one in liked or own)
    if defaults == 1:
        return Finding(PART, currency, State.OK, "invoices get the default account")
    message = (
        f"{defaults} of {len(own)} accounts are default for invoices: the gateway uses the first in Procountor's order."
    )
    return Finding(PART, currency, State.NOTE, message)


def _account(one: OwnIban) -> Finding:
    thing = f"{one.currency} {one.iban}".strip()
    try:
        iban(one.iban)
    except Configuration:
        message = "It is not a valid IBAN: its check digits are wrong." if one.iban else "It has no IBAN."
        return Finding(PART, thing, State.DIFFERENT, message, in_procountor("Correct the IBAN of the bank account."))
    return Finding(PART, thing, State.OK, "default for invoices" if one.default_for_invoice else "")
