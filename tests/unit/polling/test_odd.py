"""One object of Severa's that can't be read is the matter of what needs it, and of nothing else (Q4, F6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from gateway.delivery.record import Made, State, TransferRecord
from gateway.documents import Customer, Outcome, Revision, Sequence, Target
from gateway.errors import Transient, transient
from gateway.flows.sales_invoices.customers import CustomerCards
from gateway.http import Outage, Request, Response
from gateway.ledger import Write
from gateway.polling.units import companies_of_units, odd_units
from gateway.severa.client import SeveraClient
from gateway.severa.responses import BusinessUnit, OddHead
from tests.memory_home import MemoryLedger
from tests.unit.polling.cards import CardSevera
from tests.unit.polling.organisation import HEAD, Organisation
from tests.unit.polling.test_units import Severa
from tests.unit.told import TOKEN, told

ODD = transient("ANSWER_ODD", api="Severa", operation="list invoices", said="projects[0]: an object is expected")
UNIT = BusinessUnit("team", "", odd="parentGuid: a text is expected, not a number")


@pytest.mark.parametrize(("unit", "company"), [("", "acme"), ("of-bolt", "bolt")])
async def test_F6_unreadable_head_is_reported_others_are_published(unit: str, company: str) -> None:
    one = Organisation(off=False, acme=True, bolt=True)
    one.owner, one.odd = "bolt", [OddHead("odd", "before", unit, 7, ODD)]
    for _ in range(14):
        await one.poll(300.0)
    assert (f"{company}/sales-invoice/odd", "NOT_YET_TRANSFERRED") in one.reported
    assert "7" in [event.subject.number for event in one.published if isinstance(event, Outcome)]
    assert HEAD.id in {event.key.id for event in one.published if not isinstance(event, Outcome)}
    one.heads, one.odd = [HEAD, replace(HEAD, id="odd")], []
    await one.poll(300.0)
    assert "odd" in {event.key.id for event in one.published if not isinstance(event, Outcome)}


async def test_F6_odd_head_after_its_transfer_waits_for_nothing() -> None:
    """Its invoice is in Procountor; only its status is to be moved still."""
    one = Organisation(acme=True)
    one.heads, one.odd = [], [OddHead("odd", "before", "", 7, ODD)]
    settled = TransferRecord(
        Revision(1, Sequence(1, 1), "c"),
        State.SETTLED,
        1,
        made=Made(Target("procountor", "sales-invoice", "7", "SENT")),
    )
    await one.home.commit(writes=[Write("acme/sales-invoice/odd", settled.encode(), "nordic")])
    for _ in range(14):
        await one.poll(300.0)
    assert one.reported == []


async def test_decision_13_unreadable_unit_moves_no_other() -> None:
    severa = Severa()
    await severa.units.refresh()
    severa.parent, severa.others = "odd", [replace(UNIT, guid="odd")]
    await severa.units.refresh()
    for unit in ("odd", "team"):
        with pytest.raises(Transient, match="parentGuid"):
            severa.units.company(unit)
    assert (severa.units.company("unit-a"), severa.told) == ("acme", [])


def test_decision_13_configured_company_stands_without_unit() -> None:
    """Whatever its unit says."""
    units = [UNIT, BusinessUnit("below", "", "team")]
    assert companies_of_units(units, {"team": "acme"}) == {"team": "acme", "below": "acme"}
    assert odd_units(units, {"team": "acme"}) == {}
    assert companies_of_units(units, {"else": "acme"}) == {}
    assert set(odd_units(units, {"else": "acme"})) == {"team", "below"}


async def test_Q4_unreadable_card_is_not_believed_others_are() -> None:
    severa = CardSevera(Customer("c", "Old"), ODD, changed={"c": None, "d": Customer("d", "New")})
    cards = CustomerCards(severa, MemoryLedger().take(), since=datetime.now(UTC))
    assert (await cards.card(Customer("c", ""))).name == "Old"
    await cards.refresh()
    assert (await cards.card(Customer("d", ""))).name == "New"
    with pytest.raises(Transient):
        await cards.card(Customer("c", ""))


class Lists:
    """A transport whose lists hold one entry as it should be, and some that can't be read."""

    def __init__(self, good: dict[str, Any]) -> None:
        self.entries: list[Any] = [None, "x", {"guid": 7}, {**good, "guid": "odd", "name": 5, "number": {}}, good]
        self.outage = Outage()
        transport: Any = self
        self.client = SeveraClient("nordic", "id", SecretStr("s"), transport)

    async def send(self, request: Request, company: str, licence: Any = None) -> Response:
        if request.operation == "token":
            return told(TOKEN)
        return told([] if dict(request.query).get("firstRow", "0") != "0" else self.entries)


async def test_Q4_an_odd_entry_of_a_list_hides_no_other() -> None:
    """Statuses, units, products, customers, heads: each list is the whole organisation's."""
    client = Lists({"guid": "g", "name": "Ready", "number": 3}).client
    assert [one.guid for one in await client.statuses()] == ["g"]
    units = await client.business_units()
    assert [(one.guid, bool(one.odd)) for one in units] == [("odd", True), ("g", False)]
    assert "Ready" in [one.name for one in await client.products()]
    changed = await client.customers_changed_since(datetime.now(UTC))
    assert {guid: card is not None for guid, card in changed.items()} == {"odd": False, "g": True}
    page = await client.waiting_invoices(["s"], None)
    assert ([one.id for one in page.heads], [one.guid for one in page.odd]) == (["g"], ["odd"])
