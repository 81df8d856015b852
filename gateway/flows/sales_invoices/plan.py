"""The plan of a sales invoice: partner, products, items, the invoice itself, files, receipt, status (decision 4)."""

from __future__ import annotations

from dataclasses import replace

from gateway.delivery.attempt import Attempt
from gateway.delivery.plan import Plan, planned_payload
from gateway.documents import Row, SalesInvoice, Truncation
from gateway.errors import MASK, Faults
from gateway.flows.sales_invoices.attach import attachments
from gateway.flows.sales_invoices.profile import company_profile
from gateway.flows.sales_invoices.rules.mapping import Mapped, check_invoice, map_invoice
from gateway.flows.sales_invoices.rules.partners import (
    business_id,
    customer_name,
    customer_number,
    is_id,
    match_partner,
    new_partner,
)
from gateway.flows.sales_invoices.rules.products import match_product, new_product, row_code
from gateway.flows.sales_invoices.vat_facts import vat_facts
from gateway.ledger.effects import Effect, Planned, effects_of
from gateway.rules.profile import CompanyProfile
from gateway.rules.register_items import PartnerCard, ProductCard
from gateway.severa.client import SeveraClient
from gateway.steps.ledger_receipt import receipt
from gateway.steps.procountor_invoice import created, status_actions
from gateway.steps.row_dimensions import RowPlan, plan_items, plan_rows


async def plan_invoice(attempt: Attempt[SalesInvoice]) -> Plan:
    """Check, look for partner, products and dimension items, map. Nothing is created yet.

    Errors of the registers are refused at the same time: reading on needs no call that the transfer doesn't need
    anyway. Raises every kind of GatewayError.
    """
    invoice = await with_personal_id(attempt.context.severa, attempt.document)
    profile = await company_profile(attempt.context, invoice)
    facts = await vat_facts(attempt.context.severa, invoice, profile)
    check_invoice(invoice, profile, facts)
    faults, rows, truncations = Faults(), RowPlan({}), list[Truncation]()
    partner = Planned[PartnerCard]()
    with faults:
        rows = await plan_rows(attempt)
    with faults:
        partner = await _partner(attempt, invoice, profile, truncations)
    products = await _products(attempt, profile, truncations, faults)
    faults.raise_all()
    rows = await plan_items(attempt, rows)

    def partner_id() -> int:
        return partner.card.id if partner.card else 0

    def mapped() -> Mapped:
        ids = {code: one.card.id if one.card else 0 for code, one in products.items()}
        return map_invoice(invoice, profile, partner_id(), ids, attempt.revision.marker(invoice.id), facts)

    now, objects = mapped(), effects_of(partner, *products.values(), *rows.items.values())
    notes = (*now.notes, *rows.notes)
    return Plan(
        objects=objects,
        document=created(
            attempt, f"create sales invoice {invoice.number}", lambda: (mapped() if objects else now).body
        ),
        steps=_following(attempt, rows),
        payload=planned_payload(attempt, (*truncations, *now.truncations), notes),
        partner_id=partner_id,
    )


async def plan_steps(attempt: Attempt[SalesInvoice]) -> tuple[Effect, ...]:
    """What follows the invoice and may be missing: its items, files, receipt and status."""
    rows = await plan_items(attempt, await plan_rows(attempt))
    return (*effects_of(*rows.items.values()), *_following(attempt, rows))


def _following(attempt: Attempt[SalesInvoice], rows: RowPlan) -> tuple[Effect, ...]:
    status = attempt.context.company.sales.target_status
    return (*attachments(attempt), *receipt(attempt, rows), *status_actions(attempt, status))


async def _partner(
    attempt: Attempt[SalesInvoice], invoice: SalesInvoice, profile: CompanyProfile, truncations: list[Truncation]
) -> Planned[PartnerCard]:
    """The invoice's partner. Raises Permanent."""
    wanted, number, customer = business_id(invoice), customer_number(invoice), customer_name(invoice)

    async def body() -> dict[str, object]:
        made, lost = new_partner(invoice, profile)
        truncations.extend(lost)
        return made

    return await attempt.context.registers.partner(
        attempt.home, number, lambda cards: match_partner(cards, wanted, number, customer), body, attempt.word
    )


async def _products(
    attempt: Attempt[SalesInvoice], profile: CompanyProfile, truncations: list[Truncation], faults: Faults
) -> dict[str, Planned[ProductCard]]:
    """Products by code. If products may not be created, each missing one is a fault."""
    products: dict[str, Planned[ProductCard]] = {}
    first = {row_code(row, profile.default_codes)[0]: row for row in reversed(attempt.document.rows)}
    for code, row in sorted(first.items(), key=lambda one: one[1].position):

        async def body(row: Row = row, code: str = code) -> dict[str, object]:
            may_create = profile.may_create_products
            severa = await attempt.context.severa.product(row.kind, code) if may_create else None
            made, lost = new_product(row, code, attempt.document.currency, profile, severa)
            truncations.extend(lost)
            return made

        def choose(cards: list[ProductCard], row: Row = row, code: str = code) -> ProductCard | None:
            return match_product(cards, row, code)

        with faults:
            products[code] = await attempt.context.registers.product(attempt.home, code, choose, body, attempt.word)
    return products


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
