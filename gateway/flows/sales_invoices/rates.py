"""The exchange rates that a foreign invoice's rate is compared with (V2)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from gateway.delivery.company import CompanyContext
from gateway.documents import SalesInvoice
from gateway.rules.codes.currencies import HOME_CURRENCY, PROCOUNTOR
from gateway.rules.rates import NOT_COMPARED, KnownRates, rate_of_company


async def known_rates(context: CompanyContext, invoice: SalesInvoice) -> KnownRates:
    """One call to each system, both cached; none for an invoice in the company's own currency.

    An invoice with a future date is compared with today's rate.
    """
    own, tolerance = HOME_CURRENCY[context.company.country], context.company.sales.currency_rate_tolerance
    if invoice.currency == own or invoice.currency not in PROCOUNTOR or invoice.date == dt.date.min:
        return NOT_COMPARED
    company = rate_of_company(await context.registers.severa_currencies(context.severa), own)
    if tolerance is None:
        return KnownRates(company)
    day = min(invoice.date, context.now().date())
    theirs = await context.registers.rate(own, invoice.currency, day)
    return KnownRates(company, theirs, day, Decimal(str(tolerance)) / 100)
