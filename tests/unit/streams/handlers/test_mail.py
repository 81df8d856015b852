"""E-mails: once for a cause of a document, and once for each hold of a company (decision 14, Q1, Q3)."""

from __future__ import annotations

from collections.abc import Sequence as Many
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import aiosmtplib
import pytest

from gateway.delivery.outcomes import describe
from gateway.documents import DocumentKey, Kind, Outcome, OutcomeState, Revision, SalesInvoice, Sequence, Subject
from gateway.documents.ledger_keys import mail_key
from gateway.errors import GatewayError, configuration, refuse, together
from gateway.ledger import Write
from gateway.notify.last_mail import last_mail
from gateway.notify.smtp import Mailer
from gateway.settings import ErrorMail, Smtp
from streams.handlers import mail as mail_handling
from streams.handlers.mail import mail_handler
from streams.handlers.write_back import write_back_handler
from streams.runtime.handler import Record
from tests.memory_home import MemoryHome, MemoryLedger
from tests.unit.one_company import ACME, a_context
from tests.unit.one_document import OneDocument
from tests.unit.published import PUBLISHING
from tests.unit.streams.one_home import contexts_of

RECORD = Record("errors", 0, 0, b"k", b"v", {}, 0)


@dataclass
class MemoryMailer(Mailer):
    """A mail server that takes everything."""

    smtp: Smtp = field(default_factory=Smtp)
    mails: list[EmailMessage] = field(default_factory=list)
    to: list[list[str]] = field(default_factory=list)

    async def send(self, message: EmailMessage, recipients: Many[str]) -> list[str]:
        self.mails.append(message)
        self.to.append(list(recipients))
        return []


class Mails:
    """What is mailed of the outcomes of a home that has one company."""

    def __init__(
        self, home: MemoryHome | None = None, recipients: str = "finance@acme.fi", operator: tuple[str, ...] = ()
    ) -> None:
        self.home = home or MemoryLedger().take()
        mail = ErrorMail(recipients=tuple(recipients.split()), operator=operator)
        company = ACME.model_copy(update={"error_mail": mail})
        self.home_contexts = contexts_of(a_context(company), home=self.home)
        self.sent = MemoryMailer()
        self.mailer: Mailer = self.sent

    @property
    def ids(self) -> list[str]:
        return [mail["Message-ID"] for mail in self.sent.mails]

    async def report(self, outcome: Outcome) -> None:
        handler_of = mail_handler if outcome.error is not None else write_back_handler
        handler = handler_of(PUBLISHING.topics, self.home_contexts, PUBLISHING, self.mailer)
        await handler.handle(outcome, RECORD, self.home)


def refused(kind: Kind, sequence: int, number: int = 1) -> Outcome:
    error: GatewayError = refuse("CUSTOMER_NUMBER_MISSING", customer="Oy")
    if kind is Kind.COMPANY:
        error = configuration("LOGIN_REFUSED", api="Procountor", operation="log in")
    return Outcome(
        key=DocumentKey("acme-fi", kind, "acme-fi"),
        organisation="nordic",
        revision=Revision(number, Sequence(1, sequence), "abc"),
        attempt=1,
        state=OutcomeState.REFUSED,
        subject=Subject(),
        at=datetime(2026, 3, 2, tzinfo=UTC),
        error=describe(error),
    )


async def test_decision_14_second_hold_of_a_cause_is_mailed_again() -> None:
    """Last month's mail was about last month's hold; a mail with the same Message-ID would be thrown away as well."""
    mails = Mails()
    for sequence in (1, 1, 2):
        await mails.report(refused(Kind.COMPANY, sequence))
    assert len(mails.ids) == len(set(mails.ids)) == 2


async def test_decision_14_end_of_a_hold_is_mailed_once() -> None:
    """The results topic may be read before the errors topic: what is over needs no mail any more."""
    mails, held, now = Mails(), refused(Kind.COMPANY, 1), OutcomeState.WITHDRAWN
    over = replace(held, revision=Revision(1, Sequence(1, 2), "x"), state=now, error=None, notes=("LOGIN is over: y",))
    for outcome in (held, over, over, held):
        await mails.report(outcome)
    assert len(set(mails.ids)) == len(mails.ids) == 2
    later = Mails()
    for outcome in (over, held):
        await later.report(outcome)
    assert len(later.ids) == 1


async def test_Q3_a_document_is_told_once_for_a_cause() -> None:
    mails = Mails()
    for sequence, number in ((1, 1), (2, 1), (3, 2)):
        await mails.report(refused(Kind.SALES_INVOICE, sequence, number))
    assert len(mails.ids) == 1


async def test_Q3_fixed_cause_is_mailed_again_but_not_replayed() -> None:
    mails = Mails()
    key = mail_key(DocumentKey("acme-fi", Kind.SALES_INVOICE, "acme-fi"))
    await mails.report(first := refused(Kind.SALES_INVOICE, 1))
    known = last_mail(mails.home, key)
    assert known is not None
    await mails.home.commit(writes=[Write(key, known.cleared().encode(), "nordic")])
    await mails.report(first)
    assert len(mails.ids) == 1
    await mails.report(refused(Kind.SALES_INVOICE, 2, number=2))
    assert len(mails.ids) == 2


def recipients_refused(*codes: int) -> Exception:
    return aiosmtplib.SMTPRecipientsRefused(
        [aiosmtplib.SMTPRecipientRefused(code, "no", "x@acme.fi") for code in codes]
    )


@pytest.mark.parametrize(
    ("error", "tries"),
    [
        (recipients_refused(550), 1),
        (aiosmtplib.SMTPDataError(552, "too large"), 1),
        (recipients_refused(550, 450), 2),
        (aiosmtplib.SMTPDataError(451, "later"), 2),
        (aiosmtplib.SMTPSenderRefused(550, "who?", "gateway@acme.fi"), 2),
        (aiosmtplib.SMTPAuthenticationError(535, "wrong password"), 2),
        (aiosmtplib.SMTPServerDisconnected("gone"), 2),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_Q4_mail_refused_for_good_is_dropped(
    monkeypatch: pytest.MonkeyPatch, error: Exception, tries: int
) -> None:
    """A typing error in one company's recipients would hold the offset, and in the end the mails of all."""
    answers: list[Exception | None] = [error, None]

    async def send(*_: Any, **__: Any) -> tuple[dict[str, Any], str]:
        if (answer := answers.pop(0)) is not None:
            raise answer
        return {}, "taken"

    counted: list[str] = []
    monkeypatch.setattr(aiosmtplib, "send", send)
    monkeypatch.setattr(mail_handling, "AGAIN", (0.0, 0.0))
    monkeypatch.setattr(mail_handling, "count", lambda metric, result: counted.append(result))
    mails = Mails()
    mails.mailer = Mailer(Smtp(host="mail"))
    await mails.report(refused(Kind.SALES_INVOICE, 1))
    assert 2 - len(answers) == tries
    assert counted == (["failed"] if tries == 1 else ["retried", "sent"])
    assert mails.home.get(mail_key(DocumentKey("acme-fi", Kind.SALES_INVOICE, "acme-fi"))) is not None


async def test_Q1_deferred_recipient_is_mailed_later_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = [
        {"b@acme.fi": aiosmtplib.SMTPResponse(451, "later"), "c@acme.fi": aiosmtplib.SMTPResponse(550, "no")},
        {},
    ]
    envelopes, ids = list[list[str]](), set[str]()

    async def send(message: EmailMessage, *, recipients: list[str], **_: Any) -> tuple[dict[str, Any], str]:
        envelopes.append(recipients)
        ids.add(message["Message-ID"])
        return answers.pop(0), "taken"

    monkeypatch.setattr(aiosmtplib, "send", send)
    monkeypatch.setattr(mail_handling, "AGAIN", (0.0, 0.0))
    mails = Mails(recipients="a@acme.fi b@acme.fi c@acme.fi")
    mails.mailer = Mailer(Smtp(host="mail"))
    await mails.report(refused(Kind.SALES_INVOICE, 1))
    assert envelopes == [["a@acme.fi", "b@acme.fi", "c@acme.fi"], ["b@acme.fi"]]
    assert len(ids) == 1


async def test_Q3_mail_of_a_document_that_succeeded_is_not_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The server was away: nothing was mailed or marked as fixed, and the same cause may be mailed later."""
    document = OneDocument(monkeypatch)
    mails = Mails(home=document.home)
    document.refusal = refuse("VAT_MISSING", row=1, text="x")
    await document.transfer()
    first, document.refusal = document.outcomes[-1], None
    await document.transfer()
    await mails.report(first)
    assert mails.ids == []
    mailed = last_mail(document.home, mail_key(document.key))
    assert mailed is not None
    assert mailed.cause == ""


async def test_Q3_stuck_status_is_mailed_after_success(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    document = OneDocument(monkeypatch)

    async def stuck(*_: Any) -> SalesInvoice:
        raise refuse("SEVERA_REFUSED", said="locked", operation="set status")

    await document.transfer()
    document.context.severa.set_status = stuck
    with pytest.raises(Exception, match="SEVERA_REFUSED"):
        await document.write_back(1)
    mails = Mails(home=document.home)
    await mails.report(document.outcomes[-1])
    assert len(mails.ids) == 1


BOTH = refuse("COUNTRY_MISSING"), refuse("VAT_STATUS_MISSING", case="a sale", there="none", setting="x")


@pytest.mark.parametrize(
    ("operator", "to"),
    [
        (("ops@acme.fi",), [["finance@acme.fi"], ["ops@acme.fi"], ["finance@acme.fi", "ops@acme.fi"], ["ops@acme.fi"]]),
        (("finance@acme.fi",), [["finance@acme.fi"]] * 4),
        ((), [["finance@acme.fi"]] * 4),
    ],
)
async def test_S8_what_the_operator_must_do_goes_to_the_operator(
    operator: tuple[str, ...], to: list[list[str]]
) -> None:
    """By who acts: of an invoice, of a held company, in one mail of an invoice with errors of both, and at its end."""
    mails = Mails(operator=operator)
    held = refused(Kind.COMPANY, 2)
    of_both = replace(refused(Kind.SALES_INVOICE, 3), error=describe(together(BOTH)))
    over = replace(held, error=None, state=OutcomeState.WITHDRAWN, notes=("X is over: Y",))
    over = replace(over, revision=Revision(1, Sequence(1, 4), "abd"))
    for outcome in (refused(Kind.SALES_INVOICE, 1), held, of_both, over):
        await mail_handling.send_mail(outcome, RECORD, mails.home, mails.home_contexts, mails.mailer)
    assert mails.sent.to == to
    assert len(set(mails.ids)) == 4
