"""Each file of examples/invoices by the real path: from the poll of Severa to what Procountor received, by its journal.

One worker takes all of them in one run. What the rules alone make of them is held by tests/unit/rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pytest

from gateway.documents import Outcome, OutcomeState
from gateway.sandbox.broker.kafka import KafkaBroker
from gateway.sandbox.world.demo_world import AFTER
from tests.examples import Example, companies, examples, plain
from tests.examples_world import examples_world, firms
from tests.system import Gateway

Json = dict[str, Any]
ACTIONS = {"approveInvoice1": "approve", "send": "send"}


@pytest.fixture
def one_run(kafka: KafkaBroker) -> Iterator[Gateway]:
    """All of them to their end."""
    world = examples_world(severa_per_second=100, procountor_per_second=200)
    running = Gateway(kafka, world, {"firms": firms(), "severa": {"requests_per_second": 80}})
    assert len(running.documents) == len(examples())
    try:
        running.to_its_end()
        yield running
    finally:
        running.close()


@pytest.mark.timeout(200)
def test_F1_F5_F6_F7_S14_M2_P1_P2_P3_T1_T2_T3_E1_E2_E3_examples(one_run: Gateway, subtests: pytest.Subtests) -> None:
    """And X2, X3, X4, X6 (attachments), D1-D5, L1 (receipt). One run for all: each would take as long alone."""
    for name, one in examples().items():
        good = "invoice" in one.procountor
        for check in (the_invoice, the_attachments, the_receipt, the_end) if good else (the_refusal,):
            with subtests.test(f"{name}: {check.__name__}"):
                check(one_run, one)
    for whole in (the_registers, nothing_else):
        with subtests.test(whole.__name__):
            whole(one_run)


def written(run: Gateway, company: str) -> list[Json]:
    """Every call that changed something at Procountor for a company, in order."""
    return [entry for entry in run.apis.journal(api="procountor", company=company) if entry["effect"]]


def said(run: Gateway, one: Example) -> list[Json]:
    """Those of the example's invoice, from its POST on."""
    number, calls = one.procountor["invoice"]["originalInvoiceNumber"], written(run, one.tree["company"])
    own = next(entry["object_id"] for entry in calls if entry["object"].get("originalInvoiceNumber") == number)

    def is_own(entry: Json) -> bool:
        about = entry["object"]
        if entry["effect"] == "updated":
            return bool(about["invoiceId"] == own)
        return bool(about.get("originalInvoiceNumber") == number)

    return [entry for entry in calls if is_own(entry)]


def bodies(entries: list[Json], operation: str) -> list[Json]:
    return [entry["body"] for entry in entries if entry["operation"] == operation]


def outcome(run: Gateway, one: Example) -> Outcome:
    found = run.outcome(one.severa["invoice"]["number"])
    assert found is not None
    return found


def the_invoice(one_run: Gateway, one: Example) -> None:
    """T1, T2, T3, P1, P3, E1, E2, E3, F7; the marker's last eight digits stand as zeros in the files."""
    (body,) = bodies(said(one_run, one), "saveInvoice")
    body = {**body, "notes": re.sub(r"(?<=#1:)[0-9a-f]{8}$", "0" * 8, body["notes"])}
    assert body == plain(one.procountor["invoice"])


def the_attachments(one_run: Gateway, one: Example) -> None:
    calls = said(one_run, one)
    own = next(entry["object_id"] for entry in calls if entry["operation"] == "saveInvoice")
    there = {"referenceType": "INVOICE", "referenceId": own, "sendWithInvoice": True, "mimeType": "application/pdf"}
    sent = [body["meta"] for body in bodies(calls, "saveAttachment")]
    assert sent == [{"name": name, **there} for name in one.procountor.get("attachments", ())]


def the_receipt(one_run: Gateway, one: Example) -> None:
    """Written once, or not at all where the file has none; dimensions and items by name, and items that were made."""
    dimensions = one_run.apis.apis.world["procountor"][one.tree["company"]]["/dimensions"]
    names = {each["id"]: each["name"] for each in dimensions}
    codes = {item["id"]: item["codeName"] for each in dimensions for item in each["items"]}
    receipts = [
        [shown(entry, names, codes) for entry in body["transactions"] if entry["transactionType"] == "ENTRY"]
        for body in bodies(said(one_run, one), "updateLedgerReceipt")
    ]
    expected = one.procountor.get("receipt")
    assert receipts == ([] if expected is None else [plain(expected)])


def shown(entry: Json, names: dict[int, str], codes: dict[int, str]) -> Json:
    """An entry as the files write it."""
    found: Json = {name: entry[name] for name in ("account", "accountingValue", "vatPercent")}
    for part in entry.get("dimensionItemValues") or ():
        items = found.setdefault("dimensions", {}).setdefault(names[part["dimensionId"]], {})
        items[codes[part["itemId"]]] = part["value"]
    return found


def the_end(one_run: Gateway, one: Example) -> None:
    """Files before the receipt, status actions last; the outcome has truncations and notes; Severa's status follows."""
    calls, gets = said(one_run, one), one.procountor
    order = [entry["operation"] for entry in calls]
    assert order == [
        "saveInvoice",
        *("saveAttachment" for _ in gets.get("attachments", ())),
        *(["updateLedgerReceipt"] if "receipt" in gets else []),
        *(next(own for own, name in ACTIONS.items() if name == action) for action in gets.get("actions", ())),
    ]
    told = outcome(one_run, one)
    assert (told.state, told.attempt) == (OutcomeState.CREATED, 1)
    assert [{**asdict(cut), "kind": cut.kind.value} for cut in told.truncations] == gets.get("truncations", [])
    notes = [note for note in told.notes if "is not after today" not in note]  # the files' days have passed
    assert notes == gets.get("notes", [])
    guid = one.severa["invoice"]["guid"]
    (moved,) = [entry for entry in one_run.apis.journal(api="severa", effect="status") if entry["object_id"] == guid]
    assert moved["object"]["status"] == AFTER


def the_refusal(one_run: Gateway, one: Example) -> None:
    told = outcome(one_run, one)
    assert told.state is OutcomeState.REFUSED
    assert told.error is not None
    message = f"{told.error.message} {told.error.remedy}"
    assert {"code": told.error.code, "message": message} == one.procountor["refused"]
    number = told.subject.number
    assert [e for e in one_run.apis.journal() if (e.get("object") or {}).get("originalInvoiceNumber") == number] == []


def the_registers(one_run: Gateway) -> None:
    """Partners, products and dimension items, each once."""
    for company in companies():
        calls = written(one_run, company)
        mine = [one.procountor for one in examples().values() if one.tree["company"] == company]
        partners = [plain(gets["partner"]) for gets in mine if "partner" in gets]
        products = [product for gets in mine for product in plain(gets.get("products", {})).values()]
        items = [
            {"codeName": code, "description": description}
            for gets in mine
            for several in gets.get("items", {}).values()
            for code, description in several.items()
        ]
        assert bodies(calls, "insertBusinessPartner") == partners
        assert bodies(calls, "addProduct") == products
        assert bodies(calls, "addDimensionItem") == items


def nothing_else(one_run: Gateway) -> None:
    """One invoice a good file; every writing call is one that a file tells of."""
    good = [one for one in examples().values() if "invoice" in one.procountor]
    made = {(one.tree["company"], one.procountor["invoice"]["originalInvoiceNumber"]): 1 for one in good}
    assert one_run.made() == made
    told = {entry["n"] for one in good for entry in said(one_run, one)}
    others = [entry for company in companies() for entry in written(one_run, company) if entry["n"] not in told]
    assert {entry["operation"] for entry in others} == {"insertBusinessPartner", "addProduct", "addDimensionItem"}
    assert not [entry for entry in one_run.apis.journal() if entry.get("violation") or entry.get("crash")]
