"""A refusal is mailed once per cause."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from email.message import EmailMessage

import structlog

from gateway.delivery.outcomes import facts_of
from gateway.delivery.record import State, record_of
from gateway.documents import Outcome, order_of
from gateway.documents.ledger_keys import mail_key
from gateway.errors import Permanent, Transient
from gateway.events.catalogue import Topics
from gateway.ledger import Home, Unreadable, Write
from gateway.notify.last_mail import LastMail, last_mail
from gateway.notify.mail import OF_MANY, render, who_acts
from gateway.notify.smtp import Mailer
from gateway.telemetry import spans
from gateway.telemetry.metrics import MAILS, count
from gateway.telemetry.tracing import trace_of
from streams.contexts import HomeContexts
from streams.publishing import Publishing
from streams.runtime.handler import Handler, Record

log = structlog.get_logger()

#: The shortest and longest wait between attempts while the mail server can't be reached, in seconds.
AGAIN = (1.0, 60.0)
#: Prefix of documents and companies: mails wait for their server in a queue of their own.
LANE = "mail"


def mail_handler(
    topics: Topics, home_contexts: HomeContexts, publishing: Publishing, mailer: Mailer | None
) -> Handler[Outcome]:
    """Mail each error."""

    async def handle(outcome: Outcome, record: Record, home: Home) -> None:
        if outcome.error is not None:
            await send_mail(outcome, record, home, home_contexts, mailer)

    return Handler(
        topic=topics.errors,
        name="mail",
        decode=lambda record: publishing.read_outcome(record),
        document=lambda outcome: f"{LANE}/{outcome.key}",
        company=lambda outcome: f"{LANE}/{outcome.key.company}",
        handle=handle,
        patient=lambda outcome: True,
    )


async def send_mail(
    outcome: Outcome, record: Record, home: Home, home_contexts: HomeContexts, mailer: Mailer | None
) -> None:
    """Send one plain mail with a fixed Message-ID. The record stays un-acked until the mail has left (at least once,
    Q1), the document has succeeded, or the server has rejected the mail for good.
    """
    context = home_contexts.context(outcome.key.company, home)
    if context is None or mailer is None:
        return
    to = context.company.error_mail.to(who_acts(outcome))
    if not to:
        return
    key, mail = mail_key(outcome.key), LastMail.of(outcome)
    last = last_mail(home, key)
    same = outcome.key.kind not in OF_MANY and last is not None and last.cause == mail.cause
    if same or (last is not None and last.order >= mail.order):
        return
    with spans.handled(record, str(outcome.key), facts_of(outcome)):
        await _send(render(outcome, to, mailer.sender, trace_of(record.headers)), to, outcome, mail, home, mailer)
        kept = mail.cleared() if _has_succeeded(outcome, mail, home) else mail
        await home.commit(writes=[Write(key, kept.encode(), context.organisation)])


async def _send(
    message: EmailMessage, recipients: Sequence[str], outcome: Outcome, mail: LastMail, home: Home, mailer: Mailer
) -> None:
    wait, left, document = AGAIN[0], list(recipients), str(outcome.key)
    while left and not _has_succeeded(outcome, mail, home):
        why = "the mail server defers the mail for some recipients"
        try:
            if not (left := await mailer.send(message, left)):
                count(MAILS, result="sent")
                log.info("mail sent", document=document, number=outcome.subject.as_number, subject=message["Subject"])
                return
        except Transient as error:
            why = error.detail
        except Permanent as error:
            count(MAILS, result="failed")
            log.error("mail can't be sent", document=document, code=error.code, detail=error.detail)
            spans.failed(error.code)
            return
        count(MAILS, result="retried")
        log.warning("mail will be retried", document=document, detail=why, to=len(left), seconds=wait)
        await asyncio.sleep(wait)
        wait = min(wait * 2, AGAIN[1])
    log.info("mail skipped: its document has succeeded", document=document, number=outcome.subject.as_number)


def _has_succeeded(outcome: Outcome, mail: LastMail, home: Home) -> bool:
    """Whether the document has succeeded since. A mail that waited for its server is then no longer news, and its cause
    must not silence a later refusal with the same cause.
    """
    if outcome.key.kind in OF_MANY:
        return False
    try:
        record = record_of(home, str(outcome.key))
    except Unreadable:
        return False
    if record is None or record.state is not State.SETTLED:
        return False
    return order_of(record.revision, record.attempt) > mail.order
