"""Look first, then act: is this document already in Procountor? (decisions 9, 11, 12)"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from gateway.delivery.attempt import AnyAttempt
from gateway.delivery.company import CompanyContext
from gateway.delivery.flow import transfer_flow
from gateway.delivery.identity import Candidate, Identity, identify, is_marked
from gateway.documents import DocumentKey, Revision
from gateway.documents.keys import INVOICE_TYPES
from gateway.telemetry.spans import step

#: How far ahead of our time an invoice may have been created: the clock may be behind, even by a year.
AHEAD = timedelta(days=2 * 366)


async def look_up(
    attempt: AnyAttempt, revision: Revision, partner_id: int | None = None, sent: int | None = None
) -> Identity:
    """Search by the original invoice number, read the candidates, and let the marker decide.

    `sent`: the number of the POST whose answer was lost; the document may have another number by now.

    Until the company's first POST has proved that Procountor keeps the number, invoices created since the horizon are
    read as well; or since the document was created, if the horizon was set again in between.
    """
    context, document, record = attempt.context, attempt.document, attempt.record
    posted = attempt.intent is not None or (record is not None and record.was_posted)
    wider = not context.echo_proved and posted
    with step("look up"):
        found = await candidates(context, {document.number, sent}, attempt.document_key, wider, document.created_at)
    return identify(
        found,
        document.id,
        revision,
        partner_id,
        transfer_flow(attempt).target.compared(document),
        context.horizon,
    )


async def candidates(
    context: CompanyContext,
    numbers: Iterable[int | None],
    key: DocumentKey,
    wider: bool = False,
    made: datetime | None = None,
) -> list[Candidate]:
    """Invoices of the document's type with one of these original numbers or this document's marker: documents of two
    kinds may have one number. `wider`: also among all created since the horizon, or since the document was `made`.
    """
    guid, type_ = key.id, INVOICE_TYPES[key.kind]
    sent = {str(number) for number in numbers if number is not None}
    found = {one.id: one for number in sorted(sent) for one in await context.procountor.find_invoices(number, type_)}
    if wider:
        since = (min(context.horizon, made or context.horizon) - timedelta(days=1)).date()
        until = (context.now() + AHEAD).date()
        found |= {one.id: one for one in await context.procountor.invoices_created_between(since, until, type_)}
    read = [(await context.procountor.invoice(one), found[one].created) for one in sorted(found)]
    marked = [one for one, _ in read if is_marked(one.notes, guid)]
    user = await context.registers.user() if len(marked) > 1 else None  # otherwise there is nothing to distinguish
    return [
        Candidate(
            id=one.id,
            status=one.status,
            notes=one.notes,
            partner_id=one.partner_id,
            date=one.date,
            total=one.total_excluding_tax,
            invoice_number=one.invoice_number,
            created=created,
            by_user=None not in (user, one.creator) and one.creator != user,
            customer=one.customer,
            currency=one.currency,
        )
        for one, created in read
        if one.original_number in sent or guid in one.notes
    ]
