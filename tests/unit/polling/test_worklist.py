"""What becomes of a listed document: whose it is, and what is asked beside the list (decision 13, Q1, Q3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.delivery.change import Origin
from gateway.delivery.holds import PROBE, Hold
from gateway.delivery.record import Made, State, TransferRecord, WriteBack
from gateway.documents import Customer, DocumentKey, Kind, Outcome, ProjectRef, Revision, Sequence, Target
from gateway.documents.hashing import content_hash, head_hash
from gateway.errors import Configuration, Transient, configuration, refuse, transient
from gateway.flows.sales_invoices.customers import CustomerCards
from gateway.flows.sales_invoices.source import Waiting
from gateway.ledger import Write
from gateway.settings import Polling
from gateway.severa.client import Page
from tests.memory_home import MemoryHome, MemoryLedger
from tests.unit.invoices import a_row, an_invoice
from tests.unit.one_company import a_company
from tests.unit.polling.cards import CardSevera
from tests.unit.polling.organisation import Organisation, StandingQueues
from tests.unit.published import outcomes

HEAD = an_invoice(status_id="before")
OLD = str(DocumentKey("acme-fi", Kind.SALES_INVOICE, HEAD.id))
NOW = datetime(2026, 3, 2, tzinfo=UTC)
OLD_CARD, NEW_CARD = Customer(HEAD.customer.id, "Old Oy"), Customer(HEAD.customer.id, "New Oy")
KEY = DocumentKey("acme-fi", Kind.SALES_INVOICE, HEAD.id)
RECORD = TransferRecord(Revision(1, Sequence(1, 1), "c"), State.OPEN, 0)


async def two_companies(record: TransferRecord | None = None, begun: bool = False) -> Organisation:
    """Of which the second has the document's unit now."""
    one = Organisation(**{"acme-fi": True, "bolt-fi": True})
    one.owner = "bolt-fi"
    one.work_list.before = dict.fromkeys(one.contexts, "before")
    if record is not None:
        one.home.put(OLD, record.encode())
    if begun:
        await one.home.open_intent(OLD, b"{}", "nordic")
    return one


async def company_of(one: Organisation) -> str:
    context = await one.work_list._context(HEAD)
    return context.company.id if context else ""


def a_home() -> MemoryHome:
    return MemoryLedger(broker_time=NOW.timestamp).take(clock=lambda: 0.0)


class ChangedSevera(CardSevera):
    """Feeds of changes. `failures`: why the first readings of the rows fail; `asked`: since when each was read."""

    def __init__(self, *failures: Exception) -> None:
        super().__init__()
        self.failures, self.asked = list(failures), dict[str, list[datetime]](rows=[], products=[])

    async def rows_changed_since(self, since: datetime) -> dict[str, tuple[str, str]]:
        self.asked["rows"].append(since)
        if self.failures:
            raise self.failures.pop(0)
        return {}

    async def products_changed_since(self, since: datetime) -> dict[str, tuple[str, str]]:
        self.asked["products"].append(since)
        return {}


async def test_decision_13_unbegun_document_goes_with_its_unit() -> None:
    assert await company_of(await two_companies()) == "bolt-fi"
    assert await company_of(await two_companies(RECORD)) == "bolt-fi"


async def test_decision_13_begun_document_ends_where_it_began() -> None:
    """Else it is made in the other company too, while nobody looks what came of it in the first."""
    assert await company_of(await two_companies(RECORD, begun=True)) == "acme-fi"
    there = RECORD.replace(state=State.SETTLED, made=Made(Target("procountor", "sales-invoice", "7", "UNFINISHED")))
    assert await company_of(await two_companies(there)) == "acme-fi"
    assert await company_of(await two_companies(there.with_write_back(done=True))) == "acme-fi"
    other = await two_companies(there)
    other.work_list.before["acme-fi"] = "before in acme"
    assert await company_of(other) == "acme-fi"
    other.contexts["acme-fi"].company = a_company(enabled=False)
    assert await company_of(other) == "bolt-fi"


async def test_Q1_decision_13_document_under_way_begins_nowhere_else() -> None:
    """Its unit was changed while its event waits for its turn, which is not read again: it is made in the first."""
    one = await two_companies()
    one.contexts["acme-fi"].in_flight[OLD] = True
    assert await company_of(one) == "acme-fi"


@pytest.mark.parametrize(
    "error",
    [
        refuse("SEVERA_REFUSED", operation="read project", said="not found"),
        transient("API_FAILED", api="Severa", operation="read project"),
        configuration("RIGHTS_MISSING", api="Severa", operation="read project"),
        KeyError("no model has it"),
    ],
)
async def test_Q1_unreadable_project_holds_up_no_other_invoice(error: Exception) -> None:
    """Else the poll ends there each time, and what stands behind it in the list is never considered."""
    one, asked = await two_companies(), list[str]()

    async def fails(guid: str) -> str:
        asked.append(guid)
        raise error

    one.severa.unit_of_project = fails
    head = replace(HEAD, business_unit_id=None, projects=(ProjectRef("p", "Project"),))
    await one.work_list.consider(Page((head, replace(head, id="another"))), 0)
    assert asked == ["p", "p"]


async def test_Q3_new_owner_reads_feeds_from_the_oldest_refusal() -> None:
    """Its first poll meets the refused documents only after it has asked for changes (ADR 7)."""
    severa, since = ChangedSevera(), datetime(2026, 1, 1, tzinfo=UTC)
    await Waiting(severa, a_home(), since).refresh(refused=True)
    assert [asked < since for (asked,) in severa.asked.values()] == [True, True]


async def test_Q4_renamed_status_holds_its_company_alone() -> None:
    """Until it is back."""
    there = {"Ready": "before", "Done": "after"}

    async def statuses(*names: str) -> tuple[str, ...]:
        if names[0] not in there:
            raise configuration("STATUS_UNKNOWN", status=names[0], count=0, there="Ready, Done")
        return tuple(there[name] for name in names)

    one = await two_companies()
    one.work_list.before, one.severa.status_ids = {}, statuses
    one.contexts["acme-fi"].company = a_company(status_before="Renamed")

    async def windows() -> list[int]:
        for context in one.contexts.values():
            await one.work_list._find_statuses(context)
        return [one.work_list.limit(context) for context in one.contexts.values()]

    assert await windows() == await windows() == [0, 50]
    assert one.reported == [("acme-fi/company/acme-fi", "STATUS_UNKNOWN")]
    there["Renamed"] = "before"
    one.wall += PROBE[0]
    assert await windows() == [1, 50]  # the list that it is probed by ends its hold


async def test_Q1_a_feed_that_cannot_be_read_does_not_stop_the_list() -> None:
    """It only fixes what was refused. The next poll asks from the same time on."""
    severa = ChangedSevera(transient("API_FAILED", api="Severa", operation="list rows"), TypeError("odd"))
    listing = Waiting(severa, a_home(), datetime(2026, 1, 1, tzinfo=UTC))
    for _ in range(3):
        await listing.refresh(refused=True)
    first, *others = severa.asked["rows"]
    assert others == [first, first]
    assert len(severa.asked["products"]) == len(severa.asked_since) == 3


async def test_Q1_card_is_not_believed_while_its_feed_fails() -> None:
    """Else an invoice would go over with what the card said before it was corrected."""
    severa = CardSevera(OLD_CARD, NEW_CARD, changed=transient("API_FAILED", api="Severa", operation="x"))
    cards = CustomerCards(severa, a_home())
    assert [await cards.card(HEAD.customer) for _ in range(2)] == [OLD_CARD, OLD_CARD]
    with pytest.raises(Transient):
        await cards.refresh()
    assert await cards.card(HEAD.customer) == NEW_CARD


@pytest.mark.parametrize("begun", [False, True])
async def test_decision_10_too_large_an_event_is_reported(begun: bool) -> None:
    """Nothing of it comes onto the topic, so no attempt would ever tell; nor look what came of one before (Q1)."""
    one = await two_companies(begun=begun)
    context = one.contexts["acme-fi"]
    one.rows.return_value = [a_row(description="x" * 1_100_000)]
    assert not await one.work_list._publish(context, KEY, HEAD, 0, Origin.POLL)
    assert one.reported == [(OLD, "RECORD_TOO_LARGE")]
    (outcome,) = outcomes(one.home)
    assert outcome.error is not None and "1 1" in outcome.error.message and "bytes" in outcome.error.message
    assert "kafka.max_record_bytes" in outcome.error.remedy
    assert (context.resting(OLD), OLD in one.home.open) == (begun, begun)


async def test_decision_5_list_before_the_write_back_is_no_wish() -> None:
    """It shows the invoice waiting still, while its status is moved: a new revision would be refused as changed."""
    one = Organisation(**{"acme-fi": True})
    read, one.work_list.before = replace(HEAD, rows=()), {"acme-fi": "before"}
    settled = TransferRecord(
        Revision(1, Sequence(1, 1), content_hash(read)),
        State.SETTLED,
        1,
        made=Made(Target("procountor", "sales-invoice", "7", "SENT")),
        write_back=WriteBack(head_hash=head_hash(read), done=True),
    )
    await one.home.commit(writes=[Write(OLD, settled.encode(), "nordic")])
    moved, one.work_list.queues = one.home.commits, (queues := StandingQueues())
    for before in (moved - 1, moved):
        await one.work_list.consider(Page((HEAD,)), before)
        await one.work_list._publish(one.contexts["acme-fi"], KEY, HEAD, before, Origin.POLL)
    changes = [event for event in one.published if not isinstance(event, Outcome)]
    assert [change.revision.number for change in changes] == [1, 2]
    assert len(queues.put_in) == 1


async def test_decision_14_refused_rows_hold_the_company() -> None:
    """No event is published, so no attempt would ever tell."""
    one = Organisation(**{"acme-fi": True})
    listing, context = one.work_list.listing, one.contexts["acme-fi"]
    error = configuration("RIGHTS_MISSING", api="Severa", operation="list rows")
    one.rows.side_effect = [error, error, []]
    for _ in range(2):
        with pytest.raises(Configuration):
            await listing.whole(context, HEAD)
    assert [code for _, code in one.reported] == ["RIGHTS_MISSING"]
    assert context.hold is not None
    assert (await listing.whole(context, HEAD)).rows == ()


async def test_Q3_refusal_by_a_clock_ahead_is_retried_at_once() -> None:
    one = Organisation(acme=True)
    key, settings = f"acme/sales-invoice/{HEAD.id}", one.contexts["acme"].company.fingerprint()
    for refused_at, tried in ((one.wall, 0), (one.wall + 365 * 86_400.0, 1)):
        record = (
            RECORD.replace(state=State.REFUSED)
            .with_write_back(head_hash=head_hash(HEAD))
            .with_refusal(at=refused_at, inputs=f"c:{settings}")
        )
        await one.home.commit(writes=[Write(key, record.encode(), "nordic")])
        await one.poll(60.0)
        assert one.rows.await_count == tried


async def test_Q1_card_read_by_a_clock_ahead_is_not_believed() -> None:
    """What changed since is earlier than that time: it would never be asked for."""
    severa = CardSevera(OLD_CARD, NEW_CARD)
    cards = CustomerCards(severa, a_home(), since=NOW + timedelta(days=365))
    assert await cards.card(HEAD.customer) == OLD_CARD
    await cards.refresh()
    assert severa.asked_since[0] < NOW
    assert await cards.card(HEAD.customer) == NEW_CARD


async def test_decision_2_no_more_is_read_than_the_window_has_room_for() -> None:
    """What is published stays under way until its event has ended."""
    one = Organisation(acme=True)
    one.work_list.polling = Polling(window=3)
    one.heads = [replace(HEAD, id=f"{n}", number=n) for n in range(5)]
    for _ in range(2):
        await one.poll()
    assert (one.rows.await_count, len(one.contexts["acme"].in_flight)) == (3, 3)


async def test_decision_14_held_company_is_read_when_probe_is_due() -> None:
    """Another company of the organisation is listed all the while."""
    one = Organisation(acme=True, bolt=True)
    one.contexts["acme"].hold = Hold("LOGIN_REFUSED", "c", "m", "2026", 600.0, one.wall + 500.0)
    for due in (0, 1):
        await one.poll(300.0)
        assert one.rows.await_count == due
