"""The call that must not happen twice: the invoice's POST under the document's intent, then its status actions."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import replace

from gateway.delivery import settle
from gateway.delivery.attempt import Attempt
from gateway.delivery.effects import once, opened, step_lease
from gateway.delivery.flow import Prepared
from gateway.delivery.outcomes import target_of
from gateway.documents import OutcomeState, SalesInvoice, Target
from gateway.errors import Configuration, Permanent, configuration, transient
from gateway.flows.sales_invoices.attach import attach
from gateway.ledger import Write
from gateway.settings import TargetStatus
from gateway.steps.ledger_receipt import write_receipt


async def create(attempt: Attempt[SalesInvoice], prepared: Prepared) -> None:
    """Create the invoice, check that our number is returned, move it to the target status, settle."""
    context = attempt.context
    async with AsyncExitStack() as alone:
        if not context.echo_proved:
            await alone.enter_async_context(context.first_post)
        if context.hold is not None and context.hold is not attempt.held:
            raise transient("COMPANY_HELD", company=context.company.id)
        word = attempt.word(attempt.intent.rounds if attempt.intent else 0, attempt.flow.target.not_found(attempt))
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
        kept = made.original_number == str(attempt.document.number)
        context.echo_proved = context.echo_proved or kept
        attempt.made = target_of(attempt.document_key.kind, made)
        attempt.saw(made)
        done = await finish(attempt, attempt.made)
        await settle.settled(attempt, prepared.payload, done, OutcomeState.CREATED)
    if not kept:
        raise configuration("ECHO_MISSING", number=attempt.document.number)


async def finish(attempt: Attempt[SalesInvoice], invoice: Target) -> Target:
    """The steps after the invoice: its files, its receipt, then the status actions up to the target (S14).

    Each needs the document's lease, so a worker that was frozen does none of them.
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
