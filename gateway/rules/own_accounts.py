"""The company's own bank accounts in Procountor: which one an invoice of a currency gets, and what is wrong (L2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.errors import Configuration
from gateway.rules.findings import Finding, State, in_procountor
from gateway.rules.identifiers import iban

PART = "bank accounts"


@dataclass(frozen=True, slots=True)
class OwnIban:
    """An active bank account."""

    iban: str
    currency: str
    default_for_invoice: bool


def check_accounts(accounts: Sequence[OwnIban], home: str) -> list[Finding]:
    """A line for each account, and for the home currency when it has none.

    An invoice in a currency without an account gets the default one (field table, L2).
    """
    found = [_account(one) for one in sorted(accounts, key=lambda one: (one.currency, one.iban))]
    step = in_procountor(f"Add a bank account in {home}, with its IBAN.")
    if not accounts:
        return [Finding(PART, home, State.MISSING, "Procountor has no active bank account.", step)]
    if all(one.currency != home for one in accounts):
        told = f"Invoices in {home} would name an account in another currency."
        found.append(Finding(PART, home, State.MISSING, told, step))
    for currency, count in sorted(Counter(one.currency for one in accounts).items()):
        defaults = sum(one.currency == currency and one.default_for_invoice for one in accounts)
        if count > 1 and defaults != 1:
            told = f"Of {count} accounts {defaults} are default for invoices: the first in Procountor's order is used."
            found.append(Finding(PART, currency, State.NOTE, told))
    return found


def _account(one: OwnIban) -> Finding:
    thing = f"{one.currency} {one.iban}".strip()
    try:
        iban(one.iban)
    except Configuration:
        told = "It is no IBAN: its check digits are wrong." if one.iban else "It has no IBAN."
        return Finding(PART, thing, State.DIFFERENT, told, in_procountor("Correct the IBAN of the bank account."))
    return Finding(PART, thing, State.OK, "default for invoices" if one.default_for_invoice else "")
