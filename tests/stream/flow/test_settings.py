"""What a company's settings change, on the real path: one run, a company for each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml
from aiokafka import AIOKafkaConsumer, TopicPartition

from gateway.documents import OutcomeState
from gateway.events.catalogue import Topics, catalogue
from gateway.sandbox.broker.kafka import KafkaBroker
from gateway.sandbox.world.demo_world import AFTER, BEFORE, FIRMS, Firm, base_world, business_id, guid, many_invoices
from tests.system import Gateway

#: The run is set up once, in one process.
pytestmark = pytest.mark.xdist_group("settings")
SALES = {"status_before": BEFORE, "status_after": AFTER}
FAST = {"severa": {"requests_per_second": 50}}
NUMBER = 20_001
OWN_WAYS = {"bank_reference": "procountor", "contact_persons": "sender_first"}


def firm(name: str, country: str = "FI", **settings: Any) -> Firm:
    return Firm(name, "nordic", name, country, {"create_customers": True, "create_products": True, **settings})


COMPANIES = (
    firm("approved", sales={**SALES, "target_status": "NOT_SENT"}),
    firm("sent", sales={**SALES, "target_status": "SENT"}),
    firm("off", enabled=False),
    firm("sales-off", sales={**SALES, "enabled": False}),
    firm("no-customers", create_customers=False),
    firm("no-products", create_products=False, error_mail={"enabled": False, "recipients": ["nobody@x.example"]}),
    firm("taken", error_mail={"recipients": ["a@taken.example", "b@taken.example"]}),
    firm("inactive-customer"),
    firm("inactive-product"),
    firm("no-id"),
    firm("wrong-sum"),
    firm("no-street"),
    firm("by-mail", sales={**SALES, "send_by_email": True}),
    firm("swedish", "SE"),
    firm("e-invoice", sales={**SALES, "target_status": "SENT"}),
    firm("late", sales={**SALES, "target_status": "SENT"}),
    firm("two-accounts"),
    firm("own-ways", sales={**SALES, "bank_account": "FI1410093000123458", **OWN_WAYS}),
)
NAMES = tuple(each.id for each in COMPANIES)
#: What each company that has a transfer is left with.
STATUS = {"approved": "NOT_SENT", "sent": "SENT", "e-invoice": "SENT"}
STATUS |= dict.fromkeys(("by-mail", "swedish", "two-accounts", "own-ways"), "UNFINISHED")
REFUSED = {
    "no-customers": "PARTNER_MISSING",
    "no-products": "PRODUCT_MISSING",
    "taken": "PARTNER_NUMBER_TAKEN",
    "inactive-customer": "PARTNER_INACTIVE",
    "inactive-product": "PRODUCT_INACTIVE",
    "no-id": "BUSINESS_ID_MISSING",
    "wrong-sum": "TOTAL_DIFFERS",
    "no-street": "ADDRESS_INCOMPLETE",
    "late": "EINVOICE_TOO_LATE",
}


@pytest.fixture(scope="module")
def one(kafka: KafkaBroker) -> Iterator[Gateway]:
    """An invoice a company, each to its end."""
    world = base_world(COMPANIES, severa_per_second=60, procountor_per_second=100)
    for each in COMPANIES:
        many_invoices(world, each, 1)
    world["procountor"]["no-customers"]["/businesspartners"].clear()
    world["procountor"]["taken"]["/businesspartners"][0]["invoicingInfo"]["identifier"] = business_id("FI", 900)
    for customer in world["procountor"]["inactive-customer"]["/businesspartners"]:
        customer["registryInfo"] = {"active": False}
    for product in world["procountor"]["inactive-product"]["/products"]:
        product["active"] = False
    there = world["severa"]["nordic"]
    heads = {name: next(one for one in there["/v1/invoices"] if one["guid"] == own(name)) for name in NAMES}
    heads["by-mail"]["receiverContactEmail"] = "maija@asiakas.fi"
    heads["late"]["dueDate"] = "$today"
    heads["no-id"]["receiverVatNumber"] = None
    heads["wrong-sum"]["totalExcludingTax"]["amount"] += 0.03  # of two rows
    heads["no-street"]["receiverAddress"]["addressline"] = " "
    for card in there["/v1/customers"]:
        if card["guid"] == guid("no-id", "customer", 100):
            card["vatNumber"] = None
        if card["guid"] in (guid("e-invoice", "customer", 100), guid("late", "customer", 100)):
            card |= {"eInvoiceAddress": "0037\u00a00112\u200b 0389 ", "eInvoiceOperator": "DABA FIHH"}
    for line in there["/v1/invoicerows"]:
        if line["invoiceGuid"] == own("no-products"):
            line["code"] = ["NONE"]
    for name in ("two-accounts", "own-ways"):
        heads[name]["referenceNumber"] = "1232"
        (default,) = world["procountor"][name]["/bankaccounts"]
        second = {**default, "id": 2, "iban": "FI1410093000123458", "defaultForInvoice": False}
        world["procountor"][name]["/bankaccounts"].append(second)
    account = {"accountNumber": "FI14 1009 3000 1234 58", "accountNumberFormat": "Iban", "bankName": "Bank"}
    unit = {"guid": guid("two-accounts", "unit"), "name": "two-accounts"}
    there["/v1/bankaccounts"] = [{"guid": guid("account"), "isActive": True, "businessUnit": unit, **account}]
    running = Gateway(kafka, world, {"firms": COMPANIES, **FAST})
    documents = [document for document in running.documents if not document.company.endswith("off")]
    running.stage.start_worker()
    try:
        asyncio.run(running.settled(documents))
        asyncio.run(running.until(lambda: len(running.mails.messages) == len(REFUSED) - 1, 20, "the mails"))
        yield running
    finally:
        running.close()


def own(company: str) -> str:
    """The guid of the company's invoice."""
    return guid(company, "invoice", NUMBER)


def made(one: Gateway, company: str) -> dict[str, Any]:
    """The company's only invoice in Procountor."""
    (invoice,) = one.apis.apis.world["procountor"][company]["/invoices"]
    return dict(invoice)


async def records(one: Gateway) -> dict[str, list[bytes]]:
    """The bytes of all that was committed to the gateway's topics, by topic."""
    kafka, found = one.settings.kafka, dict[str, list[bytes]]()
    names = [each.name for each in catalogue(kafka.prefix, kafka.partitions, kafka.replication)]
    places = [TopicPartition(name, n) for name in names for n in range(kafka.partitions)]
    reading = {"isolation_level": "read_committed", "auto_offset_reset": "earliest", "enable_auto_commit": False}
    async with AIOKafkaConsumer(bootstrap_servers=kafka.bootstrap, **reading) as consumer:
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        while any([await consumer.position(place) < ends[place] for place in places]):
            for got in (await consumer.getmany(timeout_ms=200)).values():
                for record in got:
                    facts = [record.key, record.value, *(value for _, value in record.headers)]
                    found.setdefault(record.topic, []).append(b"\n".join(fact or b"" for fact in facts))
    return found


def test_S14_F6_invoice_is_moved_by_actions_to_its_target(one: Gateway) -> None:
    there = one.apis.apis.world["procountor"]
    assert {name: made(one, name)["status"] for name in there if there[name]["/invoices"]} == STATUS
    actions = ("saveInvoice", "approveInvoice1", "send")
    steps = {name: [each["operation"] for each in one.apis.journal(company=name) if each["effect"]] for name in STATUS}
    assert steps == {
        **{name: list(actions) if each == "SENT" else [actions[0]] for name, each in STATUS.items()},
        "approved": list(actions[:2]),
    }


def test_S13_F6_only_transferred_invoices_change_status(one: Gateway) -> None:
    heads = {head["guid"]: head["status"]["name"] for head in one.apis.apis.world["severa"]["nordic"]["/v1/invoices"]}
    assert {name: heads[own(name)] for name in NAMES} == {name: AFTER if name in STATUS else BEFORE for name in NAMES}


def test_S3_M1_M2_M3_M4_P2_T3_E3_refused_before_creation(one: Gateway) -> None:
    """M2 and P2 where S3 says no; the others whatever the settings allow: an inactive customer, say, is no new one."""
    codes = {outcome.key.company: outcome.error.code for outcome in one.seen.current.values() if outcome.error}
    assert codes == REFUSED
    assert [entry for name in REFUSED for entry in one.apis.journal(company=name) if entry["effect"]] == []


def test_S18_company_that_is_off_is_left_alone(one: Gateway) -> None:
    """Of all of it, and of its sales invoices alone."""
    assert {entry["company"] for entry in one.apis.journal(api="procountor")}.isdisjoint({"off", "sales-off"})
    assert one.seen.changes == len(STATUS) + len(REFUSED)
    assert {key.split("/")[0] for key in one.seen.current} == {*STATUS, *REFUSED}


def test_S17_E1_E2_E3_e_mail_needs_setting_and_address(one: Gateway) -> None:
    channels = {name: made(one, name)["invoiceChannel"] for name in STATUS}
    assert channels == {**dict.fromkeys(STATUS, "MAIL"), "by-mail": "EMAIL", "e-invoice": "ELECTRONIC_INVOICE"}
    assert made(one, "by-mail")["counterParty"]["email"] == "maija@asiakas.fi"
    address = {"address": "003701120389", "operator": "DABAFIHH"}  # whatever blanks the card has
    assert made(one, "e-invoice")["counterParty"]["einvoiceAddress"] == address


def test_L2_severas_account_decides_unless_settings_do(one: Gateway) -> None:
    """Reference and contact persons are Severa's and receiver first, unless the settings say otherwise."""
    told = {}
    for name in ("two-accounts", "own-ways"):
        invoice = made(one, name)
        payment, party = invoice["paymentInfo"], invoice["counterParty"]
        told[name] = (payment["bankAccount"]["accountNumber"], payment["bankReferenceCode"], party["contactPersonName"])
    second = "FI1410093000123458"
    assert told["two-accounts"] == (second, "1232", "Maija Mäki/Ville Virta")
    assert told["own-ways"][::2] == (second, "Ville Virta/Maija Mäki")
    assert told["own-ways"][1] != "1232"
    asked = one.apis.journal(operation="bankAccountsGetBankAccounts")
    assert len(asked) == 2  # one reading, to the empty page: only the company that has a choice asks


def test_F7_a_swedish_company(one: Gateway) -> None:
    swedish = made(one, "swedish")
    assert swedish["language"] == "SWEDISH"
    assert swedish["counterParty"]["counterPartyAddress"]["country"] == "SWEDEN"
    assert swedish["paymentInfo"]["currency"] == "SEK"


def test_S8_F6_refusal_is_mailed_where_company_wants_it(one: Gateway) -> None:
    mails = {(mail["To"], mail["Subject"].split(": ")[1]) for mail in one.mails.messages}
    to = {name: f"finance@{name}.example" for name in REFUSED} | {"taken": "a@taken.example, b@taken.example"}
    assert mails == {(to[name], code) for name, code in REFUSED.items() if name != "no-products"}


async def test_F6_S1_one_outcome_per_revision_and_no_secret(one: Gateway) -> None:
    """Nor in the worker's log."""
    topics, found = Topics(one.settings.kafka.prefix), await records(one)
    told = {
        topic: sorted(record.split(b"/", 1)[0].decode() for record in found[topic])
        for topic in (topics.results, topics.errors)
    }
    assert told == {topics.results: sorted(STATUS), topics.errors: sorted(REFUSED)}
    credentials = one.apis.apis.world["credentials"]
    secrets = [*credentials["procountor"]["keys"].values(), credentials["procountor"]["client_secret"]]
    secrets += [each["client_secret"] for each in credentials["severa"].values()]
    everything = b"\n".join(record for topic in found.values() for record in topic)
    everything += b"".join(path.read_bytes() for path in one.stage.folder.glob("worker-*.log"))
    assert b"swedish" in everything
    assert [secret for secret in secrets if secret.encode() in everything] == []


async def test_B9_put_back_after_a_finished_transfer(gateway: Callable[..., Gateway]) -> None:
    """In Procountor still: an error that says what to do. Invalidated there: created again (decision 5)."""
    acme = FIRMS[0]
    world = base_world((acme,))
    many_invoices(world, acme, 1)
    one = gateway(world, **FAST)
    one.stage.start_worker()
    await one.settled(one.documents)
    own = guid("acme-fi", "invoice", 20_001)
    waiting = {"guid": guid("nordic", "status", BEFORE), "name": BEFORE}

    def outcome_of(revision: int, state: OutcomeState) -> Callable[[], bool]:
        def reached() -> bool:
            outcome = one.outcome(20_001)
            return outcome is not None and (outcome.revision.number, outcome.state) == (revision, state)

        return reached

    one.change("/v1/invoices", {"guid": own, "status": waiting, "orderNumber": "changed"})
    await one.until(outcome_of(2, OutcomeState.REFUSED), 20, "the refusal of revision 2")
    assert one.outcome(20_001).error.code == "INVOICE_CHANGED_AFTER_TRANSFER"  # type: ignore[union-attr]
    one.change("/invoices", {"id": 1, "status": "INVALIDATED"}, api="procountor", owner="acme-fi")
    one.change("/v1/invoices", {"guid": own, "orderNumber": "changed again"})
    await one.until(outcome_of(3, OutcomeState.CREATED), 20, "revision 3")
    assert one.made() == {("acme-fi", "20001"): 2}
    await one.until(lambda: one.documents == [], 20, "the write-back")


async def test_S18_switches_take_effect_without_a_restart(gateway: Callable[..., Gateway]) -> None:
    """Off: no call, no event. On again: what waits is transferred. A file that is wrong changes nothing."""
    acme = FIRMS[0]
    world = base_world((acme,))
    many_invoices(world, acme, 1)
    one = gateway(world, **FAST)
    file = one.stage.settings_file
    tree = yaml.safe_load(file.read_text())
    company = tree["organisations"][0]["companies"][0]

    def logged(event: str) -> int:
        return sum(line["event"] == event for line in one.log())

    async def written(taken: int, wrong: int = 0, **sales: Any) -> None:
        company["sales"] |= sales
        file.write_text(yaml.safe_dump(tree))
        events = ("settings taken in", "settings file is wrong, the worker keeps its settings")
        await one.until(lambda: tuple(map(logged, events)) == (taken, wrong), 30, "the settings to be read")

    one.stage.start_worker()
    await one.settled(one.documents)
    await written(1, enabled=False)
    calls = len(one.apis.journal(operation="invoicesGetInvoices"))
    again = base_world((acme,))
    many_invoices(again, acme, 1, first=20_050)
    there = again["severa"]["nordic"]
    one.change("/v1/invoicerows", *there["/v1/invoicerows"])
    one.change("/v1/invoices", *there["/v1/invoices"])
    await written(1, wrong=1, status_after="")
    assert len(one.apis.journal(operation="invoicesGetInvoices")) <= calls + 1  # a poll may have been under way
    await written(2, wrong=1, status_after=AFTER, enabled=True)
    await one.settled(one.documents)
    assert set(one.made().values()) == {1} and len(one.made()) == 2
