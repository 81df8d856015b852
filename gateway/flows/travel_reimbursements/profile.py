"""What the rules of travel reimbursements know about a company: its settings and registers together."""

from __future__ import annotations

import datetime as dt

from gateway.delivery.company import CompanyContext
from gateway.documents import TravelReimbursement
from gateway.flows.travel_reimbursements.rules.mapping import TravelProfile
from gateway.rules.bank_accounts import NONE_WANTED, OwnIban, own_account
from gateway.rules.codes.countries import country
from gateway.rules.codes.currencies import HOME_CURRENCY, PROCOUNTOR
from gateway.severa.fields import FINLAND


def today(context: CompanyContext) -> dt.date:
    """Today where the company is."""
    return context.now().astimezone(FINLAND).date()


async def travel_profile(context: CompanyContext, document: TravelReimbursement) -> TravelProfile:
    """Settings and registers, all cached. Raises Configuration if the company has no bank account.

    A reimbursement in another currency has Procountor's rate of its day: Severa has none of it.
    """
    company, own = context.company, HOME_CURRENCY[context.company.country]
    there = [one for one in await context.registers.accounts() if one.active and one.iban]
    accounts = [OwnIban(one.iban, one.currency, one.default_for_payment) for one in there]
    foreign = document.currency != own and document.currency in PROCOUNTOR and document.date != dt.date.min
    day = min(document.date, today(context))
    return TravelProfile(
        country=company.country,
        currency=own,
        iban=own_account(accounts, document.currency, NONE_WANTED, company.id),
        vat_percents=(await context.registers.vat(country(company.country))).purchases,
        payment_term=company.travel.payment_term,
        row_text=company.travel.row_text,
        **({"rate": await context.registers.rate(own, document.currency, day)} if foreign else {}),
    )
