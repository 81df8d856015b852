"""E-mails: once for a cause of a document, and once for each hold of a company (decision 14, Q1, Q3)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from types import SimpleNamespace
from typing import Any, cast

from gateway.delivery.describe import describe
from gateway.documents import DocumentKey, Kind, Outcome, OutcomeState, Revision, Sequence
from gateway.errors import configuration, refuse
from gateway.events.catalogue import Topics
from gateway.ledger import Home, Write
from gateway.notify.smtp import Mailer
from gateway.notify.told import Told, told_key
from streams.flow import Record
from streams.mail import mail_flow
from streams.office import Offices
from streams.publishing import Publishing

RECORD = Record("errors", 0, 0, b"k", b"v", {}, 0)


class Mails:
    """A mailer, a home and an office of one company in one."""

    sender = "gateway@acme.fi"

    def __init__(self) -> None:
        self.ids: list[str] = []
        self._values: dict[str, bytes] = {}

    async def send(self, message: EmailMessage) -> None:
        self.ids.append(message["Message-ID"])

    def get(self, key: str) -> bytes | None:
        return self._values.get(key)

    async def commit(self, *, writes: list[Write]) -> None:
        self._values |= {one.key: one.value or b"" for one in writes}

    def desk(self, company: str, home: Home) -> Any:
        mail = SimpleNamespace(enabled=True, recipients=["finance@acme.fi"])
        return SimpleNamespace(company=SimpleNamespace(error_mail=mail), organisation="nordic")

    async def tell(self, outcome: Outcome) -> None:
        flow = mail_flow(Topics("p"), cast(Offices, self), cast(Publishing, None), cast(Mailer, self))
        await flow.handle(outcome, RECORD, cast(Home, self))


def refused(kind: Kind, sequence: int, number: int = 1) -> Outcome:
    error = refuse("CUSTOMER_NUMBER_MISSING", customer="Oy")
    if kind is Kind.COMPANY:
        error = configuration("LOGIN_REFUSED", api="Procountor", operation="log in")
    return Outcome(
        key=DocumentKey("acme-fi", kind, "acme-fi"),
        organisation="nordic",
        revision=Revision(number, Sequence(1, sequence), "abc"),
        attempt=1,
        state=OutcomeState.REFUSED,
        number=None,
        customer_name="",
        at=datetime(2026, 3, 2, tzinfo=UTC),
        error=describe(error),
    )


async def test_decision_14_a_company_that_is_held_again_for_the_same_cause_is_told_again() -> None:
    """Last month's mail was about last month's hold; a mail with the same Message-ID would be thrown away as well."""
    mails = Mails()
    for sequence in (1, 1, 2):
        await mails.tell(refused(Kind.COMPANY, sequence))
    assert len(mails.ids) == len(set(mails.ids)) == 2


async def test_Q3_a_document_is_told_once_for_a_cause() -> None:
    mails = Mails()
    for sequence, number in ((1, 1), (2, 1), (3, 2)):
        await mails.tell(refused(Kind.SALES_INVOICE, sequence, number))
    assert len(mails.ids) == 1


async def test_Q3_a_cause_that_was_mended_is_told_when_it_comes_again_but_not_when_it_is_replayed() -> None:
    mails = Mails()
    key = told_key("acme-fi", "acme-fi")
    await mails.tell(first := refused(Kind.SALES_INVOICE, 1))
    known = Told.decode(mails.get(key))
    assert known is not None
    await mails.commit(writes=[Write(key, known.mended().encode(), "nordic")])
    await mails.tell(first)
    assert len(mails.ids) == 1
    await mails.tell(refused(Kind.SALES_INVOICE, 2, number=2))
    assert len(mails.ids) == 2
