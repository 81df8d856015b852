"""How a document comes to the moment where a person is asked, or an invoice of it is gone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.errors import refuse
from gateway.flows.sales_invoices import create
from gateway.procountor.responses import InvoiceRead
from tests.unit.one_document import OneDocument


def invalidate(one: OneDocument, invoice_id: int) -> None:
    one.invoices[invoice_id] = replace(one.invoices[invoice_id], status="INVALIDATED")


async def asked_about_an_invalidated_one(one: OneDocument) -> None:
    one.procountor.posts = ["made"]
    await one.transfer()
    invalidate(one, 1)
    await one.transfer()
    assert one.states == [(1, "refused")]


async def asked_about_one_from_elsewhere(one: OneDocument) -> None:
    one.procountor.posts = ["lost"]
    await one.transfer()
    one.invoices[9] = InvoiceRead(9, "UNFINISHED", "by hand", 99, None, None, 71, str(one.head.number))
    await one.transfer()
    assert one.states == [(1, "refused")]


def codes(one: OneDocument) -> list[str]:
    return [told.error.code for told in one.told if told.error]


async def refused_after_its_post(one: OneDocument, monkeypatch: pytest.MonkeyPatch) -> None:
    async def closed(*_: object) -> None:
        raise refuse("PERIOD_CLOSED", said="closed")

    monkeypatch.setattr(create, "write_receipt", closed)
    await one.transfer()


async def transferred_and_put_back(one: OneDocument, **changes: object) -> None:
    await one.transfer()
    await one.write_back(1)
    one.edit(status_id="before", **changes)
