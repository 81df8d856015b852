"""Each row's VAT case, and the VAT number that a sale within the EU needs (V1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.documents import Row, RowKind, SalesInvoice
from gateway.errors import Faults, refuse
from gateway.flows.sales_invoices.rules.partners import business_id
from gateway.rules.codes.countries import alpha2
from gateway.rules.identifiers import shown
from gateway.rules.profile import CompanyProfile
from gateway.rules.vat_law import EU, EU_PREFIXES, HOME
from gateway.rules.vat_statuses import VatCase, choose

#: Severa's product type of goods; its others (FixedFees, Subcontracting) are services (docs/api-facts.md 13).
MATERIALS = "Materials"
#: The length of a VAT number with its country code (docs/api-facts.md 47).
VAT_NUMBER = range(7, 15)


@dataclass(frozen=True, slots=True)
class VatFacts:
    """Facts about an invoice's VAT that need calls of their own."""

    #: The customer owes the VAT of a domestic sale.
    reverse_charged: bool = False
    #: The types of the fees behind each row, by the row's guid; empty if Severa has none.
    product_types: Mapping[str, frozenset[str]] = field(default_factory=dict)


#: For an invoice whose VAT depends on nothing else.
NOT_ASKED = VatFacts()


def asks_reverse_charge(invoice: SalesInvoice, profile: CompanyProfile) -> bool:
    """Whether reverse charge decides anything: a domestic row has no VAT."""
    return _at_home(invoice, profile) and any(row.vat_percent == 0 for row in invoice.rows)


def asks_product_types(invoice: SalesInvoice, profile: CompanyProfile) -> bool:
    """Whether goods and services matter: a row of fees is sold to another EU country without VAT."""
    fees = any(row.vat_percent == 0 and row.kind is RowKind.FEES for row in invoice.rows)
    return fees and _within_eu(invoice, profile)


def row_statuses(invoice: SalesInvoice, profile: CompanyProfile, facts: VatFacts) -> tuple[int, list[int]]:
    """Procountor's status for the head and for each row. Raises Permanent if one is unknown.

    The head has the status of domestic sales if any row is domestic, otherwise the first row's. A row's own status
    overrides it, so an invoice may have goods and services.
    """
    faults, cases, numbers = Faults(), list[VatCase](), dict[VatCase, int]()
    for row in invoice.rows:
        with faults:
            cases.append(row_case(row, invoice, profile, facts))
    for case in dict.fromkeys(cases):
        with faults:
            numbers[case] = choose(profile.vat, case, profile.country, invoice.date).number
    faults.raise_all()
    head = VatCase.DOMESTIC if VatCase.DOMESTIC in cases else cases[0]
    return numbers[head], [numbers[case] for case in cases]


def row_case(row: Row, invoice: SalesInvoice, profile: CompanyProfile, facts: VatFacts) -> VatCase:
    """Domestic if VAT is charged. Raises Permanent if a VAT number, or the kind of sale, is missing."""
    if row.vat_percent:
        return VatCase.DOMESTIC
    if _at_home(invoice, profile):
        return VatCase.REVERSE_CHARGE if facts.reverse_charged else VatCase.DOMESTIC_ZERO
    if not _within_eu(invoice, profile):
        return VatCase.ZERO_RATED if profile.vat.outside_eu_reported else VatCase.OUTSIDE_EU
    if vat_number(invoice, profile) is None:
        if profile.vat.zero_rated_without_number:
            return VatCase.ZERO_RATED
        written = shown(business_id(invoice).written)
        raise refuse("VAT_NUMBER_MISSING", number=invoice.number, customer=invoice.customer.name, business_id=written)
    return VatCase.EU_GOODS if _is_goods(row, facts) else VatCase.EU_SERVICES


def vat_number(invoice: SalesInvoice, profile: CompanyProfile) -> str | None:
    """The customer's VAT number with its country code, for a sale to another EU country; None if there is none.

    A number of the company's own country doesn't count: the customer buys as a company registered here.
    """
    if not _within_eu(invoice, profile):
        return None
    found = business_id(invoice)
    if found.country:
        number = f"{found.country}{found.canonical}" + ("01" if found.country == "SE" else "")
        return None if found.country == profile.country else number
    plain = found.canonical
    is_one = plain[:2] in EU_PREFIXES and len(plain) in VAT_NUMBER and plain.isascii() and plain.isalnum()
    return plain if is_one else None


def vat_number_note(invoice: SalesInvoice, profile: CompanyProfile) -> str | None:
    """A note about a sale to another EU country without the customer's VAT number."""
    if not _within_eu(invoice, profile) or vat_number(invoice, profile) is not None:
        return None
    written = shown(business_id(invoice).written)
    return f"The business id {written} is not a VAT number of another EU country: the invoice is sent without one."


def _at_home(invoice: SalesInvoice, profile: CompanyProfile) -> bool:
    buyer = alpha2(invoice.receiver_address.country)
    return buyer is None or buyer in HOME.get(profile.country, (profile.country,))


def _within_eu(invoice: SalesInvoice, profile: CompanyProfile) -> bool:
    return not _at_home(invoice, profile) and alpha2(invoice.receiver_address.country) in EU


def _is_goods(row: Row, facts: VatFacts) -> bool:
    """Hours, flat rates and travel are services; fees are what their product types say. Raises Permanent."""
    if row.kind is not RowKind.FEES:
        return False
    types = facts.product_types.get(row.id) or frozenset(("",))
    if "" in types:
        raise refuse("VAT_KIND_UNKNOWN", row=row.position, text=row.description)
    if len({one == MATERIALS for one in types}) > 1:
        raise refuse("VAT_KIND_MIXED", row=row.position, text=row.description, types=", ".join(sorted(types)))
    return MATERIALS in types
