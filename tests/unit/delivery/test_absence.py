"""Decision 12: a company that was held for long looks first, as a gateway does that was off."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.delivery.holding import hold
from gateway.errors import configuration
from gateway.procountor.responses import InvoiceRead
from tests.unit.delivery.one_document import OneDocument


@pytest.mark.parametrize(("days", "told"), [(2, "refused"), (0.5, "created")])
async def test_B14_what_was_typed_by_hand_while_the_company_was_held_is_found(
    monkeypatch: pytest.MonkeyPatch, days: float, told: str
) -> None:
    """Its key was refused for days; the urgent invoices were typed in, with their numbers."""
    one = OneDocument(monkeypatch)
    one.edit(created_at=one.desk.now())  # after the horizon: it would cost no look-up
    error = configuration("LOGIN_REFUSED", api="Procountor", operation="log in")
    await hold(one.desk, one.home, error, by="")  # type: ignore[arg-type]
    since = (one.desk.now() - timedelta(days=days)).isoformat()
    one.desk.hold = replace(one.desk.hold, since=since, next_probe=0.0)
    one.invoices[1] = InvoiceRead(1, "PAID", "", 3, None, None, 70, str(one.head.number))
    await one.transfer()
    assert one.states[-1] == (1, told)
    assert ("acme-fi/horizon" in one.home.values) is (told == "refused")
