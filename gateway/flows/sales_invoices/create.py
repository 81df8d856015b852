"""The call that must not happen twice: POST of the invoice under the document's intent, then its status actions."""

from __future__ import annotations

from contextlib import AsyncExitStack

from gateway.delivery import settle
from gateway.delivery.context import Work
from gateway.delivery.effects import licensed, once, opened
from gateway.documents import OutcomeState, ProcountorInvoice
from gateway.errors import Configuration, Permanent, configuration, refuse, transient
from gateway.flows.sales_invoices.attach import attach
from gateway.flows.sales_invoices.prepare import Prepared
from gateway.ledger import Write
from gateway.settings import TargetStatus
from gateway.steps.ledger_receipt import write_receipt

NOT_FOUND = "INVOICE_NOT_FOUND"


async def create(work: Work, prepared: Prepared) -> None:
    """Create, check the echo of our number, move to the target status, settle."""
    desk = work.desk
    async with AsyncExitStack() as alone:
        if not desk.echo_proved:
            await alone.enter_async_context(desk.first_post)
        if desk.hold is not None and desk.hold is not work.held:
            raise transient("COMPANY_HELD", company=desk.company.id)
        word = work.word(work.intent.rounds if work.intent else 0, not_found(work))
        record = opened(work, asked=bool(word))
        lease = work.lease = await work.home.open_intent(
            work.key,
            prepared.note.encode(),
            desk.organisation,
            writes=[*word, Write(work.key, record.encode(), desk.organisation), *settle.second_looks(work)],
            publish=settle.overtaken(work, record),
            reopen=work.intent is not None,
        )
        try:
            made = await once(work, lease, lambda: desk.procountor.create_invoice(prepared.body, lease))
        except (Permanent, Configuration):
            desk.post_refused(work.key)
            raise
        kept = made.original_number == str(work.invoice.number)
        desk.echo_proved = desk.echo_proved or kept
        work.made = ProcountorInvoice(made.id, made.status, made.partner_id, made.invoice_number)
        work.saw(made)
        done = await finish(work, work.made)
        await settle.settled(work, prepared.note, done, OutcomeState.CREATED)
    if not kept:
        raise configuration("ECHO_MISSING", number=work.invoice.number)


def not_found(work: Work) -> Permanent:
    """Three POSTs had no answer, and none of them is found."""
    return refuse(NOT_FOUND, number=work.invoice.number)


async def finish(work: Work, invoice: ProcountorInvoice) -> ProcountorInvoice:
    """What follows the invoice: its files, its receipt, then the status actions up to the target (S14).

    Each is licensed by the document's lease: a worker that was frozen since does none of them.
    """
    await attach(work, invoice)
    await write_receipt(work, invoice)
    procountor, target = work.desk.procountor, work.desk.company.sales.target_status
    if target is TargetStatus.UNFINISHED:
        return invoice
    status = invoice.status
    if status == "UNFINISHED":
        status = await procountor.approve(invoice.id, await licensed(work, invoice, "approve"))
    if target is TargetStatus.SENT and status == "NOT_SENT":
        lease = await licensed(work, invoice, "send")
        status = await once(work, lease, lambda: procountor.send(invoice.id, lease))
    return ProcountorInvoice(invoice.id, status, invoice.partner_id, invoice.invoice_number)
