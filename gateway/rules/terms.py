"""What a company's settings and its registers say, as far as the rules need it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from gateway.documents import RowKind
from gateway.rules.rates import NOT_COMPARED, KnownRates
from gateway.rules.vat_statuses import VatTerms


@dataclass(frozen=True, slots=True)
class DefaultCodes:
    """S4-S6: codes for rows that have none."""

    product: str
    work_type: str
    travel_expense: str

    def of(self, kind: RowKind) -> str:
        """The default of a kind of row (P1)."""
        by_kind = {RowKind.HOURS: self.work_type, RowKind.TRAVEL: self.travel_expense}
        return by_kind.get(kind, self.product)


@dataclass(frozen=True, slots=True)
class CompanyTerms:
    """Terms of one company. `iban` is its own account in the invoice's currency; `vat_percents` those in use; `vat` its
    VAT statuses, and how they are chosen; `rates` what the rate of a foreign invoice is held against.

    `accounts`: active numbers of the chart of accounts; None where it wasn't read, and then it isn't checked (L1).
    """

    country: str
    currency: str
    iban: str
    default_codes: DefaultCodes
    send_by_email: bool
    may_create_partners: bool
    may_create_products: bool
    vat_percents: frozenset[Decimal]
    vat: VatTerms
    rates: KnownRates = NOT_COMPARED
    accounts: frozenset[str] | None = None
