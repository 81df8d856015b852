"""Whose documents a company's context begins (S18, decision 13)."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any, cast

import pytest

from gateway.delivery.company import CompanyContext
from gateway.documents import Kind, SalesInvoice
from tests.unit.invoices import an_invoice


@pytest.mark.parametrize(
    ("active", "company", "owned"), [(True, "acme-fi", True), (True, "bolt-fi", False), (False, "acme-fi", False)]
)
async def test_S18_decision_13_only_own_documents_are_begun(active: bool, company: str, owned: bool) -> None:
    """Events and open intents that were left from before it was switched off begin nothing."""

    async def company_of(invoice: SalesInvoice) -> str:
        return company

    own = SimpleNamespace(id="acme-fi", active=active)
    context = cast(Any, SimpleNamespace(company=own, company_of={Kind.SALES_INVOICE: company_of}))
    assert await CompanyContext.owns(context, Kind.SALES_INVOICE, an_invoice()) is owned


def test_Q1_a_refused_post_is_unseen_for_the_time_of_a_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever an earlier owner was refused was before this one began."""
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    context = cast(Any, SimpleNamespace(_opened=now, _refused={}, delivery=SimpleNamespace(search_lag=30.0)))
    now = 120.0
    CompanyContext.post_refused(context, "one")
    assert [CompanyContext.seconds_unseen(context, key) for key in ("one", "other")] == [30.0, 10.0]
    now = 150.0
    assert [CompanyContext.seconds_unseen(context, key) for key in ("one", "other")] == [0.0, -20.0]
    assert context._refused == {}
