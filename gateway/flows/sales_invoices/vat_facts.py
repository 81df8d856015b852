"""What an invoice's VAT depends on besides itself: settings, and facts that Severa returns only in separate
calls (V1).
"""

from __future__ import annotations

from gateway.documents import SalesInvoice
from gateway.flows.sales_invoices.rules.vat_cases import NOT_ASKED, VatFacts, asks_product_types, asks_reverse_charge
from gateway.rules.profile import CompanyProfile
from gateway.rules.vat_statuses import VatCase, VatStatus, VatTerms
from gateway.settings import SalesVat
from gateway.severa.client import SeveraClient


async def vat_facts(severa: SeveraClient, invoice: SalesInvoice, profile: CompanyProfile) -> VatFacts:
    """At most one call, and none for a common invoice: only facts that decide something are read."""
    if asks_reverse_charge(invoice, profile):
        return VatFacts(reverse_charged=await severa.is_reverse_charged(invoice.id))
    if asks_product_types(invoice, profile):
        return VatFacts(product_types=await severa.product_types(invoice))
    return NOT_ASKED


def vat_terms(settings: SalesVat, statuses: tuple[VatStatus, ...]) -> VatTerms:
    """The company's VAT statuses with its settings."""
    named = settings.statuses.model_dump(exclude_none=True)
    return VatTerms(
        statuses,
        {VatCase(case): number for case, number in named.items()},
        outside_eu_reported=settings.outside_eu == "zero_rated",
        zero_rated_without_number=settings.eu_without_vat_number == "zero_rated",
    )
