"""What must exist before the invoice: a checked document, a partner, products (decision 4)."""

from __future__ import annotations

from dataclasses import replace

from gateway.delivery.attempt import Attempt, IntentPayload
from gateway.delivery.company import CompanyContext
from gateway.delivery.flow import Prepared
from gateway.documents import Row, SalesInvoice, Truncation
from gateway.documents.hashing import head_hash
from gateway.errors import MASK, Faults, mask
from gateway.flows.sales_invoices.rates import known_rates
from gateway.flows.sales_invoices.rules.mapping import check_invoice, map_invoice
from gateway.flows.sales_invoices.rules.partners import (
    business_id,
    customer_name,
    customer_number,
    is_id,
    match_partner,
    new_partner,
)
from gateway.flows.sales_invoices.rules.products import match_product, new_product, row_code
from gateway.flows.sales_invoices.vat_facts import vat_facts, vat_terms
from gateway.rules.accounts import sales_account
from gateway.rules.bank_accounts import OwnIban, Wanted, in_currency, own_account, plain
from gateway.rules.codes.countries import country
from gateway.rules.codes.currencies import HOME_CURRENCY
from gateway.rules.profile import CompanyProfile, DefaultCodes
from gateway.rules.register_items import PartnerCard, ProductCard, SeveraProduct
from gateway.settings import TargetStatus
from gateway.severa.client import SeveraClient
from gateway.severa.fields import FINLAND
from gateway.steps.row_dimensions import Plan, ensure_items, plan_rows


async def prepare(attempt: Attempt[SalesInvoice]) -> Prepared:
    """Check, ensure partner, products and dimension items, map. Nothing is created for an invoice that is refused.

    Errors of the registers are refused at the same time: reading on needs no call that the transfer doesn't need
    anyway. Raises every kind of GatewayError.
    """
    invoice = await with_personal_id(attempt.context.severa, attempt.document)
    profile = await company_profile(attempt.context, invoice)
    facts = await vat_facts(attempt.context.severa, invoice, profile)
    check_invoice(invoice, profile, facts)
    faults, plan, truncations = Faults(), Plan({}), list[Truncation]()
    with faults:
        plan = await plan_rows(attempt)
    products: dict[str, int] = {}
    if not profile.may_create_products:  # a missing product refuses the invoice, so it is looked for first
        products = await _products(attempt, profile, truncations, faults)
    partner = await _partner(attempt, invoice, profile, truncations, faults)
    if profile.may_create_products:
        products = await _products(attempt, profile, truncations, faults)
    faults.raise_all()
    await ensure_items(attempt, plan)
    mapped = map_invoice(invoice, profile, partner.id, products, attempt.revision.marker(invoice.id), facts)
    payload = IntentPayload(
        attempt.revision,
        partner.id,
        (*truncations, *mapped.truncations),
        tuple(map(mask, (*mapped.notes, *plan.notes))),
        head_hash(attempt.document),
        invoice.number,
    )
    return Prepared(partner.id, mapped.body, payload)


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


async def _partner(
    attempt: Attempt[SalesInvoice],
    invoice: SalesInvoice,
    profile: CompanyProfile,
    truncations: list[Truncation],
    faults: Faults,
) -> PartnerCard:
    """The invoice's partner. Raises Permanent, with all faults that were found before."""
    wanted, number, customer = business_id(invoice), customer_number(invoice), customer_name(invoice)

    def body() -> dict[str, object]:
        made, lost = new_partner(invoice, profile)
        faults.raise_all()  # create no partner for a refused invoice
        truncations.extend(lost)
        return made

    partner: PartnerCard | None = None
    with faults:
        partner = await attempt.context.registers.partner(
            attempt.home,
            number,
            choose=lambda cards: match_partner(cards, wanted, number, customer),
            body=body,
            word=attempt.word,
        )
    faults.raise_all()
    assert partner is not None
    return partner


async def _products(
    attempt: Attempt[SalesInvoice], profile: CompanyProfile, truncations: list[Truncation], faults: Faults
) -> dict[str, int]:
    """Ids by code. If products may not be created, each missing one is a fault."""
    ids: dict[str, int] = {}
    first = {row_code(row, profile.default_codes)[0]: row for row in reversed(attempt.document.rows)}
    for code, row in sorted(first.items(), key=lambda one: one[1].position):

        async def body(row: Row = row, code: str = code) -> dict[str, object]:
            severa: SeveraProduct | None = None
            if profile.may_create_products:
                faults.raise_all()  # create no product after a refused one
                severa = await attempt.context.severa.product(row.kind, code)
            made, lost = new_product(row, code, attempt.document.currency, profile, severa)
            truncations.extend(lost)
            return made

        def choose(cards: list[ProductCard], row: Row = row, code: str = code) -> ProductCard | None:
            return match_product(cards, row, code)

        with faults:
            ids[code] = (await attempt.context.registers.product(attempt.home, code, choose, body, attempt.word)).id
    return ids


async def with_personal_id(severa: SeveraClient, invoice: SalesInvoice) -> SalesInvoice:
    """The invoice with the number that its event doesn't carry, for the calls to Procountor alone (decision 16).

    The rules judge it as any other: a sole trader of Sweden is invoiced, a private person of Finland is refused.
    """
    customer = invoice.customer
    if invoice.business_id == MASK:
        return replace(invoice, business_id=await severa.receiver_id(invoice.id))
    if customer.business_id == MASK and not is_id(invoice.business_id or ""):
        return replace(invoice, customer=replace(customer, business_id=await severa.customer_id(customer.id)))
    return invoice
