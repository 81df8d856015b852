"""Travel reimbursements in Procountor."""

from __future__ import annotations

from decimal import Decimal

from gateway.delivery.apply import NOT_FOUND
from gateway.delivery.attempt import Attempt
from gateway.delivery.identity import Compared
from gateway.delivery.plan import Plan
from gateway.documents import TravelReimbursement
from gateway.errors import Permanent, refuse
from gateway.flows.travel_reimbursements.plan import plan_reimbursement, plan_steps
from gateway.ledger.effects import Effect
from gateway.rules.amounts import row_net
from gateway.settings import Company, TravelStatus


class InProcountor:
    """A TargetSystem."""

    def compared(self, document: TravelReimbursement) -> Compared:
        """User, date and sum without VAT."""
        total = -sum((row_net(row, document.currency) for row in document.rows), Decimal(0))
        return Compared(document.user_name, document.date, total, document.currency)

    async def plan(self, attempt: Attempt[TravelReimbursement]) -> Plan:
        """Person and items that are missing, the travel invoice, and what follows it. Raises every kind of
        GatewayError.
        """
        return await plan_reimbursement(attempt)

    async def steps(self, attempt: Attempt[TravelReimbursement]) -> tuple[Effect, ...]:
        """Its items, file, receipt and status, as far as they are missing."""
        return await plan_steps(attempt)

    def not_found(self, attempt: Attempt[TravelReimbursement]) -> Permanent:
        """The error after three POSTs without an answer, none of which is found."""
        return refuse(NOT_FOUND, number=attempt.document.number)

    def incomplete(self, company: Company, status: str, why: str, attached: list[str] | None = None) -> tuple[str, ...]:
        """Notes about which of its file, receipt and status may be missing. `why`: what became of its document;
        `attached`: its files, None if unknown.
        """
        target, steps = company.travel.target_status, [one.value for one in TravelStatus]
        said = [
            f"{why} before its transfer was complete. The travel invoice in Procountor ({status}) stays as it is: "
            "complete it, or invalidate it."
        ]
        if status in steps[: steps.index(target)]:
            said.append(f"Its status in Procountor should be {target}: the gateway has not changed it.")
        files = ", ".join(attached or ["nothing"])
        said.append("Its receipts may be missing." if attached is None else f"Attached: {files}.")
        said.append("Check its ledger receipt: the dimensions of its lines may be missing.")
        return tuple(said)
