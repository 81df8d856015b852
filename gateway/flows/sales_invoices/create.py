"""The call that must not happen twice: POST of the invoice under the document's intent, then its status actions."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import replace

from gateway.delivery import settle
from gateway.delivery.attempt import Attempt
from gateway.delivery.effects import once, opened, step_lease
from gateway.delivery.outcomes import target_of
from gateway.documents import OutcomeState, Target
from gateway.errors import Configuration, Permanent, configuration, refuse, transient
from gateway.flows.sales_invoices.attach import attach
from gateway.flows.sales_invoices.prepare import Prepared
from gateway.ledger import Write
from gateway.settings import TargetStatus
from gateway.steps.ledger_receipt import write_receipt

NOT_FOUND = "INVOICE_NOT_FOUND"


async def create(attempt: Attempt, prepared: Prepared) -> None:
    """Create, check the echo of our number, move to the target status, settle."""
    context = attempt.context
    async with AsyncExitStack() as alone:
        if not context.echo_proved:
            await alone.enter_async_context(context.first_post)
        if context.hold is not None and context.hold is not attempt.held:
            raise transient("COMPANY_HELD", company=context.company.id)
        word = attempt.word(attempt.intent.rounds if attempt.intent else 0, not_found(attempt))
        record = opened(attempt, asked=bool(word))
        lease = attempt.lease = await attempt.home.open_intent(
            attempt.key,
            prepared.payload.encode(),
            context.organisation,
            writes=[*word, Write(attempt.key, record.encode(), context.organisation), *settle.second_looks(attempt)],
            publish=settle.overtaken(attempt, record),
            reopen=attempt.intent is not None,
        )
        try:
            made = await once(attempt, lease, lambda: context.procountor.create_invoice(prepared.body, lease))
        except (Permanent, Configuration):
            context.post_refused(attempt.key)
            raise
        kept = made.original_number == str(attempt.invoice.number)
        context.echo_proved = context.echo_proved or kept
        attempt.made = target_of(attempt.document.kind, made)
        attempt.saw(made)
        done = await finish(attempt, attempt.made)
        await settle.settled(attempt, prepared.payload, done, OutcomeState.CREATED)
    if not kept:
        raise configuration("ECHO_MISSING", number=attempt.invoice.number)


def not_found(attempt: Attempt) -> Permanent:
    """Three POSTs had no answer, and none of them is found."""
    return refuse(NOT_FOUND, number=attempt.invoice.number)


async def finish(attempt: Attempt, invoice: Target) -> Target:
    """What follows the invoice: its files, its receipt, then the status actions up to the target (S14).

    Each is licensed by the document's lease: a worker that was frozen since does none of them.
    """
    await attach(attempt, invoice)
    await write_receipt(attempt, invoice)
    procountor, target = attempt.context.procountor, attempt.context.company.sales.target_status
    if target is TargetStatus.UNFINISHED:
        return invoice
    status = invoice.status
    if status == "UNFINISHED":
        status = await procountor.approve(int(invoice.id), await step_lease(attempt, invoice, "approve"))
    if target is TargetStatus.SENT and status == "NOT_SENT":
        lease = await step_lease(attempt, invoice, "send")
        status = await once(attempt, lease, lambda: procountor.send(int(invoice.id), lease))
    return replace(invoice, status=status)
