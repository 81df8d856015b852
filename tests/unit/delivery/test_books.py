"""S1, decision 12: the ledger speaks of one company of Procountor, and nothing is done in another one."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.delivery.books import prove_books
from gateway.delivery.commands import obey
from gateway.delivery.recheck import second_look
from gateway.delivery.withdrawn import explain
from gateway.documents import Command, CommandKind, DocumentKey, Kind
from gateway.errors import Configuration, refuse
from gateway.rules.own_company import OwnCompany
from tests.unit.one_company import a_company
from tests.unit.one_document import OneDocument

ANOTHER, THIRD = OwnCompany(2, "Another Oy"), OwnCompany(3, "Third Oy")


async def restarted(one: OneDocument, books: OwnCompany) -> None:
    """A worker with another key; a hold is probed at once."""
    one.procountor.books, one.context.books_proved = books, False
    await probe(one)


async def probe(one: OneDocument) -> None:
    if one.context.hold is not None:
        one.context.hold = replace(one.context.hold, next_probe=0.0)
    await one.transfer()


async def release(one: OneDocument, at: datetime | None = None) -> None:
    command = Command(
        "nordic", CommandKind.RELEASE, DocumentKey("acme-fi", Kind.COMPANY, "acme-fi"), at or one.now(), "me"
    )
    await obey(one.context, one.home, command)
    await one.transfer()


def codes(one: OneDocument) -> list[str]:
    return [told.error.code for told in one.told if told.error]


async def put_back(one: OneDocument) -> None:
    """In the first company's books; changed and waiting again."""
    await one.transfer()
    await one.write_back(1)
    one.edit(status_id="before", order_number="second")


async def test_S1_another_company_is_held_and_nothing_is_read_or_written_in_it(one: OneDocument) -> None:
    """Once, whatever probes; the right key ends it, and nothing begins anew."""
    horizon = one.context.horizon
    await put_back(one)
    read, one.context.procountor.invoice_if_there = one.context.procountor.invoice_if_there, None  # must not be asked
    for _ in range(2):
        await restarted(one, ANOTHER)
    assert (codes(one), one.valid) == (["BOOKS_CHANGED"], 1)
    one.context.procountor.invoice_if_there = read
    one.invoices[1] = replace(one.invoices[1], status="INVALIDATED")
    await restarted(one, OwnCompany(1, "Acme Ltd"))
    assert (one.states[-1], one.context.hold, one.context.horizon) == ((2, "created"), None, horizon)


async def test_S1_a_release_says_that_the_change_is_meant_and_the_company_is_taken_over_anew(one: OneDocument) -> None:
    """Its horizon begins anew, and the echo is to be proved again; what the other company had is not missed."""
    await put_back(one)
    one.home.put("acme-fi/echo", b"proved")
    await restarted(one, ANOTHER)
    one.invoices.clear()
    one.context.first_post = asyncio.Lock()
    proved: list[bool] = []
    find = one.context.procountor.find_invoices

    async def looked_up(number: str) -> Any:
        proved.append(one.context.echo_proved or one.home.get("acme-fi/echo") is not None)
        return await find(number)

    one.context.procountor.find_invoices = looked_up

    async def between(*_: object) -> list[Any]:
        return []

    one.context.procountor.invoices_created_between = between
    before = one.context.horizon
    await release(one)
    assert (one.states[-1], one.valid, proved) == ((2, "created"), 1, [False])
    assert one.context.horizon > before
    assert one.context.horizon.isoformat() in str(one.home.get("acme-fi/horizon"))
    assert one.home.get("acme-fi/echo") == b"proved"  # by the POST
    await restarted(one, ANOTHER)
    assert codes(one) == ["BOOKS_CHANGED"]


async def test_S1_a_release_confirms_what_its_operator_has_seen(one: OneDocument) -> None:
    """Not what was seen after it was given, nor a third company that the key opens by then."""
    await put_back(one)
    await restarted(one, ANOTHER)
    await release(one, one.now() - timedelta(minutes=1))
    assert codes(one) == ["BOOKS_CHANGED"]
    await release(one, one.now() + timedelta(minutes=1))
    await restarted(one, THIRD)
    assert codes(one) == ["BOOKS_CHANGED", "INVOICE_CHANGED_AFTER_TRANSFER", "BOOKS_CHANGED"]


async def test_S1_what_the_ledger_has_left_open_is_not_ended_by_a_look_into_other_books(one: OneDocument) -> None:
    """An intent of a deleted document, and a second look: both would find nothing there."""
    one.procountor.posts = ["lost"]
    await one.transfer()
    one.procountor.books, one.context.books_proved = ANOTHER, False
    home = one.home
    one.wait()
    for look in (explain(one.context, home, one.flow, one.key), second_look(one.context, home, one.key)):
        with pytest.raises(Configuration, match="BOOKS_CHANGED"):
            await look
    assert one.home.intent(str(one.key)) is not None


async def test_S1_a_company_that_is_not_told_holds_all_and_refuses_no_document(one: OneDocument) -> None:
    async def own_company() -> OwnCompany:
        raise refuse("PROCOUNTOR_REFUSED", operation="read company", said="not found")

    one.context.procountor.own_company = own_company
    for _ in range(2):
        await probe(one)
    assert (codes(one), one.valid, [told.key.kind for told in one.told]) == (["RIGHTS_MISSING"], 0, ["company"])


async def test_S1_the_company_is_asked_for_once(one: OneDocument) -> None:
    asked: list[int] = []

    async def own_company() -> OwnCompany:
        asked.append(1)
        await asyncio.sleep(0)
        return one.procountor.books

    one.context.procountor.own_company = own_company
    await asyncio.gather(*(prove_books(one.context, one.home) for _ in range(3)))
    assert len(asked) == 1


async def test_S1_a_key_of_another_company_holds_it_before_anything_is_written(one: OneDocument) -> None:
    """Neither an invoice nor whose books they are: the ledger learns nothing of a company that is not the unit's.
    Whoever mends the number on either side, or the key, ends the hold by its next probe; a release doesn't.
    """
    one.severa.unit = replace(one.severa.unit, vat_number="FI10086194")
    one.procountor.books = OwnCompany(2, "Bolt Oy", "0112038-9", "FINLAND", "EUR")
    for _ in range(2):
        await probe(one)
    await release(one)
    assert (codes(one), one.valid, one.home.get("acme-fi/books")) == (["WRONG_COMPANY"], 0, None)
    told = one.told[0].error
    assert told is not None
    assert all(word in told.message for word in ("Bolt Oy", "Acme", "0112038-9", "FI10086194"))
    one.procountor.books = replace(one.procountor.books, business_id="1008619-4")
    await probe(one)
    assert (one.valid, one.context.hold) == (1, None)


async def test_S1_a_company_that_tells_no_business_id_is_said_once_a_start(one: OneDocument) -> None:
    one.severa.unit = replace(one.severa.unit, vat_number="FI10086194")
    with capture_logs() as logs:
        await one.transfer()
        one.edit(status_id="before", order_number="second")
        await one.transfer()
    said = [line for line in logs if line["event"].startswith("company not compared")]
    assert ([line["side"] for line in said], one.valid) == (["Procountor"], 1)


async def test_S1_a_severa_that_does_not_show_its_units_holds_the_company(one: OneDocument) -> None:
    async def refused() -> list[Any]:
        raise refuse("SEVERA_REFUSED", operation="list business units", said="no")

    one.context.severa.business_units = refused
    await probe(one)
    assert (codes(one), one.valid) == (["RIGHTS_MISSING"], 0)


async def test_S1_two_companies_with_keys_of_one_are_not_both_written(one: OneDocument) -> None:
    """The second is held, also where neither side tells a business id. Its own key ends that, or the first one's."""
    one.context.colleagues = ("bolt-fi",)
    one.home.put("bolt-fi/books", b'{"id": 1, "name": "Acme Oy"}')
    for _ in range(2):
        await probe(one)
    assert (codes(one), one.valid, one.home.get("acme-fi/books")) == (["BOOKS_SHARED"], 0, None)
    one.home.put("bolt-fi/books", b'{"id": 2, "name": "Bolt Oy"}')
    await probe(one)
    assert (one.valid, one.context.hold) == (1, None)


async def test_S1_of_two_that_prove_at_once_one_is_held(one: OneDocument, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each reads its company before either of them is in the ledger, and commits take their time."""
    other = OneDocument(monkeypatch)
    other.home, other.context.company = one.home, a_company("bolt-fi")
    other.context.proving = one.context.proving
    one.context.colleagues, other.context.colleagues = ("bolt-fi",), ("acme-fi",)
    proofs = (prove_books(each.context, one.home) for each in (one, other))
    ended = await asyncio.gather(*proofs, return_exceptions=True)
    assert [getattr(error, "code", None) for error in ended] == [None, "BOOKS_SHARED"]


async def test_S1_a_release_does_not_confirm_the_books_of_a_colleague(one: OneDocument) -> None:
    await put_back(one)
    await restarted(one, ANOTHER)
    one.context.colleagues = ("bolt-fi",)
    one.home.put("bolt-fi/books", b'{"id": 2, "name": "Another Oy"}')
    await release(one)
    assert (codes(one), one.valid) == (["BOOKS_CHANGED", "BOOKS_SHARED"], 1)
