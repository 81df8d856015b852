"""What the rules of sales invoices know about a company: its settings and registers together."""

from __future__ import annotations

from gateway.delivery.company import CompanyContext
from gateway.documents import SalesInvoice
from gateway.flows.sales_invoices.rates import known_rates
from gateway.flows.sales_invoices.vat_facts import vat_terms
from gateway.rules.accounts import sales_account
from gateway.rules.bank_accounts import OwnIban, Wanted, in_currency, own_account, plain
from gateway.rules.codes.countries import country
from gateway.rules.codes.currencies import HOME_CURRENCY
from gateway.rules.profile import CompanyProfile, DefaultCodes
from gateway.settings import TargetStatus
from gateway.severa.fields import FINLAND


async def company_profile(context: CompanyContext, invoice: SalesInvoice) -> CompanyProfile:
    """Settings and registers together. Raises Configuration if there is no account for the currency, or its IBAN is
    wrong.

    The chart of accounts is read only for an invoice whose rows have accounts (L1).
    """
    company, codes, currency = context.company, context.company.default_codes, invoice.currency
    own = await _own_iban(context, currency)
    vat = await context.registers.vat(country(company.country))
    return CompanyProfile(
        country=company.country,
        currency=HOME_CURRENCY[company.country],
        iban=own,
        default_codes=DefaultCodes(codes.product, codes.work_type, codes.travel_expense),
        send_by_email=company.sales.send_by_email,
        may_create_partners=company.create_customers,
        may_create_products=company.create_products,
        accounts=await context.registers.chart() if any(map(sales_account, invoice.rows)) else None,
        vat_percents=vat.percents,
        vat=vat_terms(company.sales.vat, vat.statuses),
        rates=await known_rates(context, invoice),
        sends=company.sales.target_status is TargetStatus.SENT,
        day=context.now().astimezone(FINLAND).date(),
        own_reference=company.sales.bank_reference == "procountor",
        sender_first=company.sales.contact_persons == "sender_first",
        row_text=company.sales.row_text,
    )


async def _own_iban(context: CompanyContext, currency: str) -> str:
    """The company's account. Severa is asked only if Procountor leaves a choice and the settings name none; its answer
    is cached (L2).
    """
    there = [one for one in await context.registers.accounts() if one.active and one.iban]
    accounts = [OwnIban(one.iban, one.currency, one.default_for_invoice) for one in there]
    named, severas = context.company.sales.bank_account, frozenset[str]()
    if named is None and len(in_currency(accounts, currency)) > 1:
        theirs = await context.registers.severa_accounts(context.severa, context.company.business_unit)
        severas = frozenset(plain(one.number) for one in theirs if one.is_iban)
    return own_account(accounts, currency, Wanted(named, severas), context.company.id)
