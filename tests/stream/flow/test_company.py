"""Holds, dead letters, traces, replay."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from gateway.documents import Kind, OutcomeState
from gateway.events.catalogue import Topics
from gateway.ledger import partition_of
from gateway.sandbox.broker.kafka import KafkaBroker
from gateway.sandbox.world.demo_world import FIRMS, base_world, customer, many_invoices
from tests.system import PROFILE, Gateway

ACME, BOLT = FIRMS[0], FIRMS[1]


async def test_decision_14_refused_key_holds_its_company_alone(gateway: Callable[..., Gateway]) -> None:
    """One error for the company, none for its documents; the others go on; when the key works again, it goes on, and
    that is reported as its beginning was: by an outcome, a mail and the log. Health names it until then.
    """
    world = base_world((ACME, BOLT))
    many_invoices(world, ACME, 3)
    many_invoices(world, BOLT, 3)
    to = {"recipients": ["finance@acme.example"], "operator": ["operator@acme.example"]}
    one = gateway(world, firms=(replace(ACME, settings={**ACME.settings, "error_mail": to}), BOLT))
    keys = one.apis.apis.world["credentials"]["procountor"]["keys"]
    right, keys["acme-fi"] = keys["acme-fi"], "another"
    one.apis.apis.logins.credentials["procountor"]["keys"] = keys
    one.stage.start_worker()
    documents = one.documents
    await one.settled([document for document in documents if document.company == "bolt-fi"])
    await one.until(lambda: len(one.mails.messages) == 1, 20, "the mail about the hold")
    assert "is on hold" in str(one.mails.messages[0]["Subject"])
    held = one.seen.current["acme-fi/company/acme-fi"]
    assert held.error is not None
    assert held.error.code == "LOGIN_REFUSED"
    assert not [key for key in one.seen.current if key.startswith("acme-fi/sales-invoice")]
    assert [(said["company"], said["code"]) for said in one.health()["held"]] == [("acme-fi", "LOGIN_REFUSED")]
    keys["acme-fi"] = right
    await one.settled(documents, 60)
    await one.until(lambda: len(one.mails.messages) == 2, 20, "the mail about its end")
    assert one.mails.messages[1]["Subject"] == "[acme-fi] Company acme-fi: LOGIN_REFUSED is over"
    assert {(mail["To"], mail["Auto-Submitted"]) for mail in one.mails.messages} == {
        ("operator@acme.example", "auto-generated")
    }
    over = one.seen.current["acme-fi/company/acme-fi"]
    assert (over.state, over.error, one.health()["held"]) == (OutcomeState.WITHDRAWN, None, [])
    held_lines = [line for line in one.log() if line["event"] in ("company held", "hold ended")]
    assert {line["code"] for line in held_lines} == {"LOGIN_REFUSED"}
    assert (held_lines[0]["event"], held_lines[-1]["event"]) == ("company held", "hold ended")


async def test_decision_14_company_is_held_while_procountor_is_down(
    gateway: Callable[..., Gateway],
) -> None:
    """One error and one mail for the company, none for its documents; another company goes on."""
    world = base_world((ACME, BOLT))
    many_invoices(world, ACME, 3)
    many_invoices(world, BOLT, 1)
    one = gateway(world, delivery={**PROFILE, "down_after": 1.0})
    one.apis.faults(
        {"api": "procountor", "operation": "token", "company": "acme-fi", "kind": "fail_before", "times": 0}
    )
    one.stage.start_worker()
    documents = one.documents
    await one.settled([document for document in documents if document.company == "bolt-fi"])
    await one.until(lambda: len(one.mails.messages) == 1, 20, "the mail about the hold")
    told = [(key, outcome.error.code) for key, outcome in one.seen.current.items() if outcome.error]
    assert told == [("acme-fi/company/acme-fi", "API_DOWN")]
    one.apis.faults()
    await one.settled(documents, 60)
    await one.until(lambda: len(one.mails.messages) == 2, 20, "the mail about its end")
    assert one.seen.current["acme-fi/company/acme-fi"].state is OutcomeState.WITHDRAWN


async def test_S1_swapped_keys_hold_both_companies(
    gateway: Callable[..., Gateway],
) -> None:
    """Each is reported once; when each key opens its own company again, all goes on by itself."""
    world = base_world((ACME, BOLT))
    for n, firm in enumerate((ACME, BOLT), start=2):
        many_invoices(world, firm, 2, first=n * 10_000 + 1)
    one = gateway(world)
    keys = one.apis.apis.logins.credentials["procountor"]["keys"]
    keys["acme-fi"], keys["bolt-fi"] = keys["bolt-fi"], keys["acme-fi"]
    documents = one.documents
    one.stage.start_worker()
    held = [f"{firm.id}/company/{firm.id}" for firm in (ACME, BOLT)]
    await one.until(lambda: all(key in one.seen.current for key in held), 40, "both holds")
    await one.until(lambda: len(one.mails.messages) == 2, 20, "a mail about each")
    errors = [one.seen.current[key].error for key in held]
    assert [error.code for error in errors if error] == ["WRONG_COMPANY"] * 2
    assert not [entry for entry in one.apis.journal() if entry["effect"]]
    keys["acme-fi"], keys["bolt-fi"] = keys["bolt-fi"], keys["acme-fi"]
    one.apis.apis.logins.forget()  # what was handed out ends soon
    await one.settled(documents)
    assert one.made() == {(document.company, str(document.number)): 1 for document in documents}
    await one.until(lambda: len(one.mails.messages) == 4, 20, "a mail about the end of each")


async def test_S1_second_company_of_one_key_is_held(gateway: Callable[..., Gateway]) -> None:
    """Neither tells a business id, so Procountor's own id of the company is all that shows it."""
    world = base_world((ACME, BOLT))
    for n, firm in enumerate((ACME, BOLT), start=2):
        many_invoices(world, firm, 1, first=n * 10_000 + 1)
        world["procountor"][firm.id]["/company"] = {"id": 7, "name": "Both Oy"}
    one = gateway(world)
    one.stage.start_worker()
    held = {firm.id: f"{firm.id}/company/{firm.id}" for firm in (ACME, BOLT)}
    await one.until(lambda: any(key in one.seen.current for key in held.values()), 40, "a hold")
    (second,) = [company for company, key in held.items() if key in one.seen.current]
    await one.settled([document for document in one.documents if document.company != second])
    error = one.seen.current[held[second]].error
    assert error is not None and error.code == "BOOKS_SHARED"
    assert {company for company, _ in one.made()} == set(held) - {second}


async def test_S1_key_of_another_company_holds_until_release(
    gateway: Callable[..., Gateway],
) -> None:
    """Nothing is written there until then. Then it is taken over again: another integration's invoice is adopted."""
    world = base_world((ACME,))
    many_invoices(world, ACME, 1)
    one = gateway(world)
    one.stage.start_worker()
    await one.settled(one.documents)
    assert len(one.apis.journal(operation="getCompanyInfo")) == 1
    one.stage.stop_worker()
    one.apis.change({"procountor": {"acme-fi": {"/company": {"id": 7, "name": "Another Oy"}}}})
    later = base_world((ACME,))
    many_invoices(later, ACME, 1, first=20_050)
    there = later["severa"]["nordic"]
    for path in ("/v1/customers", "/v1/invoicerows", "/v1/invoices"):
        one.change(path, *there[path])
    one.stage.start_worker()
    await one.until(lambda: "acme-fi/company/acme-fi" in one.seen.current, 40, "the hold")
    held = one.seen.current["acme-fi/company/acme-fi"].error
    assert held is not None and (held.code, "Another Oy" in held.message) == ("BOOKS_CHANGED", True)
    await one.polls(3)
    assert len(one.apis.journal(operation="saveInvoice")) == 1
    one.say("release", "acme-fi")
    await one.until_told(20_050, OutcomeState.CREATED)
    assert len(one.apis.journal(operation="searchInvoice")) > 0


async def test_decision_11_no_echo_is_one_post_and_a_hold(gateway: Callable[..., Gateway]) -> None:
    world = base_world((ACME,), no_echo=["acme-fi"])
    many_invoices(world, ACME, 6)
    one = gateway(world)
    one.stage.start_worker()
    await one.until(lambda: "acme-fi/company/acme-fi" in one.seen.current, 40, "the hold")
    await one.until(lambda: len(one.mails.messages) == 1, 20, "the mail")
    one.stage.stop_worker()  # what it had begun has ended
    assert len(one.apis.journal(operation="saveInvoice")) == 1
    assert one.seen.current["acme-fi/company/acme-fi"].error.code == "ECHO_MISSING"  # type: ignore[union-attr]


async def test_Q5_unreadable_record_becomes_a_dead_letter(gateway: Callable[..., Gateway]) -> None:
    """And the stream goes on."""
    world = base_world((ACME,))
    many_invoices(world, ACME, 1)
    one = gateway(world)
    topics, home = Topics(one.settings.kafka.prefix), partition_of("nordic", one.settings.kafka.partitions)
    async with AIOKafkaProducer(bootstrap_servers=one.settings.kafka.bootstrap) as producer:
        headers = [("x", b"y")]
        topic = topics.changes(Kind.SALES_INVOICE)
        await producer.send_and_wait(topic, b"\x09bytes", key=b"k", partition=home, headers=headers)
    one.stage.start_worker()
    await one.settled(one.documents)
    async with AIOKafkaConsumer(
        bootstrap_servers=one.settings.kafka.bootstrap, isolation_level="read_committed", auto_offset_reset="earliest"
    ) as consumer:
        consumer.assign([TopicPartition(topics.dead_letters, home)])
        dead = await consumer.getone()
    told = dict(dead.headers)
    assert (dead.value, dead.key, told["x"]) == (b"\x09bytes", b"k", b"y")
    assert told["dead-letter-topic"].decode() == topics.changes(Kind.SALES_INVOICE)
    assert (told["dead-letter-offset"], told["dead-letter-reason"]) == (b"0", b"unreadable")


async def test_Q2_offsets_reset_by_kafkas_tool_create_nothing_twice(
    gateway: Callable[..., Gateway], kafka: KafkaBroker
) -> None:
    """From a time on and for one partition; the demo does it for all from the earliest on."""
    world = base_world((ACME,))
    many_invoices(world, ACME, 8)
    one = gateway(world)
    one.stage.start_worker()
    await one.settled(one.documents)
    one.stage.stop_worker()
    times = await published(one)
    events = sum(time >= times[4] for time in times)
    since = datetime.fromtimestamp(times[4] / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
    changing = [entry for entry in one.apis.journal() if entry["effect"]]
    prefix, topics = one.settings.kafka.prefix, Topics(one.settings.kafka.prefix)
    with ThreadPoolExecutor(1) as pool:
        one_partition = f"{topics.changes(Kind.SALES_INVOICE)}:{partition_of('nordic', one.settings.kafka.partitions)}"
        for topic, to in ((one_partition, ("--to-datetime", since)), (topics.results, ())):
            pool.submit(kafka.reset_offsets, prefix, topic, *to).result()
    one.stage.start_worker()
    await one.until(lambda: one.seen.unchanged >= events, 40, "an answer to each event")
    await one.polls(3)
    assert (one.seen.unchanged, one.seen.changes) == (events, len(times))
    assert [entry for entry in one.apis.journal() if entry["effect"]] == changing
    assert {outcome.state for outcome in one.seen.current.values()} == {OutcomeState.CREATED}
    log = one.log(worker=1)
    began = next(line for line in log if line["event"] == "reading starts" and line["topic"] == topics.results)
    assert began["offsets"] == [], "the results were reset to their beginning"
    again = next(line for line in log if line["event"] == "replay started")
    assert (again["company"], again["topic"]) == ("acme-fi", topics.changes(Kind.SALES_INVOICE))
    assert sum(line["events"] for line in log if line["event"] == "replay ended") == events


async def published(one: Gateway) -> list[int]:
    """When each change was published, in ms since 1970, in order."""
    topic = Topics(one.settings.kafka.prefix).changes(Kind.SALES_INVOICE)
    partition = TopicPartition(topic, partition_of("nordic", one.settings.kafka.partitions))
    times: list[int] = []
    async with AIOKafkaConsumer(
        bootstrap_servers=one.settings.kafka.bootstrap, isolation_level="read_committed", auto_offset_reset="earliest"
    ) as consumer:
        consumer.assign([partition])
        while len(times) < one.seen.changes:
            times += [record.timestamp for record in (await consumer.getmany(timeout_ms=200)).get(partition, ())]
    return sorted(times)


async def test_F6_B5_log_of_a_document_is_in_one_trace(gateway: Callable[..., Gateway]) -> None:
    """Without an address for traces, too."""
    world = base_world((ACME,))
    many_invoices(world, ACME, 1)
    many_invoices(world, ACME, 1, first=30_001)
    card = customer(ACME, 100)
    broken = world["severa"]["nordic"]["/v1/invoices"][1]
    broken["receiverAddress"] = {"addressline": "x"}
    assert broken["billingCustomer"]["guid"] == card["guid"]
    one = gateway(world)
    one.stage.start_worker()
    await one.settled(one.documents)
    await one.until(lambda: len(one.mails.messages) == 1, 20, "the mail")
    one.stage.stop_worker()
    good = ["publishing change", "transfer ended", "status updated in Severa"]
    assert told(one, 20_001) == [(event, "info") for event in good]
    assert told(one, 30_001) == [("publishing change", "info"), ("transfer refused", "warning"), ("mail sent", "info")]
    end = next(line for line in one.log() if line["event"] == "transfer ended")
    made = next(outcome for outcome in one.seen.current.values() if outcome.target is not None)
    assert end["state"] == "created" and end["target_number"] == made.target.number  # type: ignore[union-attr]
    assert {"company": "acme-fi", "attempt": 1}.items() <= end.items() and end["seconds"] > 0


def told(one: Gateway, number: int) -> list[tuple[str, str]]:
    """What the log says of an invoice, all in one trace."""
    lines = [line for line in one.log() if line.get("number") == number]
    assert len({line["trace_id"] for line in lines}) == 1
    return [(line["event"], line["level"]) for line in lines]
