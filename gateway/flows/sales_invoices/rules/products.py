"""Which product a row is (P1-P3), and the body of a new one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gateway.documents import Row, SalesInvoice, Truncation
from gateway.errors import Faults, refuse
from gateway.flows.sales_invoices.rules.fields import PRODUCT
from gateway.rules.accounts import sales_account
from gateway.rules.codes.units import unit
from gateway.rules.fields import LONGEST_CODE
from gateway.rules.profile import CompanyProfile, DefaultCodes
from gateway.rules.register_items import ProductCard, SeveraProduct
from gateway.rules.text.assemble import Truncations, assemble
from gateway.rules.text.fit import blank, fit


def row_code(row: Row, defaults: DefaultCodes) -> tuple[str, str | None]:
    """The row's code, and a note if several different codes led to the default.

    Blank entries don't count. The same code everywhere: that code. None, or different codes: the default of the row's
    kind (P1, P3).
    """
    codes = list(dict.fromkeys(code.strip() for code in row.codes if code and code.strip()))
    if len(codes) == 1:
        return codes[0], None
    default = defaults.of(row.kind)
    if not codes:
        return default, None
    return default, f"Row {row.position} ({row.description}) groups the codes {', '.join(codes)}; {default} is used."


def check_codes(invoice: SalesInvoice, defaults: DefaultCodes) -> None:
    """Each row's code can be stored in a register. Raises Permanent."""
    faults = Faults()
    for row in invoice.rows:
        code = row_code(row, defaults)[0]
        if fit("code", code, LONGEST_CODE)[0] != code:
            faults.add(refuse("PRODUCT_CODE_WRONG", row=row.position, text=row.description, product=code))
    faults.raise_all()


def match_product(cards: Iterable[ProductCard], row: Row, code: str) -> ProductCard | None:
    """The product with exactly this code, the oldest active one; None: a new one is needed (P2).

    Raises Permanent if only inactive ones have the code: a person activates one, or corrects the row.
    """
    found = min(
        (card for card in cards if card.code == code), key=lambda card: (not card.active, card.id), default=None
    )
    if found is not None and not found.active:
        raise refuse("PRODUCT_INACTIVE", row=row.position, text=row.description, product=code)
    return found


def new_product(
    row: Row, code: str, currency: str, profile: CompanyProfile, severa: SeveraProduct | None = None
) -> tuple[dict[str, object], list[Truncation]]:
    """The body of POST /products: name, price and unit of Severa's own product or work type with this code. Missing
    values are the row's, of an invoice in `currency`. A row's text is a user's sentence.

    Raises Permanent if S3 forbids it (P2).
    """
    if not profile.may_create_products:
        raise refuse("PRODUCT_MISSING", row=row.position, text=row.description, product=code)
    own = severa or SeveraProduct(code)
    name = next((text for text in (own.name, row.description) if not blank(text)), code)
    price = own.price if own.price is not None and own.price.amount and own.price.currency else None
    values: dict[str, object] = {
        "type": "SALES",
        "name": name,
        "code": code,
        "unit": unit(row if blank(own.unit) else replace(row, unit=own.unit))[0],
        "discount": 0,
        "price": (price or row.unit_price).amount,
        "active": True,
        "currency": price.currency if price else currency,
        "vat": row.vat_percent,
        "defaultAccount": sales_account(row),
    }
    losses = Truncations()
    return assemble(PRODUCT, values, losses, prefix="product."), losses.truncations
