"""What follows from an invoice that is already in Procountor: settle it, adopt it, or ask a person (decisions 5, 9,
11).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import structlog

from gateway.delivery import settle
from gateway.delivery.apply import apply, finish
from gateway.delivery.attempt import AnyAttempt, IntentPayload
from gateway.delivery.flow import transfer_flow
from gateway.delivery.identity import (
    ASK,
    Candidate,
    Identity,
    Verdict,
    differences,
    is_marked,
    is_valid,
    marker_in,
    notes_of_adopted,
)
from gateway.delivery.outcomes import called, target_of
from gateway.delivery.record import Question, TransferRecord
from gateway.documents import Command, CommandKind, OutcomeState, Target
from gateway.documents.hashing import head_hash
from gateway.errors import Permanent, Varying, refuse
from gateway.ledger.effects import Effect
from gateway.procountor.responses import InvoiceRead

log = structlog.get_logger()

#: IntentPayload of an outcome.
NOT_MARKED = "Procountor did not accept the gateway's mark in the internal notes of this invoice."


async def settle_found(attempt: AnyAttempt, identity: Identity, payload: IntentPayload) -> bool:
    """Settle what the look-up found; False if there is nothing. Raises Permanent if a person must decide."""
    verdict, found, asked = identity.verdict, identity.invoice, attempt.asked
    if verdict is Verdict.ABSENT or found is None or _known_to_be_invalid(attempt, identity):
        return False
    invoice = target_of(attempt.document_key.kind, found)
    if verdict is Verdict.OURS:
        if payload.revision.content_hash == attempt.revision.content_hash:
            attempt.made = invoice
            done = await finish(attempt, await transfer_flow(attempt).target.steps(attempt))
            await settle.settled(attempt, payload, done, OutcomeState.CREATED)
        else:  # its files and rows are no longer available, and nobody wants it sent (decision 5)
            why = f"The {attempt.document_key.word} was changed in Severa"
            said = transfer_flow(attempt).target.incomplete(attempt.context.company, invoice.status, why)
            await settle.settled(
                attempt, replace(payload, notes=(*payload.notes, *said)), invoice, OutcomeState.CREATED
            )
        attempt.made = None  # the ledger knows it now
        return True
    if attempt.create_anyway:
        attempt.beside.append(found.id)
        return False
    if asked is not None and asked.kind is CommandKind.ADOPT:
        await adopt(attempt, asked)
    elif verdict in (Verdict.ADOPTABLE, Verdict.ADOPTED):
        await settle_adopted(attempt, payload, invoice, found.notes)
    else:
        raise _ask(
            ASK[verdict],
            attempt,
            found,
            differs=differences(found, transfer_flow(attempt).target.compared(attempt.document), payload.partner_id),
        )
    return True


async def adopt(attempt: AnyAttempt, asked: Command) -> None:
    """The invoice that an operator named is this document's. Raises Permanent if it can't be."""
    named = int(asked.target_id or 0)
    try:
        there = await attempt.context.procountor.invoice(named)
    except Permanent as error:
        raise _not_adopted(attempt, named, "the invoice that was named", error.detail) from error
    marked = marker_in(there.notes)
    another = marked and not is_marked(there.notes, attempt.document.id)
    if another or not is_valid(there.status):
        detail = f"status {there.status}, notes {there.notes!r}"
        raise _not_adopted(attempt, named, called(there), detail)
    payload = IntentPayload(attempt.revision, there.partner_id, head_hash=head_hash(attempt.document))
    invoice = target_of(attempt.document_key.kind, there)
    await settle_adopted(attempt, payload, invoice, there.notes)


async def settle_adopted(attempt: AnyAttempt, payload: IntentPayload, invoice: Target, notes: str) -> None:
    """The invoice is this document's: first its internal notes say so, so that it is known without the ledger too.
    Nothing else of it is changed. If Procountor doesn't accept the notes, the outcome says so, and nothing else
    follows.
    """
    wanted = notes_of_adopted(notes, attempt.document.id, payload.revision)
    if wanted != notes:
        write_notes = attempt.context.procountor.write_notes
        mark = Effect("mark as adopted", lambda lease: write_notes(int(invoice.id), wanted, lease))
        try:
            await apply(attempt, mark, invoice)
        except Permanent as error:
            log.warning(
                "adopted invoice could not be marked", document=attempt.key, invoice=invoice.id, detail=error.detail
            )
            payload = replace(payload, notes=(*payload.notes, NOT_MARKED))
    await settle.settled(attempt, payload, invoice, OutcomeState.ADOPTED)


async def settle_known(attempt: AnyAttempt, record: TransferRecord, invoice: Target) -> bool:
    """The ledger knows the document's invoice. Another one is created only if it is invalidated or gone (decision 5),
    and only after a look-up: somebody may have made a corrected copy.

    Nothing is done by the id alone: if the key opens another company in Procountor, it is somebody else's invoice. So
    it must have this document's marker, unless it was adopted (decision 11). An invoice that this content created, and
    whose receipt or status action failed, only needs the rest. A settled invoice is not touched again: each
    attempt on a document that was put back says so.
    """
    made = record.made
    there = await attempt.context.procountor.invoice_if_there(int(invoice.id))
    if there is None or not is_valid(there.status):
        return False
    if not (record.adopted or is_marked(there.notes, attempt.document.id)):
        if attempt.create_anyway:
            return False
        raise _ask("INVOICE_NOT_MARKED", attempt, there)
    if made is None or made.content_hash != attempt.revision.content_hash or not made.unfinished:
        if attempt.create_anyway:
            attempt.beside.append(int(invoice.id))
            return False
        raise _ask("INVOICE_CHANGED_AFTER_TRANSFER", attempt, there)
    payload = IntentPayload(attempt.revision, there.partner_id, head_hash=head_hash(attempt.document))
    attempt.made = replace(invoice, status=there.status)
    attempt.saw(there)
    done = await finish(attempt, await transfer_flow(attempt).target.steps(attempt))
    await settle.settled(attempt, payload, done, OutcomeState.CREATED)
    return True


def _known_to_be_invalid(attempt: AnyAttempt, identity: Identity) -> bool:
    """Whether the look-up found only the invoice that the ledger knew, which is invalidated. Then nobody is asked:
    invalidating it is how another one is requested.
    """
    record, found = attempt.record, identity.invoice
    known = record.target if record is not None else None
    invalidated = identity.verdict is Verdict.INVALIDATED
    return invalidated and found is not None and known is not None and str(found.id) == known.id


def ask_again(attempt: AnyAttempt, question: Question | None) -> None:
    """An invoice that was created, and invalidated before anybody knew, is created again on an operator's command or
    with another content (decisions 5, 11). Other questions are settled once the look-up finds no such invoice. Raises
    Permanent.
    """
    if question is None or question.code != ASK[Verdict.INVALIDATED] or attempt.create_anyway:
        return
    if question.content_hash == attempt.revision.content_hash:
        raise _ask(question.code, attempt, question)


def _ask(code: str, attempt: AnyAttempt, about: InvoiceRead | Candidate | Question, differs: str = "") -> Permanent:
    """The error that asks a person; its detail has the id for `gateway adopt`."""
    id_ = about.invoice_id if isinstance(about, Question) else about.id
    attempt.question = Question(code, id_, attempt.revision.content_hash, about.invoice_number)
    facts: dict[str, Any] = {"number": attempt.document.number, "invoice_id": id_, "there": called(about)}
    if code == "INVOICE_FROM_OTHER_INTEGRATION":
        facts["company"] = attempt.context.company.id
    return refuse(code, f"id in Procountor: {id_}", **facts, differs=Varying(differs))


def _not_adopted(attempt: AnyAttempt, named: int, there: str, detail: str) -> Permanent:
    facts: dict[str, Any] = {"number": attempt.document.number, "invoice_id": named, "there": Varying(there)}
    return refuse("ADOPT_IMPOSSIBLE", f"id {named}: {detail}", **facts)
