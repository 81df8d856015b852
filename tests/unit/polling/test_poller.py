"""A poll goes on whatever one answer or one document is like, and what stops it is reported (decisions 1, 14, Q4)."""

from __future__ import annotations

import asyncio
from unittest.mock import AsyncMock

import pytest
from structlog.testing import capture_logs

from gateway.delivery.holds import PROBE
from gateway.errors import GatewayError, Transient, configuration, refuse, transient
from gateway.ledger import HomeLost
from gateway.settings import Polling
from gateway.severa.client import Page
from tests.unit.one_company import a_company
from tests.unit.polling.organisation import HEAD, Organisation

LOGIN = configuration("LOGIN_REFUSED", api="Severa", operation="token")
REFUSED = refuse("SEVERA_REFUSED", operation="list invoices", said="BadRequest")
FAILED = transient("API_FAILED", api="Severa", operation="list invoices")


@pytest.mark.parametrize(
    ("where", "error", "code"),
    [("list", LOGIN, "LOGIN_REFUSED"), ("list", REFUSED, "LIST_FAILED"), ("units", LOGIN, "LOGIN_REFUSED")],
)
async def test_decision_14_severas_refusal_holds_all_until_a_list(where: str, error: GatewayError, code: str) -> None:
    """No document can be read, so no attempt would report it. While the probe isn't due, Severa is not asked."""
    one = Organisation(acme=True, bolt=True, off=False)
    asked = {"list": one.list, "units": one.units.refreshed}[where]
    asked.side_effect, asked.return_value = error, Page(())
    for _ in range(3):
        await one.poll()
    assert (asked.await_count, one.held) == (1, {"acme", "bolt"})
    asked.side_effect = None
    await one.poll(PROBE[0])
    assert one.held == set()
    asked.side_effect = error
    await one.poll()
    assert one.held == {"acme", "bolt"}
    assert one.reported == [("acme/company/acme", code), ("bolt/company/bolt", code)]


@pytest.mark.parametrize("error", [FAILED, KeyError("guid")])
async def test_Q4_list_failing_for_minutes_holds_the_companies(error: Exception) -> None:
    """A single failure is nobody's matter; where Severa gives no answer to anything, it is down, and that is said."""
    one = Organisation(acme=True)
    one.list.side_effect = error
    for seconds, held in ((5.0, set()), (299.0, set()), (2.0, {"acme"}), (1000.0, {"acme"})):
        one.outage.answered(200)
        await one.poll(seconds)
        assert one.held == held
    assert one.reported == [("acme/company/acme", "LIST_FAILED")]
    one.list.side_effect = None
    one.list.return_value = Page(())
    await one.poll(1000.0)
    assert one.held == set()
    one.list.side_effect = error
    await one.poll()
    assert one.held == set()


async def test_decision_14_severa_outage_holds_every_company() -> None:
    one = Organisation(acme=True, bolt=True)

    async def unheard(*_: object) -> None:
        one.outage.no_answer()
        raise FAILED

    one.list.side_effect = unheard
    for seconds, held in ((5.0, set()), (299.0, set()), (2.0, {"acme", "bolt"})):
        await one.poll(seconds)
        assert one.held == held
    assert [code for _, code in one.reported] == ["API_DOWN", "API_DOWN"]
    one.outage.answered(200)
    await one.poller._listen()
    assert one.held == set()


async def test_decision_14_a_list_ends_no_hold_that_it_did_not_begin() -> None:
    one = Organisation(acme=True)
    one.rows.side_effect = configuration("RIGHTS_MISSING", api="Severa", operation="read rows")
    await one.poll()
    assert one.held == {"acme"}
    await one.poll(PROBE[0])
    assert one.held == {"acme"}


async def test_Q4_unknown_status_holds_until_it_is_listed() -> None:
    one, unknown = Organisation(acme=True), configuration("STATUS_UNKNOWN", status="Ready", count=0, there="")
    status_ids = one.severa.status_ids
    one.severa.status_ids = AsyncMock(side_effect=unknown)
    for seconds in (5.0, 5.0, PROBE[0]):
        await one.poll(seconds)
    assert (one.held, one.list.await_count, one.severa.status_ids.await_count) == ({"acme"}, 0, 2)
    assert [(line["company"], line["code"]) for line in one.logs] == [("acme", "STATUS_UNKNOWN")]
    one.severa.status_ids = status_ids
    await one.poll(PROBE[1])
    assert (one.held, one.reported) == (set(), [("acme/company/acme", "STATUS_UNKNOWN")])
    assert one.over == ["STATUS_UNKNOWN"]


async def test_S18_company_switched_off_ends_its_report() -> None:
    """Nothing of it is probed any more: its last word would be its refusal. The hold itself stands until it is on."""
    one = Organisation(acme=True, bolt=True)
    one.list.side_effect = LOGIN
    await one.poll()
    one.contexts["acme"].company = a_company("acme", enabled=False)
    for _ in range(2):
        await one.poll()
    assert (one.held, one.over) == ({"acme", "bolt"}, ["LOGIN_REFUSED"])


@pytest.mark.parametrize("other", [{}, {"bolt": True}])
async def test_Q1_F6_begun_work_of_a_disabled_company_is_ended(other: dict[str, bool]) -> None:
    """Also where it is the only company: then there is no list, and nothing that a list would end with."""
    one = Organisation(acme=False, **other)
    key = f"acme/sales-invoice/{HEAD.id}"
    await one.home.open_intent(key, b"{}", "nordic")
    one.clock += one.home.config.quarantine
    one.heads, one.owner = [], "bolt"
    await one.poll()
    one.severa.invoice.assert_awaited_once_with(HEAD.id)


async def test_Q4_no_fault_in_a_cycle_ends_the_poll_of_an_organisation() -> None:
    """An answer that no model knows is reported and asked for again; only the loss of the home ends it."""
    one = Organisation(acme=True)
    one.work_list.polling = Polling(interval_min=0.001, interval_max=0.001)
    one.list.side_effect = [TypeError("no model has it"), FAILED, HomeLost("gone")]
    one.work_list.queues.put(one.contexts["acme"], "acme/sales-invoice/slow", asyncio.Event().wait)
    with capture_logs(), pytest.raises(HomeLost):
        await one.poller.run()
    assert one.list.await_count == 3
    assert all(reader.cancelled() for reader in one.work_list.queues._tasks.values())


async def test_Q4_list_whose_pages_lead_in_a_circle_is_reported() -> None:
    """The poll would go round it for ever, and never come to what the whole list doesn't show."""
    following = {None: "a", "a": "b", "b": "a"}

    one = Organisation(acme=True)
    one.work_list.before = {"acme": "before"}
    one.list.side_effect = lambda wanted, token, since: Page((), following[token])
    with pytest.raises(Transient, match="list invoices"):
        await one.poller._list_on()


async def test_decision_14_a_poll_that_lists_nothing_ends_no_hold() -> None:
    """The company's window is full still: Severa was not asked for what it had refused."""
    one = Organisation(acme=True)
    one.list.side_effect = LOGIN
    await one.poll()
    one.contexts["acme"].in_flight["acme/sales-invoice/slow"] = True
    one.list.side_effect = None
    await one.poll(PROBE[0])
    assert (one.list.await_count, one.held) == (1, {"acme"})
