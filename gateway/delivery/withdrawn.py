"""A document that no longer waits still gets its outcome, from the ledger's own list (decision 1).

What should have followed its invoice (files, receipt, status) is impossible without the rows, which are gone with it.
So the outcome says what Procountor has, and leaves the rest to a person.
"""

from __future__ import annotations

from dataclasses import replace

from gateway.delivery.attempt import IntentPayload, payload_of
from gateway.delivery.books import prove_books
from gateway.delivery.company import CompanyContext
from gateway.delivery.flow import AnyTransferFlow
from gateway.delivery.identity import copies_of, invalidated, is_adopted, standing
from gateway.delivery.lookup import candidates
from gateway.delivery.outcomes import by_record, target_of
from gateway.delivery.recheck import second_look_later
from gateway.delivery.record import Made, State, record_of
from gateway.delivery.withdraw import FOUND, has_no_end
from gateway.documents import DocumentKey, OutcomeState
from gateway.ledger import Home, Write, wait_out_quarantine


async def explain(context: CompanyContext, home: Home, flow: AnyTransferFlow, key: DocumentKey) -> None:
    """The document was taken out of the waiting status or deleted before its attempt had ended: report it.

    An intent of it is open only if the document is gone from Severa: then Procountor is asked what became of it, but
    not while an attempt since may be under way there. The same holds if the ledger knows no end: a lost ledger may have
    known it.
    """
    record, intent = record_of(home, str(key)), home.intent(str(key))
    if record is None or (record.state is not State.OPEN and intent is None):
        context.unexplained.discard(str(key))
        return
    if intent is not None and home.seconds_until_expired(str(key)) > 0:
        return
    payload, made = IntentPayload(record.revision), None
    before, after = flow.status_names(context.company)
    if intent is not None:
        payload = payload_of(intent)
    if intent is not None or has_no_end(record):
        await prove_books(context, home)
        await wait_out_quarantine(home, context.company.id)
        wider = intent is not None and not context.echo_proved
        found = await candidates(context, {record.number, payload.number}, key, wider)
        own = standing(found, key.id, record.beside)
        content = payload.revision.content_hash
        gone = invalidated(found, key.id, content) if intent is None else []  # ended by a person, after its transfer
        made = next(iter(own or copies_of(found, key.id, content) or gone), None)
    adopted = made is not None and is_adopted(made.notes)
    if made is not None and (adopted or not made.valid):
        said: tuple[str, ...] = (FOUND,)
    elif made is not None:
        files = [one.name for one in await context.procountor.attachments(made.id)]
        why = f"The {key.word} was deleted in Severa" if intent else f"The {key.word} left {before} in Severa"
        said = (*payload.notes, *flow.target.incomplete(context.company, made.status, why, files))
    elif intent is not None:
        said = (
            f"The {key.word} was deleted in Severa while its transfer was in doubt. "
            "Procountor has no valid one for it.",
        )
    else:
        said = (f"The {key.word} left {before} in Severa. Nothing of this revision was created.",)
    there = record.made
    if made is not None:
        unfinished = there is not None and there.unfinished
        there = Made(target_of(key.kind, made), payload.revision.content_hash, adopted, unfinished)
    ended = record.replace(
        state=State.SETTLED if made else State.WITHDRAWN,
        attempt=record.attempt + 1,
        made=there,
        question=None if made else record.question,
    )
    ended = ended.with_refusal(cause="").with_write_back(done=made is not None, moving="")
    state = OutcomeState.CREATED if made else OutcomeState.WITHDRAWN
    event = replace(
        by_record(context, key, ended, OutcomeState.ADOPTED if adopted else state),
        truncations=payload.truncations if made else (),
        notes=said,
        status_before=before,
        status_after=after,
    )
    writes = [Write(str(key), ended.encode(), context.organisation)]
    if intent is not None:
        writes.append(second_look_later(context, home, key, payload.number))
    await home.commit(
        writes=writes,
        publish=[context.publish(event)],
        settles=[str(key)] if intent else [],
    )
    context.unexplained.discard(str(key))
