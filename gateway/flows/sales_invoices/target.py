"""Sales invoices in Procountor."""

from __future__ import annotations

from gateway.delivery.attempt import Attempt
from gateway.delivery.effects import NOT_FOUND
from gateway.delivery.flow import Prepared
from gateway.delivery.identity import Compared
from gateway.documents import SalesInvoice, Target
from gateway.errors import Permanent, refuse
from gateway.flows.sales_invoices.create import create, finish
from gateway.flows.sales_invoices.prepare import prepare
from gateway.settings import Company, TargetStatus


class InProcountor:
    """A TargetSystem."""

    def compared(self, document: SalesInvoice) -> Compared:
        """Customer, date and sum without VAT."""
        total = document.total_excluding_tax.amount
        return Compared(document.subject.party, document.date, total, document.currency)

    async def prepare(self, attempt: Attempt[SalesInvoice]) -> Prepared:
        """Check and map it; create its partner, products and dimension items. Raises every kind of GatewayError."""
        return await prepare(attempt)

    async def create(self, attempt: Attempt[SalesInvoice], prepared: Prepared) -> None:
        """POST it under its intent; then its files, receipt and status."""
        await create(attempt, prepared)

    async def finish(self, attempt: Attempt[SalesInvoice], target: Target) -> Target:
        """Its files, its receipt and its status, as far as they are missing."""
        return await finish(attempt, target)

    def not_found(self, attempt: Attempt[SalesInvoice]) -> Permanent:
        """The error after three POSTs without an answer, none of which is found."""
        return refuse(NOT_FOUND, number=attempt.document.number)

    def incomplete(self, company: Company, status: str, why: str, attached: list[str] | None = None) -> tuple[str, ...]:
        """Notes about which of its files, receipt and status may be missing. `why`: what became of its document;
        `attached`: its files, None if unknown.
        """
        sales = company.sales
        steps = [one.value for one in TargetStatus]
        said = [
            f"{why} before its transfer was complete. The invoice in Procountor ({status}) stays as it is: complete "
            "it, or invalidate it."
        ]
        if status in steps[: steps.index(sales.target_status)]:
            said.append(f"Its status in Procountor should be {sales.target_status}: the gateway has not changed it.")
        if attached or sales.attachments != "none":
            files = ", ".join(attached or ["nothing"])
            said.append("Its files may be missing." if attached is None else f"Attached: {files}.")
        said.append("Check its ledger receipt: the accounts and dimensions of its rows may be missing.")
        return tuple(said)
