"""B9, decisions 1, 5, 6: contents that change, documents that are taken out, at the wrong moment."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from gateway.delivery.change import Changed
from gateway.documents import Kind, OutcomeState, SalesInvoice, Sequence
from gateway.events.catalogue import Topics
from gateway.events.codec import Codec
from gateway.events.registry import FileRegistry
from gateway.flows.sales_invoices.flow import FLOW
from gateway.ledger import partition_of
from gateway.sandbox.world.demo_world import BEFORE, FIRMS, base_world, guid, many_invoices
from streams.publishing import Publishing
from tests.system import PROFILE, Gateway

ACME = FIRMS[0]
OWN = guid(ACME.id, "invoice", 20_001)
DRAFT = {"guid": guid("nordic", "status", "Draft"), "name": "Draft"}
WAITING = {"guid": guid("nordic", "status", BEFORE), "name": BEFORE}
POST = {"api": "procountor", "operation": "saveInvoice"}
#: The head was read, and the PATCH is carried out a while later: time enough to change the invoice, also on a busy
#: machine.
LATE_PATCH = {"api": "severa", "operation": "invoicesPatchInvoice", "kind": "commit_late", "seconds": 5.0}
PATIENT = {**PROFILE, "call_timeout": 8}


def opened(gateway: Callable[..., Gateway], count: int = 1, **settings: Any) -> Gateway:
    """A gateway with waiting invoices of one company, created after the horizon, and no worker yet."""
    world = base_world((ACME,), severa_per_second=60)
    many_invoices(world, ACME, count)
    return gateway(world, **{"severa": {"requests_per_second": 50}, **settings})


async def test_B9_two_contents_before_a_transfer_are_one_invoice(gateway: Callable[..., Gateway]) -> None:
    """The first content's event is met again by another owner after the change: superseded."""
    one = opened(gateway)
    one.stage.start_worker("tests.chaos.moments", "before_intent", "9")
    await one.until(lambda: one.stage.worker.poll() is not None, 40, "its death in the attempt")  # type: ignore[union-attr]
    one.change("/v1/invoices", {"guid": OWN, "orderNumber": "newer"})
    one.stage.start_worker()
    await one.until_told(20_001, OutcomeState.CREATED)
    assert one.made() == {("acme-fi", "20001"): 1}
    made = one.apis.apis.world["procountor"]["acme-fi"]["/invoices"]
    assert [invoice["orderReference"] for invoice in made] == ["newer"]
    assert one.seen.superseded == 1


async def test_B9_a_lower_sequence_after_a_higher_one_is_superseded(gateway: Callable[..., Gateway]) -> None:
    one = opened(gateway)
    one.stage.start_worker()
    await one.settled(one.documents)
    codec, topics = Codec(FileRegistry()), Topics(one.settings.kafka.prefix)
    home = TopicPartition(topics.changes(Kind.SALES_INVOICE), partition_of("nordic", one.settings.kafka.partitions))
    async with AIOKafkaConsumer(
        bootstrap_servers=one.settings.kafka.bootstrap, isolation_level="read_committed", auto_offset_reset="earliest"
    ) as consumer:
        consumer.assign([home])
        known = codec.decode(
            "sales-invoice-changed", Changed[SalesInvoice], (await consumer.getone()).value, home.topic
        )
    sequence = Sequence(known.revision.sequence.epoch, 0)
    object.__setattr__(known, "revision", type(known.revision)(1, sequence, "another content"))
    older = Publishing(topics, codec).change(FLOW, known)
    async with AIOKafkaProducer(bootstrap_servers=one.settings.kafka.bootstrap) as producer:
        await producer.send_and_wait(older.topic, older.value, older.key, home.partition, headers=list(older.headers))
    await one.until(lambda: one.seen.superseded == 1, 30, "the outcome")
    assert one.made() == {("acme-fi", "20001"): 1}


async def test_decision_6_changed_before_write_back_is_put_back(gateway: Callable[..., Gateway]) -> None:
    """The PATCH's own answer shows another content: put back; a new revision, made when the old one is invalidated."""
    one = opened(gateway, delivery=PATIENT)
    one.apis.faults(LATE_PATCH)
    one.stage.start_worker()
    await one.until(lambda: one.apis.apis.faults[0].hit == 1, 60, "the write-back")
    one.change("/v1/invoices", {"guid": OWN, "orderNumber": "newer"})
    await one.until(lambda: len(one.apis.journal(operation="invoicesPatchInvoice")) == 2, 30, "put back")
    await one.until_told(20_001, OutcomeState.REFUSED, "INVOICE_CHANGED_AFTER_TRANSFER")
    one.change("/invoices", {"id": 1, "status": "INVALIDATED"}, api="procountor", owner="acme-fi")
    one.change("/v1/invoices", {"guid": OWN, "orderNumber": "newest"})
    await one.until_told(20_001, OutcomeState.CREATED)
    await one.settled(one.documents)
    made = one.apis.apis.world["procountor"]["acme-fi"]["/invoices"]
    assert [invoice["orderReference"] for invoice in made if invoice["status"] != "INVALIDATED"] == ["newest"]


@pytest.mark.timeout(300)  # a kill, a session that ends, a count
async def test_decision_6_interrupted_write_back_is_put_back_later(gateway: Callable[..., Gateway]) -> None:
    """Killed between the PATCH and the look at its answer, which shows that the content has changed."""
    one = opened(gateway, delivery=PATIENT)
    one.apis.faults(LATE_PATCH)
    one.stage.start_worker("tests.chaos.moments", "after_write_back", str(int(signal.SIGKILL)))
    await one.until(lambda: one.apis.apis.faults[0].hit == 1, 60, "the write-back")
    one.change("/v1/invoices", {"guid": OWN, "orderNumber": "newer"})
    await one.until(lambda: one.stage.workers[0].poll() is not None, 60, "the kill")
    assert one.documents == []
    one.stage.start_worker()
    refused = (20_001, OutcomeState.REFUSED, "INVOICE_CHANGED_AFTER_TRANSFER")
    await one.until(lambda: one.is_told(*refused), 120, lambda: f"the refusal: {one.outcome(20_001)}")
    assert [document.number for document in one.documents] == [20_001]


@pytest.mark.timeout(300)  # a kill, a session that ends, a count
async def test_decision_6_revision_of_a_cut_write_back_is_kept(
    gateway: Callable[..., Gateway],
) -> None:
    """The poll had published the change already: its event finds the status moved, by us and not by a user."""
    one = opened(gateway, delivery={**PROFILE, "call_timeout": 15})
    one.apis.faults({**LATE_PATCH, "seconds": 8.0})
    one.stage.start_worker("tests.chaos.moments", "after_write_back", str(int(signal.SIGKILL)))
    await one.until(lambda: one.apis.apis.faults[0].hit == 1, 60, "the write-back")
    one.change("/v1/invoices", {"guid": OWN, "orderNumber": "newer"})
    await one.until(lambda: one.seen.changes == 2, 60, "the change's event")
    await one.until(lambda: one.stage.workers[0].poll() is not None, 60, "the kill")
    assert one.documents == []
    one.stage.start_worker()
    refused = (20_001, OutcomeState.REFUSED, "INVOICE_CHANGED_AFTER_TRANSFER")
    await one.until(lambda: one.is_told(*refused), 120, lambda: f"the refusal: {one.outcome(20_001)}")
    assert [document.number for document in one.documents] == [20_001]


async def test_decision_1_withdrawn_in_doubt_is_settled_by_sweep(
    gateway: Callable[..., Gateway],
) -> None:
    """One is taken out of the status, one is deleted in Severa, while it isn't known whether their POSTs were made."""
    one = opened(gateway, 2)
    one.apis.faults({**POST, "kind": "drop_after", "times": 1})
    heads = one.apis.apis.world["severa"]["nordic"]["/v1/invoices"]
    gone = heads.pop()
    one.stage.start_worker()
    await one.until(lambda: len(one.apis.journal(operation="saveInvoice")) == 1, 40, "the first POST")
    one.change("/v1/invoices", {"guid": OWN, "status": DRAFT})
    await one.until_told(20_001, OutcomeState.CREATED)
    one.apis.faults({**POST, "kind": "drop_after", "times": 1})
    one.change("/v1/invoices", gone)
    await one.until(lambda: len(one.apis.journal(operation="saveInvoice")) == 2, 40, "the second POST")
    heads.pop()
    await one.until_told(20_002, OutcomeState.CREATED)
    assert any("deleted in Severa" in note for note in one.outcome(20_002).notes)  # type: ignore[union-attr]
    assert one.made() == {("acme-fi", "20001"): 1, ("acme-fi", "20002"): 1}
    assert heads[0]["status"] == DRAFT


async def test_decision_5_withdrawn_before_anything_was_begun(gateway: Callable[..., Gateway]) -> None:
    """Procountor fails for reads, the user takes the invoice out: an outcome says so, and nothing was made."""
    one = opened(gateway, 2)
    one.apis.faults({"api": "procountor", "operation": "searchBusinessPartners", "kind": "fail_before", "times": 0})
    one.stage.start_worker()
    await one.until(lambda: len(one.apis.journal(operation="searchBusinessPartners")) >= 2, 40, "the attempts")
    one.change("/v1/invoices", {"guid": OWN, "status": DRAFT})
    await one.until_told(20_001, OutcomeState.WITHDRAWN)
    one.apis.faults()
    await one.until_told(20_002, OutcomeState.CREATED)
    assert one.made() == {("acme-fi", "20002"): 1}
    one.change("/v1/invoices", {"guid": OWN, "status": WAITING})
    await one.until_told(20_001, OutcomeState.CREATED)
    assert one.outcome(20_001).revision.number == 2  # type: ignore[union-attr]


async def test_Q2_a_deleted_ledger_makes_nothing_twice(gateway: Callable[..., Gateway]) -> None:
    """The ledger topic is deleted, all offsets are reset: look-ups find what is there (decision 12).

    What no longer waits is told to be there, and not that it was withdrawn.
    """
    one = opened(gateway, 4, delivery=PROFILE)
    one.stage.start_worker()
    await one.settled(one.documents)
    one.stage.stop_worker()
    changing = [entry for entry in one.apis.journal() if entry["effect"]]
    await one.lose_the_ledger()
    for head in one.apis.apis.world["severa"]["nordic"]["/v1/invoices"][:2]:
        head["status"] = dict(WAITING)  # they wait again, as if the write-back had been lost too
    before = one.seen.count
    one.stage.start_worker()
    await one.settled(one.documents)
    await one.until(lambda: one.seen.count >= before + 4, 60, "an outcome of each event")
    assert [outcome.state for outcome in one.seen.current.values()] == [OutcomeState.CREATED] * 4
    made = [entry for entry in one.apis.journal() if entry["effect"] == "created"]
    assert made == [entry for entry in changing if entry["effect"] == "created"]
