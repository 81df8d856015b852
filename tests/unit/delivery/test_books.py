"""SPEC S1, decision 12: the ledger speaks of one company of Procountor, and nothing is done in another one."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from gateway.delivery.books import prove_books
from gateway.delivery.commands import obey
from gateway.delivery.explain import explain
from gateway.delivery.second_look import second_look
from gateway.documents import Command, CommandKind
from gateway.errors import Configuration, refuse
from gateway.procountor.responses import CompanyRead
from tests.unit.delivery.one_document import OneDocument

ANOTHER, THIRD = CompanyRead(2, "Another Oy"), CompanyRead(3, "Third Oy")


@pytest.fixture
def one(monkeypatch: pytest.MonkeyPatch) -> OneDocument:
    return OneDocument(monkeypatch)


async def restarted(one: OneDocument, books: CompanyRead) -> None:
    """A worker with another key; a hold is probed at once."""
    one.books, one.desk.books_proved = books, False
    await probe(one)


async def probe(one: OneDocument) -> None:
    if one.desk.hold is not None:
        one.desk.hold = replace(one.desk.hold, next_probe=0.0)
    await one.transfer()


async def release(one: OneDocument, at: datetime | None = None) -> None:
    command = Command("nordic", "acme-fi", CommandKind.RELEASE, "acme-fi", at or datetime.now(UTC), "me")
    await obey(one.desk, cast(Any, one.home), command)
    await one.transfer()


def codes(one: OneDocument) -> list[str]:
    return [told.error.code for told in one.home.told if told.error]


async def put_back(one: OneDocument) -> None:
    """In the first company's books; changed and waiting again."""
    await one.transfer()
    await one.write_back(1)
    one.edit(status_id="before", order_number="second")


async def test_S1_another_company_is_held_and_nothing_is_read_or_written_in_it(one: OneDocument) -> None:
    """Once, whatever probes; the right key ends it, and nothing begins anew."""
    horizon = one.desk.horizon
    await put_back(one)
    one.desk.procountor.invoice_if_there = None  # must not be asked
    for _ in range(2):
        await restarted(one, ANOTHER)
    assert (codes(one), one.valid) == (["BOOKS_CHANGED"], 1)
    one.desk.procountor.invoice_if_there = one._read_if_there
    one.invoices[1] = replace(one.invoices[1], status="INVALIDATED")
    await restarted(one, CompanyRead(1, "Acme Ltd"))
    assert (one.states[-1], one.desk.hold, one.desk.horizon) == ((2, "created"), None, horizon)


async def test_S1_a_release_says_that_the_change_is_meant_and_the_company_is_taken_over_anew(one: OneDocument) -> None:
    """Its horizon begins anew, and the echo is to be proved again; what the other company had is not missed."""
    await put_back(one)
    one.home.values["acme-fi/echo"] = b"proved"
    await restarted(one, ANOTHER)
    one.invoices.clear()
    one.desk.first_post = asyncio.Lock()
    proved: list[bool] = []
    find = one.desk.procountor.find_invoices

    async def looked_up(number: str) -> Any:
        proved.append(one.desk.echo_proved)
        return await find(number)

    one.desk.procountor.find_invoices = looked_up

    async def between(*_: object) -> list[Any]:
        return []

    one.desk.procountor.invoices_created_between = between
    before = one.desk.horizon
    await release(one)
    assert (one.states[-1], one.valid, proved) == ((2, "created"), 1, [False])
    assert one.desk.horizon > before
    assert one.desk.horizon.isoformat() in str(one.home.get("acme-fi/horizon"))
    assert one.home.get("acme-fi/echo") is None
    await restarted(one, ANOTHER)
    assert codes(one) == ["BOOKS_CHANGED"]


async def test_S1_a_release_confirms_what_its_operator_has_seen(one: OneDocument) -> None:
    """Not what was seen after it was given, nor a third company that the key opens by then."""
    await put_back(one)
    await restarted(one, ANOTHER)
    await release(one, datetime.now(UTC) - timedelta(minutes=1))
    assert codes(one) == ["BOOKS_CHANGED"]
    await release(one, datetime.now(UTC) + timedelta(minutes=1))
    await restarted(one, THIRD)
    assert codes(one) == ["BOOKS_CHANGED", "INVOICE_CHANGED_AFTER_TRANSFER", "BOOKS_CHANGED"]


async def test_S1_what_the_ledger_has_left_open_is_not_ended_by_a_look_into_other_books(one: OneDocument) -> None:
    """An intent of a deleted document, and a second look: both would find nothing there."""
    one.posts = ["lost"]
    await one.transfer()
    one.books, one.desk.books_proved = ANOTHER, False
    home = cast(Any, one.home)
    for look in (explain(one.desk, home, one.key), second_look(one.desk, home, one.key)):
        with pytest.raises(Configuration, match="BOOKS_CHANGED"):
            await look
    assert one.home.intent(str(one.key)) is not None


async def test_S1_a_company_that_is_not_told_holds_all_and_refuses_no_document(one: OneDocument) -> None:
    async def own_company() -> CompanyRead:
        raise refuse("PROCOUNTOR_REFUSED", operation="read company", said="not found")

    one.desk.procountor.own_company = own_company
    for _ in range(2):
        await probe(one)
    assert (codes(one), one.valid, [told.key.kind for told in one.home.told]) == (["RIGHTS_MISSING"], 0, ["company"])


async def test_S1_the_company_is_asked_for_once(one: OneDocument) -> None:
    asked: list[int] = []

    async def own_company() -> CompanyRead:
        asked.append(1)
        await asyncio.sleep(0)
        return one.books

    one.desk.procountor.own_company = own_company
    await asyncio.gather(*(prove_books(one.desk, cast(Any, one.home)) for _ in range(3)))
    assert len(asked) == 1
