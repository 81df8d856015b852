"""Decision 12: a company that was held for long looks first, as a gateway does that was off."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from gateway.delivery.hold_actions import stage_passed
from gateway.delivery.holds import Hold, Stage
from gateway.procountor.responses import InvoiceFound, InvoiceRead
from tests.unit.one_document import OneDocument

YEAR = timedelta(days=365)


@pytest.mark.parametrize("stage", [Stage.TRANSFER, Stage.POLL])
@pytest.mark.parametrize(("days", "told"), [(2, "refused"), (0.5, "created")])
async def test_B14_invoice_typed_during_a_hold_is_found(
    monkeypatch: pytest.MonkeyPatch, days: float, told: str, stage: Stage
) -> None:
    """Its key was refused for days; the urgent invoices were typed in, with their numbers."""
    document = OneDocument(monkeypatch)
    document.edit(created_at=document.context.now())  # after the horizon: it would cost no look-up
    since = (document.context.now() - timedelta(days=days)).isoformat()
    document.context.hold = held = Hold("LOGIN_REFUSED", "c", "m", since, 15.0, 0.0, stage)
    if stage is Stage.POLL:  # what met the cause is no transfer, so none of them is a probe
        await stage_passed(document.context, document.home, stage, held)
    document.invoices[1] = InvoiceRead(1, "PAID", "", 3, None, None, 70, str(document.head.number))
    await document.transfer()
    assert document.states[-1] == (1, told)
    assert ("acme-fi/horizon" in document.home.stored) is (told == "refused")


async def test_B14_hold_from_a_clock_ahead_counts_as_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody knows for how long the company was held: its invoices may have been typed by hand."""
    document = OneDocument(monkeypatch)
    document.edit(created_at=document.context.now())
    document.context.hold = Hold("LOGIN_REFUSED", "c", "m", (document.context.now() + YEAR).isoformat(), 15.0, 0.0)
    document.invoices[1] = InvoiceRead(1, "PAID", "", 3, None, None, 70, str(document.head.number))
    await document.transfer()
    assert document.states[-1] == (1, "refused")


async def test_Q1_invoice_older_than_a_new_horizon_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its POST had no answer, Procountor is not known to keep our number, and then the gateway was off for a week."""
    document = OneDocument(monkeypatch)
    document.procountor.posts = ["executed"]
    await document.transfer()
    document.context.echo_proved, document.context.horizon = False, document.head.created_at + timedelta(days=7)
    document.context.clock = (document.head.created_at - YEAR).timestamp  # which hides it no better
    asked = list[date]()

    async def between(since: date, until: date, _: str) -> list[InvoiceFound]:
        asked.append(since)
        made = document.head.created_at + timedelta(days=7)
        return [InvoiceFound(1, "")] if until >= made.date() else []

    document.context.procountor.invoices_created_between = between
    document.invoices[1] = replace(document.invoices[1], original_number="")
    await document.transfer()
    assert (document.states, document.valid) == ([(1, "created")], 1)
    assert asked == [(document.head.created_at - timedelta(days=1)).date()]
