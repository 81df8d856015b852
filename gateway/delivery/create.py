"""The call that must not happen twice: POST of the invoice under the document's intent, then its status actions."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import structlog

from gateway.delivery import settle
from gateway.delivery.attach import attach, licensed
from gateway.delivery.receipt import write_receipt
from gateway.delivery.record import State, TransferRecord
from gateway.delivery.steps import Prepared
from gateway.delivery.work import Work
from gateway.documents import OutcomeState, ProcountorInvoice
from gateway.errors import Transient, Unknown, configuration, transient
from gateway.ledger import Lease, LeaseExpired, Write
from gateway.procountor.responses import InvoiceRead
from gateway.settings import TargetStatus

log = structlog.get_logger()

#: Times that a call which surely was not executed is tried within one attempt.
TRIES = 3


async def create(work: Work, prepared: Prepared) -> None:
    """Create, check the echo of our number, move to the target status, settle."""
    desk = work.desk
    async with AsyncExitStack() as alone:
        if not desk.echo_proved:
            await alone.enter_async_context(desk.first_post)
        if desk.hold is not work.held:
            raise transient("COMPANY_HELD", company=desk.company.id)
        lease = await work.home.open_intent(
            work.key,
            prepared.note.encode(),
            desk.organisation,
            writes=[Write(work.key, _opened(work).encode(), desk.organisation)],
            reopen=work.intent is not None,
        )
        made = await _post(work, prepared, lease)
        kept = made.original_number == str(work.invoice.number)
        desk.echo_proved = desk.echo_proved or kept
        work.made = ProcountorInvoice(made.id, made.status, made.partner_id, made.invoice_number)
        work.receipt_id = made.receipt_id
        done = await finish(work, work.made, lease)
        await settle.settled(work, prepared.note, done, OutcomeState.CREATED)
    if not kept:
        raise configuration("ECHO_MISSING", number=work.invoice.number)


def _opened(work: Work) -> TransferRecord:
    """The document's record while its intent is open."""
    attempt = settle.attempt_number(work, work.revision) - 1
    return TransferRecord(work.revision, State.OPEN, attempt, number=work.invoice.number)


async def _post(work: Work, prepared: Prepared, lease: Lease) -> InvoiceRead:
    """POST, tried again only while it surely was not executed; unknown leaves the intent open (decision 7)."""
    for left in range(TRIES - 1, -1, -1):
        try:
            return await work.desk.procountor.create_invoice(prepared.body, lease)
        except (Unknown, asyncio.CancelledError):
            work.home.left_unknown(work.key)
            raise
        except (Transient, LeaseExpired) as error:
            wait = getattr(error, "retry_after", None) or 1.0
            if not left or wait > work.home.terms.lease:
                await work.home.commit(settles=[work.key])
                raise
            log.info("call was not executed, tried again", document=work.key, seconds=wait)
            await asyncio.sleep(wait)
            await work.home.renew(lease)
    raise AssertionError("the last try returns or raises")


async def finish(work: Work, invoice: ProcountorInvoice, lease: Lease | None) -> ProcountorInvoice:
    """What follows the invoice: its files, its receipt, then the status actions up to the target (S14)."""
    lease = await attach(work, invoice, lease)
    await write_receipt(work, invoice)
    procountor, target = work.desk.procountor, work.desk.company.sales.target_status
    if target is TargetStatus.UNFINISHED:
        return invoice
    status = invoice.status
    if status == "UNFINISHED":
        status = await procountor.approve(invoice.id)
    if target is TargetStatus.SENT and status == "NOT_SENT":
        status = await procountor.send(invoice.id, await licensed(work, invoice, lease))
    return ProcountorInvoice(invoice.id, status, invoice.partner_id, invoice.invoice_number)
