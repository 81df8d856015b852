"""What a company's registers lead to before an invoice is looked at."""

from __future__ import annotations

import pytest

from gateway.delivery.apply import carry_out
from gateway.delivery.attempt import Attempt
from gateway.delivery.change import Changed, Origin
from gateway.documents import DocumentKey, Kind, Revision, RowKind, SalesInvoice, Sequence
from gateway.errors import Configuration, Permanent, refuse
from gateway.flows.sales_invoices.flow import FLOW
from gateway.flows.sales_invoices.plan import plan_invoice
from gateway.flows.sales_invoices.profile import company_profile
from gateway.http import CallLease
from gateway.procountor.requests import Body
from gateway.procountor.responses import OwnAccount
from gateway.rules.register_items import PartnerCard, ProductCard, SeveraProduct
from gateway.rules.vat_statuses import CompanyVat
from gateway.settings import TargetStatus
from tests.memory_home import MemoryLedger
from tests.unit.invoices import PROFILE, a_row, an_invoice
from tests.unit.one_company import HOME, MemoryProcountor, MemorySevera, a_company, a_context
from tests.unit.one_document import PARTNER

KEY = DocumentKey("acme-fi", Kind.SALES_INVOICE, "8f0e")


async def test_L2_an_own_iban_that_is_wrong_holds_the_company() -> None:
    """It is wrong on every invoice, so it is reported once, and not for each (decision 14)."""
    procountor = NothingThere()
    procountor.accounts = [OwnAccount("FI2212345600000785", "EUR", True, True)]
    with pytest.raises(Configuration, match="IBAN_INVALID"):
        await company_profile(a_context(procountor=procountor), an_invoice())


class NothingThere(MemoryProcountor):
    """Registers without an object. `refused`: what Procountor says to each product that should be created."""

    def __init__(self, refused: Permanent | None = None) -> None:
        super().__init__()
        self.calls, self.refused = list[str](), refused
        self.accounts = [OwnAccount(PROFILE.iban, "EUR", True, True)]

    async def bank_accounts(self) -> list[OwnAccount]:
        return self.accounts

    async def vat(self, country: str) -> CompanyVat:
        return CompanyVat(PROFILE.vat_percents or frozenset(), PROFILE.vat.statuses)

    async def find_products(self, code: str) -> list[ProductCard]:
        self.calls.append(code)
        return []

    async def find_partners(self, customer_number: str, active: bool = True) -> list[PartnerCard]:
        self.calls.append(customer_number)
        return []

    async def create_partner(self, body: Body, lease: CallLease) -> PartnerCard:
        self.calls.append("POST")
        return PARTNER

    async def create_product(self, body: Body, lease: CallLease) -> ProductCard:
        self.calls.append("POST")
        assert self.refused is not None
        raise self.refused


class NoProducts(MemorySevera):
    """Severa without cards of products."""

    async def product(self, kind: RowKind, code: str) -> SeveraProduct | None:
        return None


async def transferred(attempt: Attempt[SalesInvoice]) -> None:
    await carry_out(attempt, await plan_invoice(attempt))


def planned(api: NothingThere, may_create_products: bool) -> Attempt[SalesInvoice]:
    """An attempt on an invoice with two products."""
    rows = (a_row(1, codes=("A",)), a_row(2, codes=("B",)), a_row(3, codes=("A",)))
    invoice = an_invoice(status_id="before", rows=rows)
    company = a_company(target_status=TargetStatus.SENT, attachments="full").model_copy(
        update={"create_customers": True, "create_products": may_create_products}
    )
    change = Changed("nordic", KEY, Revision(1, Sequence(1, 1), "c" * 64), Origin.POLL, invoice)
    context = a_context(company, procountor=api, severa=NoProducts())
    return Attempt(FLOW, change, MemoryLedger().take(HOME), context)


async def test_F1_plan_names_each_effect_and_has_none() -> None:
    """Customer, products, the invoice, its file, its status actions: in the order in which they are applied."""
    api = NothingThere()
    plan = await plan_invoice(planned(api, may_create_products=True))
    assert [effect.title for effect in plan.effects] == [
        "create the customer 77",
        "create the product A",
        "create the product B",
        "create sales invoice 1001",
        "attach invoice-1001.pdf",
        "approve",
        "send",
    ]
    assert "POST" not in api.calls


async def refused(api: NothingThere, may_create_products: bool) -> list[str]:
    """Codes of all that an invoice with two products is refused for."""
    attempt = planned(api, may_create_products)
    with pytest.raises(Permanent) as caught:
        await transferred(attempt)
    return [error.code for error in (caught.value, *caught.value.others)]


async def test_F5_registers_refusal_creates_nothing() -> None:
    """Its customer may be created, its products may not: one search of each code, and all that are missing at once."""
    api = NothingThere()
    assert await refused(api, may_create_products=False) == ["PRODUCT_MISSING", "PRODUCT_MISSING"]
    assert api.calls == ["77", "77", "A", "B"]  # an inactive one too


async def test_F5_refused_product_ends_the_creation_of_products() -> None:
    api = NothingThere(refuse("PROCOUNTOR_REFUSED", said="the name is wrong", operation="create product"))
    assert await refused(api, may_create_products=True) == ["PROCOUNTOR_REFUSED"]
    assert api.calls == ["77", "77", "A", "B", "POST", "POST"]
