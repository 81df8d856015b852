"""Look first, then act: is this document in Procountor already? (decisions 9, 11, 12)"""

from __future__ import annotations

from datetime import timedelta

from gateway.delivery.identity import Candidate, Identity, identify
from gateway.delivery.work import Work
from gateway.documents import Revision


async def look_up(work: Work, revision: Revision, partner_id: int | None = None) -> Identity:
    """Search by the original invoice number, read the candidates, and let the marker decide.

    Until the company's first POST has proved that Procountor keeps the number, invoices created since the
    horizon are read as well.
    """
    desk = work.desk
    ids = {found.id for found in await desk.procountor.find_invoices(str(work.invoice.number))}
    if not desk.echo_proved and work.intent is not None:
        since = (desk.horizon - timedelta(days=1)).date()
        until = (desk.now() + timedelta(days=1)).date()
        ids |= {found.id for found in await desk.procountor.invoices_created_between(since, until)}
    candidates = [await desk.procountor.invoice(one) for one in sorted(ids)]
    return identify(
        [
            Candidate(
                id=one.id,
                status=one.status,
                notes=one.notes,
                partner_id=one.partner_id,
                date=one.date,
                total=one.total_excluding_tax,
                invoice_number=one.invoice_number,
            )
            for one in candidates
            if one.original_number == str(work.invoice.number) or work.invoice.id in one.notes
        ],
        work.invoice.id,
        revision,
        partner_id,
        work.invoice.date,
        work.invoice.total_excluding_tax.amount,
    )
