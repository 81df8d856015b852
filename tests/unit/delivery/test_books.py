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


async def restarted(document: OneDocument, books: OwnCompany) -> None:
    """A worker with another key; a hold is probed at once."""
    document.procountor.books, document.context.books_proved = books, False
    await probe(document)


async def probe(document: OneDocument) -> None:
    if document.context.hold is not None:
        document.context.hold = replace(document.context.hold, next_probe=0.0)
    await document.transfer()


async def release(document: OneDocument, at: datetime | None = None) -> None:
    command = Command(
        "nordic", CommandKind.RELEASE, DocumentKey("acme-fi", Kind.COMPANY, "acme-fi"), at or document.now(), "me"
    )
    await obey(document.context, document.home, command)
    await document.transfer()


async def put_back(document: OneDocument) -> None:
    """In the first company's books; changed and waiting again."""
    await document.transfer()
    await document.write_back(1)
    document.edit(status_id="before", order_number="second")


async def test_S1_another_company_is_held_and_left_untouched(document: OneDocument) -> None:
    """Once, whatever probes; the right key ends it, and nothing begins again."""
    horizon = document.context.horizon
    await put_back(document)
    read, document.context.procountor.invoice_if_there = (
        document.context.procountor.invoice_if_there,
        None,
    )  # must not be asked
    for _ in range(2):
        await restarted(document, ANOTHER)
    assert (document.codes, document.valid) == (["BOOKS_CHANGED"], 1)
    document.context.procountor.invoice_if_there = read
    document.invoices[1] = replace(document.invoices[1], status="INVALIDATED")
    await restarted(document, OwnCompany(1, "Acme Ltd"))
    assert (document.states[-1], document.context.hold, document.context.horizon) == ((2, "created"), None, horizon)


async def test_S1_release_takes_the_other_company_over(
    document: OneDocument,
) -> None:
    """Its horizon begins again, and the echo is to be proved again; what the other company had is not missed."""
    await put_back(document)
    document.home.put("acme-fi/echo", b"proved")
    await restarted(document, ANOTHER)
    document.invoices.clear()
    document.context.first_post = asyncio.Lock()
    proved: list[bool] = []
    find = document.context.procountor.find_invoices

    async def looked_up(number: str, kind: str) -> Any:
        proved.append(document.context.echo_proved or document.home.get("acme-fi/echo") is not None)
        return await find(number, kind)

    document.context.procountor.find_invoices = looked_up

    async def between(*_: object) -> list[Any]:
        return []

    document.context.procountor.invoices_created_between = between
    before = document.context.horizon
    await release(document)
    assert (document.states[-1], document.valid, proved) == ((2, "created"), 1, [False])
    assert document.context.horizon > before
    assert document.context.horizon.isoformat() in str(document.home.get("acme-fi/horizon"))
    assert document.home.get("acme-fi/echo") == b"proved"  # by the POST
    await restarted(document, ANOTHER)
    assert document.codes == ["BOOKS_CHANGED"]


async def test_S1_a_release_confirms_what_its_operator_has_seen(document: OneDocument) -> None:
    """Not what was seen after it was given, nor a third company that the key opens by then."""
    await put_back(document)
    await restarted(document, ANOTHER)
    await release(document, document.now() - timedelta(minutes=1))
    assert document.codes == ["BOOKS_CHANGED"]
    await release(document, document.now() + timedelta(minutes=1))
    await restarted(document, THIRD)
    assert document.codes == ["BOOKS_CHANGED", "INVOICE_CHANGED_AFTER_TRANSFER", "BOOKS_CHANGED"]


async def test_S1_another_companys_search_ends_no_open_intent(document: OneDocument) -> None:
    """An intent of a deleted document, and a second look: both would find nothing there."""
    document.procountor.posts = ["lost"]
    await document.transfer()
    document.procountor.books, document.context.books_proved = ANOTHER, False
    home = document.home
    document.wait()
    for look in (
        explain(document.context, home, document.flow, document.key),
        second_look(document.context, home, document.key),
    ):
        with pytest.raises(Configuration, match="BOOKS_CHANGED"):
            await look
    assert document.home.intent(str(document.key)) is not None


async def test_S1_unknown_company_holds_all_and_refuses_none(document: OneDocument) -> None:
    async def own_company() -> OwnCompany:
        raise refuse("PROCOUNTOR_REFUSED", operation="read company", said="not found")

    document.context.procountor.own_company = own_company
    for _ in range(2):
        await probe(document)
    assert (document.codes, document.valid, [told.key.kind for told in document.outcomes]) == (
        ["RIGHTS_MISSING"],
        0,
        ["company"],
    )


async def test_S1_the_company_is_asked_for_once(document: OneDocument) -> None:
    asked: list[int] = []

    async def own_company() -> OwnCompany:
        asked.append(1)
        await asyncio.sleep(0)
        return document.procountor.books

    document.context.procountor.own_company = own_company
    await asyncio.gather(*(prove_books(document.context, document.home) for _ in range(3)))
    assert len(asked) == 1


async def test_S1_key_of_another_company_holds_before_any_write(document: OneDocument) -> None:
    """Neither an invoice nor whose books they are: the ledger learns nothing of a company that is not the unit's.
    Whoever corrects the number on either side, or the key, ends the hold by its next probe; a release doesn't.
    """
    document.severa.unit = replace(document.severa.unit, vat_number="FI10086194")
    document.procountor.books = OwnCompany(2, "Bolt Oy", "0112038-9", "FINLAND", "EUR")
    for _ in range(2):
        await probe(document)
    await release(document)
    assert (document.codes, document.valid, document.home.get("acme-fi/books")) == (["WRONG_COMPANY"], 0, None)
    told = document.outcomes[0].error
    assert told is not None
    assert all(word in told.message for word in ("Bolt Oy", "Acme", "0112038-9", "FI10086194"))
    document.procountor.books = replace(document.procountor.books, business_id="1008619-4")
    await probe(document)
    assert (document.valid, document.context.hold) == (1, None)


async def test_S1_missing_business_id_is_logged_once_per_start(document: OneDocument) -> None:
    document.severa.unit = replace(document.severa.unit, vat_number="FI10086194")
    with capture_logs() as logs:
        await document.transfer()
        document.edit(status_id="before", order_number="second")
        await document.transfer()
    said = [line for line in logs if line["event"].startswith("company not compared")]
    assert ([line["side"] for line in said], document.valid) == (["Procountor"], 1)


async def test_S1_severa_without_its_units_holds_the_company(document: OneDocument) -> None:
    async def refused() -> list[Any]:
        raise refuse("SEVERA_REFUSED", operation="list business units", said="no")

    document.context.severa.business_units = refused
    await probe(document)
    assert (document.codes, document.valid) == (["RIGHTS_MISSING"], 0)


async def test_S1_two_companies_with_keys_of_one_are_not_both_written(document: OneDocument) -> None:
    """The second is held, also where neither side tells a business id. Its own key ends that, or the first one's."""
    document.context.colleagues = ("bolt-fi",)
    document.home.put("bolt-fi/books", b'{"id": 1, "name": "Acme Oy"}')
    for _ in range(2):
        await probe(document)
    assert (document.codes, document.valid, document.home.get("acme-fi/books")) == (["BOOKS_SHARED"], 0, None)
    document.home.put("bolt-fi/books", b'{"id": 2, "name": "Bolt Oy"}')
    await probe(document)
    assert (document.valid, document.context.hold) == (1, None)


async def test_S1_of_two_that_prove_at_once_one_is_held(document: OneDocument, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each reads its company before either of them is in the ledger, and commits take their time."""
    other = OneDocument(monkeypatch)
    other.home, other.context.company = document.home, a_company("bolt-fi")
    other.context.proving = document.context.proving
    document.context.colleagues, other.context.colleagues = ("bolt-fi",), ("acme-fi",)
    proofs = (prove_books(each.context, document.home) for each in (document, other))
    ended = await asyncio.gather(*proofs, return_exceptions=True)
    assert [getattr(error, "code", None) for error in ended] == [None, "BOOKS_SHARED"]


async def test_S1_a_release_does_not_confirm_the_books_of_a_colleague(document: OneDocument) -> None:
    await put_back(document)
    await restarted(document, ANOTHER)
    document.context.colleagues = ("bolt-fi",)
    document.home.put("bolt-fi/books", b'{"id": 2, "name": "Another Oy"}')
    await release(document)
    assert (document.codes, document.valid) == (["BOOKS_CHANGED", "BOOKS_SHARED"], 1)
