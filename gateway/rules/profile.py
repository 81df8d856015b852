"""A company's settings and registers, as far as the rules need them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from gateway.documents import RowKind
from gateway.rules.fields import PRODUCT_TEXT
from gateway.rules.rates import NOT_COMPARED, KnownRates
from gateway.rules.vat_statuses import VatTerms


@dataclass(frozen=True, slots=True)
class DefaultCodes:
    """S4-S6: codes for rows without a code."""

    product: str
    work_type: str
    travel_expense: str

    def of(self, kind: RowKind) -> str:
        """The default code of a kind of row (P1)."""
        by_kind = {RowKind.HOURS: self.work_type, RowKind.TRAVEL: self.travel_expense}
        return by_kind.get(kind, self.product)


@dataclass(frozen=True, slots=True)
class CompanyProfile:
    """The terms of a company for one invoice."""

    country: str
    currency: str
    #: The company's own account, in the invoice's currency if it has one.
    iban: str
    default_codes: DefaultCodes
    send_by_email: bool
    may_create_partners: bool
    may_create_products: bool
    #: The percentages in use for sales.
    vat_percents: frozenset[Decimal]
    #: The company's VAT statuses and how they are chosen (V1).
    vat: VatTerms
    #: What a foreign invoice's rate is compared with (V2).
    rates: KnownRates = NOT_COMPARED
    #: The reference is Procountor's own, whatever Severa's is.
    own_reference: bool = False
    #: Our own contact person comes before the receiver's.
    sender_first: bool = False
    #: The invoice is sent from Procountor at once (S14).
    sends: bool = False
    #: Today in Procountor; None if nothing depends on it.
    day: dt.date | None = None
    #: How many characters of a row's text its product gets.
    row_text: int = PRODUCT_TEXT
    #: Active numbers of the chart of accounts; None if it wasn't read, and then isn't checked (L1).
    accounts: frozenset[str] | None = None
