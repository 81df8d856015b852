"""R3: the number of a person's company is asked for when Procountor needs it, and stands in no event."""

from __future__ import annotations

from dataclasses import replace

from gateway.documents import SalesInvoice
from gateway.flows.sales_invoices.plan import with_personal_id
from tests.unit.invoices import an_invoice
from tests.unit.one_company import MemorySevera


class Severa(MemorySevera):
    """One person's number. `asked`: of which object."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    async def receiver_id(self, guid: str) -> str | None:
        self.asked.append(guid)
        return "640823-3234"

    customer_id = receiver_id


def of(own: str | None, card: str | None) -> SalesInvoice:
    invoice = an_invoice(business_id=own)
    return replace(invoice, customer=replace(invoice.customer, business_id=card))


async def test_R3_a_masked_number_is_asked_for_where_it_stands() -> None:
    severa = Severa()
    on_invoice = await with_personal_id(severa, of("***", "***"))
    assert on_invoice.business_id == "640823-3234"
    on_card = await with_personal_id(severa, of("-", "***"))
    assert on_card.customer.business_id == "640823-3234"
    assert severa.asked == ["8f0e", "c1"]


async def test_R3_for_a_company_nothing_is_asked() -> None:
    severa = Severa()
    for invoice in (of("0112038-9", "***"), of(None, "0112038-9"), of(None, None)):
        assert await with_personal_id(severa, invoice) is invoice
    assert severa.asked == []
