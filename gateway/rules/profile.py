"""What a company's settings and its registers say, as far as the rules need it."""

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
    """S4-S6: codes for rows that have none."""

    product: str
    work_type: str
    travel_expense: str

    def of(self, kind: RowKind) -> str:
        """The default of a kind of row (P1)."""
        by_kind = {RowKind.HOURS: self.work_type, RowKind.TRAVEL: self.travel_expense}
        return by_kind.get(kind, self.product)


@dataclass(frozen=True, slots=True)
class CompanyProfile:
    """Terms of one company, for one invoice.

    `iban`: the company's own account, in the invoice's currency where it has one.
    `vat_percents`: those in use for sales.
    `vat`: the company's VAT statuses, and how they are chosen (V1).
    `rates`: what the rate of a foreign invoice is held against (V2).
    `own_reference`: the reference is Procountor's own, whatever Severa's is.
    `sender_first`: our own contact person stands before the receiver's.
    `sends`: the invoice is sent from Procountor at once (S14).
    `day`: today in Procountor; None: nothing depends on it.
    `row_text`: characters of a row's text that go as its product.
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
    own_reference: bool = False
    sender_first: bool = False
    sends: bool = False
    day: dt.date | None = None
    row_text: int = PRODUCT_TEXT
    accounts: frozenset[str] | None = None
