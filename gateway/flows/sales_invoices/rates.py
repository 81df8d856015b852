"""The rates of exchange that a foreign invoice's own is held against (V2)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from gateway.delivery.company import Desk
from gateway.documents import SalesInvoice
from gateway.rules.codes.currencies import HOME_CURRENCY, PROCOUNTOR
from gateway.rules.rates import NOT_COMPARED, KnownRates, rate_of_company


async def known_rates(desk: Desk, invoice: SalesInvoice) -> KnownRates:
    """One call to each side, both believed for a while; none in the company's own currency.

    An invoice of a day to come is held against today's rate.
    """
    own, tolerance = HOME_CURRENCY[desk.company.country], desk.company.sales.currency_rate_tolerance
    if invoice.currency == own or invoice.currency not in PROCOUNTOR or invoice.date == dt.date.min:
        return NOT_COMPARED
    company = rate_of_company(await desk.registers.severa_currencies(desk.severa), own)
    if tolerance is None:
        return KnownRates(company)
    day = min(invoice.date, desk.now().date())
    theirs = await desk.registers.rate(own, invoice.currency, day)
    return KnownRates(company, theirs, day, Decimal(str(tolerance)) / 100)
