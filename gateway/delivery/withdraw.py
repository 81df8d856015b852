"""Nobody waits for the document any more, and nothing was begun: what is told of it (decision 5)."""

from __future__ import annotations

from dataclasses import replace

from gateway.delivery import settle
from gateway.delivery.context import Note, Work
from gateway.delivery.identity import Candidate, Verdict, identify
from gateway.delivery.lookup import candidates
from gateway.delivery.record import State, TransferRecord
from gateway.documents import OutcomeState, Revision
from gateway.documents.hashing import head_hash

#: What a document is in truth that Procountor has already.
IN_PROCOUNTOR = {
    Verdict.OURS: OutcomeState.CREATED,
    Verdict.ADOPTED: OutcomeState.ADOPTED,
    Verdict.COPIED: OutcomeState.CREATED,
    Verdict.INVALIDATED: OutcomeState.CREATED,
    Verdict.ADOPTABLE: OutcomeState.ADOPTED,
}
FOUND = "The gateway's ledger did not know this invoice. It was found in Procountor."


async def withdraw(work: Work) -> None:
    """Tell that it was withdrawn; but what is in Procountor is told as what it is.

    A ledger that was lost knows nothing of a document that was transferred before, and a replay brings its event. So
    the document is looked up where the ledger knows no end of it, which is rare otherwise.
    """
    record = work.record
    work.number_again()
    if not has_no_end(record):
        await settle.ended(work, OutcomeState.WITHDRAWN, settle.withdrawn_record(work))
        return
    found = await candidates(work.desk, {work.invoice.number}, work.invoice.id)
    # its partner is not looked for: nothing is begun, so number, date and total are enough to tell of an adopted one
    compared = [replace(one, partner_id=None) for one in found]
    total = work.invoice.total_excluding_tax.amount
    identity = identify(compared, work.invoice.id, work.revision, None, work.invoice.date, total)
    there, verdict = identity.invoice, identity.verdict
    if there is not None and is_of_another_content(verdict, there, work.revision):
        await settle.ended(work, OutcomeState.SUPERSEDED)
    elif there is not None and verdict in IN_PROCOUNTOR:
        invoice = next(one.invoice for one in found if one.id == there.id)
        note = Note(work.revision, invoice.partner_id, notes=(FOUND,), head_hash=head_hash(work.invoice))
        await settle.settled(work, note, invoice, IN_PROCOUNTOR[verdict])
    else:
        await settle.ended(work, OutcomeState.WITHDRAWN, settle.withdrawn_record(work))


def is_of_another_content(verdict: Verdict, there: Candidate, revision: Revision) -> bool:
    """Whether what is there for the document, or a copy that a person made of it, is of another revision's content."""
    copied = verdict is Verdict.COPIED and not there.made_of(revision.content_hash)
    return copied or verdict is Verdict.CHANGED


def has_no_end(record: TransferRecord | None) -> bool:
    """Whether the ledger knows neither an end of the document nor an invoice of it."""
    return record is None or (record.state is State.OPEN and record.invoice is None)
