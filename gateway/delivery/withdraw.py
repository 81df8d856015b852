"""The document no longer waits, and nothing was started: what is reported (decision 5)."""

from __future__ import annotations

from dataclasses import replace

from gateway.delivery import settle
from gateway.delivery.attempt import AnyAttempt, IntentPayload
from gateway.delivery.flow import transfer_flow
from gateway.delivery.identity import Candidate, Verdict, identify
from gateway.delivery.lookup import candidates
from gateway.delivery.outcomes import target_of
from gateway.delivery.record import State, TransferRecord
from gateway.documents import OutcomeState, Revision
from gateway.documents.hashing import head_hash

#: The true outcome of a document that Procountor already has.
IN_PROCOUNTOR = {
    Verdict.OURS: OutcomeState.CREATED,
    Verdict.ADOPTED: OutcomeState.ADOPTED,
    Verdict.COPIED: OutcomeState.CREATED,
    Verdict.INVALIDATED: OutcomeState.CREATED,
    Verdict.ADOPTABLE: OutcomeState.ADOPTED,
}
FOUND = "The gateway's ledger did not know this invoice. It was found in Procountor."


async def withdraw(attempt: AnyAttempt) -> None:
    """Report that it was withdrawn; but what is in Procountor is reported as what it is.

    A lost ledger knows nothing of a document that was transferred before, and a replay brings its event. So the
    document is looked up if the ledger knows no end of it, which is rare otherwise.
    """
    record = attempt.record
    attempt.number_again()
    if not has_no_end(record):
        await settle.ended(attempt, OutcomeState.WITHDRAWN, settle.withdrawn_record(attempt))
        return
    found = await candidates(attempt.context, {attempt.document.number}, attempt.document_key)
    # its partner is not looked up: nothing is started, so number, date and total are enough to report an adopted one
    compared = [replace(one, partner_id=None) for one in found]
    own = transfer_flow(attempt).target.compared(attempt.document)
    identity = identify(compared, attempt.document.id, attempt.revision, None, own)
    there, verdict = identity.invoice, identity.verdict
    if there is not None and is_of_another_content(verdict, there, attempt.revision):
        await settle.ended(attempt, OutcomeState.SUPERSEDED)
    elif there is not None and verdict in IN_PROCOUNTOR:
        one = next(one for one in found if one.id == there.id)
        payload = IntentPayload(attempt.revision, one.partner_id, notes=(FOUND,), head_hash=head_hash(attempt.document))
        await settle.settled(attempt, payload, target_of(attempt.document_key.kind, one), IN_PROCOUNTOR[verdict])
    else:
        await settle.ended(attempt, OutcomeState.WITHDRAWN, settle.withdrawn_record(attempt))


def is_of_another_content(verdict: Verdict, there: Candidate, revision: Revision) -> bool:
    """Whether what Procountor has for the document, or a person's copy of it, is from another revision's content."""
    copied = verdict is Verdict.COPIED and not there.made_of(revision.content_hash)
    return copied or verdict is Verdict.CHANGED


def has_no_end(record: TransferRecord | None) -> bool:
    """Whether the ledger knows neither an end of the document nor an invoice of it."""
    return record is None or (record.state is State.OPEN and record.target is None)
