"""A document that nobody waits for any more still gets its outcome, from the ledger's own list (decision 1)."""

from __future__ import annotations

import structlog

from gateway.delivery.desk import Desk
from gateway.delivery.lookup import candidates
from gateway.delivery.record import State, TransferRecord
from gateway.documents import DocumentKey, Outcome, OutcomeState, ProcountorInvoice
from gateway.ledger import Home, Write

log = structlog.get_logger()


async def explain(desk: Desk, home: Home, key: DocumentKey) -> None:
    """The document was taken out of the waiting status or deleted before its attempt had an end: say so.

    An intent of it is open only when the document is gone from Severa: then Procountor is asked what came of it.
    """
    record, intent = TransferRecord.decode(home.get(str(key))), home.intent(str(key))
    if record is None or record.state is not State.OPEN:
        desk.unexplained.discard(str(key))
        return
    made = None
    if intent is not None:
        found = await candidates(desk, str(record.number), key.id, wider=not desk.echo_proved)
        made = next((one for one in found if one.valid and one.carries_marker_of(key.id)), None)
    invoice = record.invoice
    if made is not None:
        invoice = ProcountorInvoice(made.id, made.status, made.partner_id, made.invoice_number)
    ended = record.replace(
        state=State.SETTLED if made else State.WITHDRAWN,
        attempt=record.attempt + 1,
        invoice=invoice,
        settled_hash=record.revision.content_hash if made else record.settled_hash,
        written_back=made is not None,
    )
    told = Outcome(
        key=key,
        organisation=desk.organisation,
        revision=record.revision,
        attempt=ended.attempt,
        state=OutcomeState.CREATED if made else OutcomeState.WITHDRAWN,
        number=record.number,
        customer_name="",
        at=desk.now(),
        invoice=invoice,
        status_before=desk.company.sales.status_before,
        status_after=desk.company.sales.status_after,
    )
    await home.commit(
        writes=[Write(str(key), ended.encode(), desk.organisation)],
        publish=[desk.publish(told)],
        settles=[str(key)] if intent else [],
    )
    desk.unexplained.discard(str(key))
    log.info("nobody waits for it any more", document=str(key), state=told.state.value)
