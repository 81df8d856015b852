"""Procountor's register of customers, where the creation of one is not answered."""

from __future__ import annotations

from functools import partial

from gateway.delivery.attempt import Attempt
from gateway.documents import SalesInvoice
from gateway.errors import in_doubt
from gateway.http import CallLease
from gateway.ledger.effects import Effect, effects_of
from gateway.procountor.requests import Body
from gateway.registers.registers import Registers
from gateway.rules.register_items import PartnerCard
from tests.unit.one_company import MemoryProcountor
from tests.unit.one_document import OneDocument

LOST = in_doubt("ATTEMPT_UNKNOWN", operation="x")


class Customers(MemoryProcountor):
    """A register of customers: each POST creates one and ends in `end`. The document needs the customer 77."""

    def __init__(self, document: OneDocument, end: BaseException = LOST) -> None:
        super().__init__()
        self.end, self.behind, self.created = end, True, list[PartnerCard]()
        document.target.objects = partial(_customer, document.context.registers)
        document.context.registers.procountor = self

    async def find_partners(self, customer_number: str, active: bool = True) -> list[PartnerCard]:
        return [] if self.behind else self.created

    async def create_partner(self, body: Body, lease: CallLease) -> PartnerCard:
        self.created.append(PartnerCard(len(self.created), "Customer Oy", None, "77"))
        raise self.end


async def _customer(registers: Registers, attempt: Attempt[SalesInvoice]) -> tuple[Effect, ...]:
    async def body() -> dict[str, object]:
        return {}

    def first(cards: list[PartnerCard]) -> PartnerCard | None:
        return next(iter(cards), None)

    return effects_of(await registers.partner(attempt.home, "77", first, body, attempt.word))
