"""SPEC Q3, S8: which refusals are mailed."""

from __future__ import annotations

from collections.abc import Sequence as Many
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from types import SimpleNamespace
from typing import Any, cast

from gateway.documents import DocumentKey, Kind, Outcome, Revision, Sequence
from gateway.events.catalogue import Topics
from gateway.ledger import Write
from streams.mail import mail_flow
from tests.unit.test_mail import OUTCOME

HOLD = replace(OUTCOME, key=DocumentKey("acme-fi", Kind.COMPANY, "acme-fi"))


class Fake:
    """A home, a mailer, and a desk that wants mail."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}
        self.sent: list[str] = []
        self.sender = "gateway@acme.fi"
        to = SimpleNamespace(enabled=True, recipients=("finance@acme.fi",))
        desk = SimpleNamespace(company=SimpleNamespace(error_mail=to), organisation="nordic")
        offices = SimpleNamespace(desk=lambda company, home: desk)
        self.get = self.values.get
        self.flow = mail_flow(Topics("p"), cast(Any, offices), cast(Any, None), cast(Any, self))

    async def send(self, mail: EmailMessage) -> None:
        self.sent.append(mail["Message-ID"])

    async def commit(self, *, writes: Many[Write]) -> None:
        self.values.update({one.key: one.value for one in writes if one.value is not None})

    async def tell(self, outcome: Outcome, counter: int, days: float) -> int:
        revision = Revision(outcome.revision.number, Sequence(1, counter), "h")
        told = replace(outcome, revision=revision, at=outcome.at + timedelta(days=days))
        await self.flow.handle(told, cast(Any, SimpleNamespace(headers={})), cast(Any, self))
        return len(self.sent)


async def test_decision_14_a_hold_that_comes_back_later_is_mailed_again() -> None:
    """For the same cause, as when a key is refused again in spring; not each time within a day, and not by a replay."""
    one = Fake()
    assert await one.tell(HOLD, 1, 0) == 1
    assert await one.tell(HOLD, 2, 0.5) == 1
    assert await one.tell(HOLD, 3, 90) == 2
    assert await one.tell(HOLD, 1, 0) == 2
    assert len(set(one.sent)) == 2


async def test_Q3_a_document_is_mailed_once_for_each_cause() -> None:
    one = Fake()
    assert await one.tell(OUTCOME, 1, 0) == 1
    assert await one.tell(OUTCOME, 2, 90) == 1
