"""What the client of Procountor makes of its answers."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from gateway.errors import Configuration, InDoubt, Permanent, Transient
from gateway.http import Outage, Response
from gateway.procountor.client import ProcountorClient
from tests.unit.told import TOKEN, told


class Procountor:
    """A transport: a token, and the same answer to everything else."""

    def __init__(self, answer: object, status: int = 200) -> None:
        self.answer = told(answer, status)
        self.outage = Outage()
        transport: Any = self
        self.client = ProcountorClient("acme", "id", SecretStr("s"), SecretStr("k"), transport)

    async def send(self, request: Any, company: str, lease: Any = None) -> Response:
        if request.path == "/oauth/token":
            return told(TOKEN)
        return self.answer


async def test_decision_19_answer_from_elsewhere_refuses_nothing() -> None:
    """A redirect is a proxy's or a maintenance page's, and goes by."""
    with pytest.raises(Transient):
        await Procountor({}, status=302).client.bank_accounts()


class Moved:
    """A transport: status actions are refused by `refusal`; the invoice is in `status`, and `read` answers for it."""

    def __init__(self, refusal: int, status: str, read: int = 200) -> None:
        self.refusal, self.status, self.read = refusal, status, read
        self.outage = Outage()
        transport: Any = self
        self.client = ProcountorClient("acme", "id", SecretStr("s"), SecretStr("k"), transport)

    async def send(self, request: Any, company: str, lease: Any = None) -> Response:
        if request.path == "/oauth/token":
            return told(TOKEN)
        if request.method == "PUT":
            return told({"errors": [{"status": 403, "message": "status"}]}, self.refusal)
        return told({"id": 7, "status": self.status}, self.read)


LICENCE: Any = None


@pytest.mark.parametrize("refusal", [400, 403])
@pytest.mark.parametrize("status", ["NOT_SENT", "SENT", "PAID"])
async def test_S14_a_refused_approval_of_what_is_approved_is_none(refusal: int, status: str) -> None:
    """A person was faster, or the answer before was lost."""
    assert await Moved(refusal, status).client.approve(7, LICENCE) == status


@pytest.mark.parametrize("refusal", [400, 403])
async def test_S14_a_refused_sending_of_what_is_sent_is_none(refusal: int) -> None:
    assert await Moved(refusal, "PARTLY_PAID").client.send(7, LICENCE) == "PARTLY_PAID"


@pytest.mark.parametrize(("refusal", "kind"), [(400, Permanent), (403, Configuration)])
async def test_S14_a_refusal_in_another_status_stays_one(refusal: int, kind: type[Exception]) -> None:
    for status in ("UNFINISHED", ""):
        with pytest.raises(kind):
            await Moved(refusal, status).client.approve(7, LICENCE)
    with pytest.raises(kind):
        await Moved(refusal, "NOT_SENT").client.send(7, LICENCE)


@pytest.mark.parametrize("action", ["approve", "send", "circulate", "verify", "approve_travel"])
async def test_S14_no_right_is_missing_for_an_invoice_that_was_moved(action: str) -> None:
    """An accountant invalidates it just before the action: Procountor answers 403, and no company is held."""
    with pytest.raises(Permanent, match="the invoice has the status INVALIDATED by now"):
        await getattr(Moved(403, "INVALIDATED").client, action)(7, LICENCE)


async def test_decision_7_unanswered_sending_is_not_looked_up() -> None:
    with pytest.raises(InDoubt):
        await Moved(500, "SENT").client.send(7, LICENCE)


@pytest.mark.parametrize("refusal", [400, 409])
async def test_Q1_refused_sending_without_look_up_is_in_doubt(refusal: int) -> None:
    """It was tried again at once, and the customer got the invoice twice."""
    with pytest.raises(InDoubt):
        await Moved(refusal, "SENT", read=500).client.send(7, LICENCE)


async def test_P1_a_blank_code_is_no_products_code() -> None:
    """A product without a code isn't found by the code "": it would be some product, with its own account."""
    cards = [{"id": 1, "name": "Rent of a boat", "active": True}, {"id": 2, "code": "P", "name": "Attempt"}]
    client = Procountor({"results": cards, "meta": {"totalCount": 2}}).client
    assert await client.find_products("") == []
    assert [card.id for card in await client.find_products("P")] == [2]


async def test_Q1_invoice_is_gone_only_by_procountors_own_word() -> None:
    """A proxy's 404 says nothing of an invoice."""
    own = {"errors": [{"status": 404, "message": "Invoice not found."}]}
    assert await Procountor(own, status=404).client.invoice_if_there(7) is None
    others: list[Any] = [{}, [], "not found", {"errors": []}]
    for other in others:
        with pytest.raises(Transient):
            await Procountor(other, status=404).client.invoice_if_there(7)
