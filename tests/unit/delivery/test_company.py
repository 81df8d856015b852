"""Whose documents a company's context begins (S18, decision 13)."""

from __future__ import annotations

import time

import pytest

from gateway.documents import Kind, SalesInvoice
from gateway.settings import Delivery
from tests.unit.invoices import an_invoice
from tests.unit.one_company import a_company, a_context


@pytest.mark.parametrize(
    ("active", "company", "owned"), [(True, "acme-fi", True), (True, "bolt-fi", False), (False, "acme-fi", False)]
)
async def test_S18_decision_13_only_own_documents_are_begun(active: bool, company: str, owned: bool) -> None:
    """Events and open intents that were left from before it was switched off begin nothing."""

    async def company_of(invoice: SalesInvoice) -> str:
        return company

    context = a_context(a_company(enabled=active), company_of={Kind.SALES_INVOICE: company_of})
    assert await context.owns(Kind.SALES_INVOICE, an_invoice()) is owned


def test_Q1_a_refused_post_is_unseen_for_the_time_of_a_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever an earlier owner was refused was before this one began."""
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    context = a_context(_opened=now)
    context.delivery = Delivery(search_lag=30.0)
    now = 120.0
    context.post_refused("one")
    assert [context.seconds_unseen(key) for key in ("one", "other")] == [30.0, 10.0]
    now = 150.0
    assert [context.seconds_unseen(key) for key in ("one", "other")] == [0.0, -20.0]
    assert context._refused == {}
