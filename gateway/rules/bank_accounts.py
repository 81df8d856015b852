"""The company's own bank accounts in Procountor, and which of them an invoice gets (L2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.errors import configuration
from gateway.rules.identifiers import iban


@dataclass(frozen=True, slots=True)
class OwnIban:
    """An active bank account in Procountor."""

    iban: str
    currency: str
    default_for_invoice: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which accounts invoices should get."""

    #: In the settings.
    named: str | None = None
    #: Otherwise: accounts of the business unit in Severa.
    in_severa: frozenset[str] = frozenset()

    def __contains__(self, own: str) -> bool:
        return plain(own) in ({plain(self.named)} if self.named else self.in_severa)


#: Neither the settings nor Severa name an account.
NONE_WANTED = Wanted()


def plain(number: str) -> str:
    """An account's number in the form that compares."""
    return "".join(filter(str.isalnum, number)).upper()


def in_currency(accounts: Sequence[OwnIban], currency: str) -> list[OwnIban]:
    """The accounts for an invoice in this currency: those in its currency, otherwise all."""
    return [one for one in accounts if one.currency == currency] or list(accounts)


def own_account(accounts: Sequence[OwnIban], currency: str, wanted: Wanted, company: str) -> str:
    """The IBAN for an invoice in this currency.

    Among the accounts in its currency (among all, if there is none): the wanted account, otherwise the default for
    invoices, otherwise the first in Procountor's order. Raises Configuration if there is none, the settings name
    another, or it is not an IBAN.
    """
    if wanted.named and all(one.iban not in wanted for one in accounts):
        raise configuration("BANK_ACCOUNT_UNKNOWN", company=company, iban=wanted.named)
    choice = sorted(
        in_currency(accounts, currency), key=lambda one: (one.iban not in wanted, not one.default_for_invoice)
    )
    if not choice:
        raise configuration("BANK_ACCOUNT_MISSING", company=company, currency=currency)
    return iban(choice[0].iban)
