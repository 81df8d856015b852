"""How a document comes to the moment where a person is asked, or an invoice of it is gone."""

from __future__ import annotations

from dataclasses import replace

from gateway.errors import refuse
from gateway.procountor.responses import InvoiceRead
from tests.unit.one_document import OneDocument, a_step


def invalidate(document: OneDocument, invoice_id: int) -> None:
    document.invoices[invoice_id] = replace(document.invoices[invoice_id], status="INVALIDATED")


async def asked_about_an_invalidated_one(document: OneDocument) -> None:
    document.procountor.posts = ["executed"]
    await document.transfer()
    invalidate(document, 1)
    await document.transfer()
    assert document.states == [(1, "refused")]


async def asked_about_one_from_elsewhere(document: OneDocument) -> None:
    document.procountor.posts = ["lost"]
    await document.transfer()
    document.invoices[9] = InvoiceRead(9, "UNFINISHED", "by hand", 99, None, None, 71, str(document.head.number))
    await document.transfer()
    assert document.states == [(1, "refused")]


async def refused_after_its_post(document: OneDocument) -> None:
    async def closed() -> None:
        raise refuse("PERIOD_CLOSED", said="closed")

    document.target.files, files = a_step("write receipt", closed), document.target.files
    await document.transfer()
    document.target.files = files


async def transferred_and_put_back(document: OneDocument, **changes: object) -> None:
    await document.transfer()
    await document.write_back(1)
    document.edit(status_id="before", **changes)
