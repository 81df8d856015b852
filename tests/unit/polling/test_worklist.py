"""What becomes of a listed document: whose it is, and what is asked beside the list (decision 13, Q1, Q3)."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import AsyncMock

import pytest

from gateway.delivery.change import Origin
from gateway.delivery.flow import Statuses
from gateway.delivery.holds import Hold
from gateway.delivery.record import Made, State, TransferRecord, WriteBack
from gateway.delivery.waits import Waits
from gateway.documents import DocumentKey, Kind, Outcome, ProjectRef, Revision, Row, Sequence, Target
from gateway.documents.hashing import content_hash, head_hash
from gateway.errors import Configuration, Transient, configuration, refuse, transient
from gateway.flows.sales_invoices.customers import CustomerCards
from gateway.flows.sales_invoices.flow import FLOW
from gateway.flows.sales_invoices.source import Waiting
from gateway.ledger import RecordTooLarge, Write
from gateway.polling.change_feed import ChangeFeed
from gateway.polling.worklist import WorkList
from gateway.settings import Polling
from gateway.severa.client import Page
from tests.unit.invoices import an_invoice
from tests.unit.polling.organisation import Organisation

HEAD = an_invoice(status_id="before")
OLD = str(DocumentKey("acme-fi", Kind.SALES_INVOICE, HEAD.id))
NOW = datetime(2026, 3, 2, tzinfo=UTC)
HOME: Any = SimpleNamespace(commits=0, broker_time=NOW.timestamp)
RECORD = TransferRecord(Revision(1, Sequence(1, 1), "c"), State.OPEN, 0)


class Fake:
    """Two companies, of which the second has the document's unit now."""

    def __init__(self, record: TransferRecord | None = None, intent: bool = False) -> None:
        values = {OLD: record.encode()} if record else {}
        intents = {OLD: SimpleNamespace()} if intent else {}
        contexts = {
            name: SimpleNamespace(
                company=SimpleNamespace(id=name, active=True, sales=SimpleNamespace()),
                in_flight={},
                unread={},
                read_back=lambda key: None,
                hold=None,
                reported={},
                clock=time.time,
                now=lambda: datetime(2026, 3, 2, tzinfo=UTC),
                unreadable={},
                waits=Waits(),
                resting=lambda key: False,
                later=lambda *_: None,
            )
            for name in ("acme-fi", "bolt-fi")
        }
        home = SimpleNamespace(get=values.get, intent=intents.get)
        units = SimpleNamespace(company=lambda unit: "bolt-fi", known=self.known, held=lambda unit: None)
        work_list: Any = WorkList.__new__(WorkList)
        work_list.home, work_list.contexts, work_list.units = home, contexts, units
        work_list.before = dict.fromkeys(contexts, "before")
        work_list.flow, work_list.listing = FLOW, a_listing()
        self.work_list = cast(WorkList, work_list)

    async def known(self) -> None:
        pass

    async def company(self) -> str:
        context = await self.work_list._context(HEAD)
        return context.company.id if context else ""


def a_listing(**feeds: Any) -> Waiting:
    listing = Waiting(cast(Any, SimpleNamespace(rows_changed_since=None, products_changed_since=None)), HOME, None)
    for name, feed in feeds.items():
        setattr(listing, name, feed)
    return listing


async def test_decision_13_unbegun_document_goes_with_its_unit() -> None:
    assert await Fake().company() == "bolt-fi"
    assert await Fake(RECORD).company() == "bolt-fi"


async def test_decision_13_begun_document_ends_where_it_began() -> None:
    """Else it is made in the other company too, while nobody looks what came of it in the first."""
    assert await Fake(RECORD, intent=True).company() == "acme-fi"
    there = RECORD.replace(state=State.SETTLED, made=Made(Target("procountor", "sales-invoice", "7", "UNFINISHED")))
    assert await Fake(there).company() == "acme-fi"
    assert await Fake(there.with_write_back(done=True)).company() == "acme-fi"
    other = Fake(there)
    other.work_list.before["acme-fi"] = "before in acme"
    assert await other.company() == "acme-fi"
    other.work_list.contexts["acme-fi"].company.active = False  # type: ignore[misc]
    assert await other.company() == "bolt-fi"


async def test_Q1_decision_13_document_under_way_begins_nowhere_else() -> None:
    """Its unit was changed while its event waits for its turn, which is not read again: it is made in the first."""
    fake = Fake()
    fake.work_list.contexts["acme-fi"].in_flight[OLD] = True
    assert await fake.company() == "acme-fi"


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
    fake, asked = Fake(), list[str]()

    async def fails(guid: str) -> str:
        asked.append(guid)
        raise error

    cast(Any, fake.work_list.listing).severa = cast(Any, SimpleNamespace(unit_of_project=fails))
    head = replace(HEAD, business_unit_id=None, projects=(ProjectRef("p", "Project"),))
    await fake.work_list.consider(Page((head, head)), 0)
    assert asked == ["p", "p"]


async def test_Q3_new_owner_reads_feeds_from_the_oldest_refusal() -> None:
    """Its first poll meets the refused documents only after it has asked for changes (ADR 7)."""
    asked: list[datetime] = []
    since = datetime(2026, 1, 1, tzinfo=UTC)

    async def changed(moment: datetime) -> dict[str, tuple[str, str]]:
        asked.append(moment)
        return {}

    async def nothing() -> None:
        pass

    quiet = SimpleNamespace(refresh=nothing)
    rows, products = ChangeFeed(changed, HOME, since), ChangeFeed(changed, HOME, since)
    await a_listing(customers=quiet, rows=rows, products=products).refresh(refused=True)
    assert [one < since for one in asked] == [True, True]


async def test_Q4_renamed_status_holds_its_company_alone() -> None:
    """Until it is back."""
    there, told = {"Ready": "before", "Done": "after"}, list[Outcome]()

    async def commit(*, writes: Any = (), publish: Any = ()) -> None:
        told.extend(publish)

    async def statuses(name: str, _: str) -> Statuses:
        if name not in there:
            raise configuration("STATUS_UNKNOWN", status=name, count=0, there="Ready, Done")
        return Statuses(there[name], "after")

    fake = Fake()
    work_list, contexts = fake.work_list, cast(Any, fake.work_list.contexts)
    work_list.before, work_list.polling = {}, cast(Any, SimpleNamespace(window=50))
    cast(Any, work_list.home).commit, cast(Any, work_list.home).next_sequence = commit, lambda: (1, 1)
    for name, before in (("acme-fi", "Renamed"), ("bolt-fi", "Ready")):
        contexts[name].organisation, contexts[name].publish = "nordic", lambda outcome: outcome
        contexts[name].company.sales.status_before, contexts[name].company.sales.status_after = before, "Done"
        contexts[name].severa = SimpleNamespace(status_ids=statuses)

    async def windows() -> list[int]:
        for context in contexts.values():
            await work_list._find_statuses(context)
        return [work_list.limit(context) for context in contexts.values()]

    assert await windows() == await windows() == [0, 50]
    assert [(one.key.company, one.error and one.error.code) for one in told] == [("acme-fi", "STATUS_UNKNOWN")]
    there["Renamed"] = "before"
    contexts["acme-fi"].hold = replace(contexts["acme-fi"].hold, next_probe=0.0)
    assert await windows() == [1, 50]  # the list that it is probed by ends its hold


async def test_Q1_a_feed_that_cannot_be_read_does_not_stop_the_list() -> None:
    """It only mends what was refused. It is asked from the same time on when the next poll comes."""
    since = datetime(2026, 1, 1, tzinfo=UTC)
    read = AsyncMock(side_effect=[transient("API_FAILED", api="Severa", operation="list rows"), TypeError("odd"), {}])
    rows, quiet = ChangeFeed(read, HOME, since), SimpleNamespace(refresh=AsyncMock(), since=None)
    listing = a_listing(customers=quiet, rows=rows, products=quiet)
    for _ in range(3):
        await listing.refresh(refused=True)
    first, *others = [call.args[0] for call in read.await_args_list]
    assert others == [first, first]
    assert quiet.refresh.await_count == 6


async def test_Q1_card_is_not_believed_while_its_feed_fails() -> None:
    """Else an invoice would go over with what the card said before it was corrected."""
    severa = SimpleNamespace(customer=AsyncMock(side_effect=["old", "new"]))
    severa.customers_changed_since = AsyncMock(side_effect=transient("API_FAILED", api="Severa", operation="x"))
    cards = CustomerCards(cast(Any, severa), HOME)
    assert [await cards.card(HEAD.customer) for _ in range(2)] == ["old", "old"]
    with pytest.raises(Transient):
        await cards.refresh()
    assert await cards.card(HEAD.customer) == cast(Any, "new")


@pytest.mark.parametrize("begun", [False, True])
async def test_decision_10_too_large_an_event_is_reported(begun: bool) -> None:
    """Nothing of it comes onto the topic, so no attempt would ever tell; nor look what came of one before (Q1)."""
    told, rests = list[Outcome](), list[str]()
    hand = asyncio.Lock()

    async def commit(*, writes: Any = (), publish: Any = (), settles: Any = ()) -> None:
        if "change" in publish:
            raise RecordTooLarge("too large", 2_000_000)
        assert not settles
        told.extend(publish)

    async def rows(*_: Any) -> tuple[Row, ...]:
        return HEAD.rows

    async def card(customer: Any) -> Any:
        return customer

    fake = Fake(intent=begun)
    work_list, context = cast(Any, fake.work_list), cast(Any, fake.work_list.contexts["acme-fi"])
    work_list.home.commit, work_list.home.commit_of = commit, lambda key: 0
    work_list.home.next_sequence, work_list.home.broker_time = lambda: (1, 1), lambda: 0.0
    work_list.organisation, work_list.publish = "nordic", lambda change: "change"
    work_list.listing.customers = SimpleNamespace(card=card)
    context.organisation, context.severa, context.alone = "nordic", SimpleNamespace(rows=rows), lambda key: hand
    context.company.fingerprint, context.now = lambda: "f", lambda: datetime(2026, 3, 2, tzinfo=UTC)
    context.company.sales.status_before, context.company.sales.status_after = "Ready", "Done"
    context.company.sales.dimensions = SimpleNamespace(by_project=False)
    context.publish, context.proofs, context.unexplained = lambda outcome: outcome, lambda home: [], set()
    context.later, context.hold = rests.append, None
    key = DocumentKey("acme-fi", Kind.SALES_INVOICE, HEAD.id)
    assert not await work_list._publish(context, key, HEAD, 0, Origin.POLL)
    assert [one.error.code for one in told if one.error] == ["RECORD_TOO_LARGE"]
    assert told[0].error is not None and "2 000 000 bytes" in told[0].error.message
    assert "kafka.max_record_bytes" in told[0].error.remedy
    assert rests == [OLD] * begun


def one_that_reads() -> tuple[Any, Any, list[Any]]:
    """An work_list, a context of it, and what is published."""
    told: list[Any] = []

    async def commit(*, writes: Any = (), publish: Any = ()) -> None:
        told.extend(publish)

    fake = Fake()
    work_list, context = cast(Any, fake.work_list), cast(Any, fake.work_list.contexts["acme-fi"])
    work_list.home.commit, work_list.home.next_sequence = commit, lambda: (1, 1)
    work_list.listing.customers = SimpleNamespace(card=AsyncMock(return_value=HEAD.customer))
    work_list.listing.home = work_list.home
    context.organisation, context.publish = "nordic", lambda outcome: outcome
    context.company.sales.dimensions = SimpleNamespace(by_project=False)
    return work_list, context, told


async def test_decision_5_list_before_the_write_back_is_no_wish() -> None:
    """It shows the invoice waiting still, while its status is moved: a new revision would be refused as changed."""
    work_list, context, published = one_that_reads()
    read = replace(HEAD, rows=())
    context.severa = SimpleNamespace(rows=AsyncMock(return_value=[]))
    context.resting, work_list.polling = lambda key: False, SimpleNamespace(window=50)
    revision = Revision(1, Sequence(1, 1), content_hash(read))
    settled = TransferRecord(
        revision,
        State.SETTLED,
        1,
        made=Made(Target("procountor", "sales-invoice", "7", "SENT")),
        write_back=WriteBack(head_hash=head_hash(read), done=True),
    )
    work_list.home.get, work_list.home.commit_of = lambda key: settled.encode(), lambda key: 5
    work_list.organisation, work_list.publish = "nordic", lambda change: change
    key = DocumentKey("acme-fi", Kind.SALES_INVOICE, HEAD.id)
    listed: list[str] = []
    work_list.queues = SimpleNamespace(put=lambda context, key, step, counts=True: listed.append(key))
    for before in (4, 5):
        await work_list.consider(Page((HEAD,)), before)
        await work_list._publish(context, key, HEAD, before, Origin.POLL)
    assert [change.revision.number for change in published] == [1, 2]
    assert len(listed) == 1


async def test_decision_14_refused_rows_hold_the_company() -> None:
    """No event is published, so no attempt would ever tell."""
    work_list, context, told = one_that_reads()
    error = configuration("RIGHTS_MISSING", api="Severa", operation="list rows")
    context.severa = SimpleNamespace(rows=AsyncMock(side_effect=[error, error, []]))
    for _ in range(2):
        with pytest.raises(Configuration):
            await work_list.listing.whole(context, HEAD)
    assert [one.error and one.error.code for one in told] == ["RIGHTS_MISSING"]
    assert context.hold is not None
    assert (await work_list.listing.whole(context, HEAD)).rows == ()


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
    severa = SimpleNamespace(customer=AsyncMock(side_effect=["old", "new"]))
    severa.customers_changed_since = AsyncMock(return_value={})
    cards = CustomerCards(cast(Any, severa), HOME, since=NOW + timedelta(days=365))
    assert await cards.card(HEAD.customer) == cast(Any, "old")
    await cards.refresh()
    assert severa.customers_changed_since.await_args.args[0] < NOW
    assert await cards.card(HEAD.customer) == cast(Any, "new")


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
