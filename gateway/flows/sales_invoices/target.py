"""Sales invoices in Procountor."""

from __future__ import annotations

from gateway.delivery.apply import NOT_FOUND
from gateway.delivery.attempt import Attempt
from gateway.delivery.identity import Compared
from gateway.delivery.plan import Plan
from gateway.documents import SalesInvoice
from gateway.errors import Permanent, refuse
from gateway.flows.sales_invoices.plan import plan_invoice, plan_steps
from gateway.ledger.effects import Effect
from gateway.settings import Company, TargetStatus


class InProcountor:
    """A TargetSystem."""

    def compared(self, document: SalesInvoice) -> Compared:
        """Customer, date and sum without VAT."""
        total = document.total_excluding_tax.amount
        return Compared(document.subject.party, document.date, total, document.currency)

    async def plan(self, attempt: Attempt[SalesInvoice]) -> Plan:
        """Partner, products and items that are missing, the invoice, and what follows it. Raises every kind of
        GatewayError.
        """
        return await plan_invoice(attempt)

    async def steps(self, attempt: Attempt[SalesInvoice]) -> tuple[Effect, ...]:
        """Its items, files, receipt and status, as far as they are missing."""
        return await plan_steps(attempt)

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
