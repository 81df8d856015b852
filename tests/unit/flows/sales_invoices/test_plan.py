"""What a company's registers lead to before an invoice is looked at."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import AsyncMock

import pytest

from gateway.delivery.apply import carry_out
from gateway.delivery.attempt import Attempt
from gateway.documents import SalesInvoice
from gateway.errors import Configuration, Permanent, refuse
from gateway.flows.sales_invoices import plan
from gateway.flows.sales_invoices.profile import company_profile
from gateway.flows.sales_invoices.rules.vat_cases import NOT_ASKED
from gateway.procountor.responses import OwnAccount
from gateway.registers.registers import Registers
from gateway.rules.register_items import PartnerCard
from gateway.settings import TargetStatus
from gateway.steps.row_dimensions import RowPlan
from tests.unit.invoices import PROFILE, a_row, an_invoice
from tests.unit.one_document import PARTNER, OneDocument


async def test_L2_an_own_iban_that_is_wrong_holds_the_company() -> None:
    """It is wrong on every invoice, so it is told once, and not of each (decision 14)."""

    async def accounts() -> list[OwnAccount]:
        return [OwnAccount("FI2212345600000785", "EUR", True, True)]

    company = SimpleNamespace(id="acme-fi", country="FI", default_codes=SimpleNamespace())
    context: Any = SimpleNamespace(company=company, registers=SimpleNamespace(accounts=accounts))
    company.sales = SimpleNamespace(bank_account=None)
    company.default_codes = SimpleNamespace(product="P", work_type="W", travel_expense="T")
    with pytest.raises(Configuration, match="IBAN_INVALID"):
        await company_profile(context, an_invoice())


class NothingThere:
    """Registers without an object. `refused`: what Procountor says to each product that is to be made."""

    def __init__(self, refused: Permanent | None = None) -> None:
        self.calls, self.refused = list[str](), refused

    async def find_products(self, code: str) -> list[Any]:
        self.calls.append(code)
        return []

    async def find_partners(self, number: str, active: bool = True) -> list[Any]:
        self.calls.append(number)
        return []

    async def create_partner(self, *_: Any) -> PartnerCard:
        self.calls.append("POST")
        return PARTNER

    async def create_product(self, *_: Any) -> None:
        self.calls.append("POST")
        assert self.refused is not None
        raise self.refused


async def transferred(attempt: Attempt[SalesInvoice]) -> None:
    await carry_out(attempt, await plan.plan_invoice(attempt))


def planned(monkeypatch: pytest.MonkeyPatch, api: NothingThere, may_create_products: bool) -> Attempt[SalesInvoice]:
    """An attempt on an invoice with two products."""
    one, rows = OneDocument(monkeypatch), (a_row(1, codes=("A",)), a_row(2, codes=("B",)), a_row(3, codes=("A",)))
    one.head = an_invoice(status_id="before", rows=rows)
    one.context.registers = Registers("acme-fi", cast(Any, api))
    one.context.severa.product = AsyncMock(return_value=None)
    profile = replace(PROFILE, may_create_products=may_create_products)
    for name, value in {"company_profile": profile, "vat_facts": NOT_ASKED, "plan_rows": RowPlan({})}.items():
        monkeypatch.setattr(plan, name, AsyncMock(return_value=value))
    one.configure(target_status=TargetStatus.SENT, attachments="full")
    return Attempt(one.flow, one.event(), one.home, one.context)


async def test_F1_plan_names_each_effect_and_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Customer, products, the invoice, its file, its status actions: in the order in which they are applied."""
    api = NothingThere()
    made = await plan.plan_invoice(planned(monkeypatch, api, may_create_products=True))
    assert [effect.title for effect in made.effects] == [
        "create the customer 77",
        "create the product A",
        "create the product B",
        "create sales invoice 1001",
        "attach invoice-1001.pdf",
        "approve",
        "send",
    ]
    assert "POST" not in api.calls


async def refused(monkeypatch: pytest.MonkeyPatch, api: NothingThere, may_create_products: bool) -> list[str]:
    """Codes of all that an invoice with two products is refused for."""
    attempt = planned(monkeypatch, api, may_create_products)
    with pytest.raises(Permanent) as caught:
        await transferred(attempt)
    return [error.code for error in (caught.value, *caught.value.others)]


async def test_F5_registers_refusal_creates_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its customer may be made, its products may not: one search of each code, and all that are missing at once."""
    api = NothingThere()
    assert await refused(monkeypatch, api, may_create_products=False) == ["PRODUCT_MISSING", "PRODUCT_MISSING"]
    assert api.calls == ["77", "77", "A", "B"]  # an inactive one too


async def test_F5_refused_product_ends_the_creation_of_products(monkeypatch: pytest.MonkeyPatch) -> None:
    api = NothingThere(refuse("PROCOUNTOR_REFUSED", said="the name is wrong", operation="create product"))
    assert await refused(monkeypatch, api, may_create_products=True) == ["PROCOUNTOR_REFUSED"]
    assert api.calls == ["77", "77", "A", "B", "POST", "POST"]
