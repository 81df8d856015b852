"""Attachments on real parts: one run with a company for each choice, fate and file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from gateway.documents import OutcomeState
from gateway.sandbox.broker.kafka import KafkaBroker
from gateway.sandbox.world.demo_world import AFTER, BEFORE, Firm, base_world, guid, many_invoices
from tests.chaos.judge.doubles import extras
from tests.system import PROFILE, Gateway

#: The run is set up once, with the first test, in one process.
pytestmark = [pytest.mark.timeout(200), pytest.mark.xdist_group("attachments")]
FIRST = 20_001
#: What becomes of a company's uploads.
FATES: dict[str, dict[str, Any]] = {
    "drop-after": {"kind": "drop_after", "times": 1},
    "fail-after": {"kind": "fail_after", "times": 1},
    "commit-late": {"kind": "commit_late", "seconds": 3.2, "times": 1},
    "too-many": {"kind": "too_many", "times": 2},
    "drop-before": {"kind": "drop_before", "times": 1},
    "refuses": {"kind": "fail_before", "times": 1},
}
#: The users' file in a company's invoice.
FILES: dict[str, dict[str, Any]] = {
    "full": {"size": 9_998_742},  # the PDF that has it is as large as may be, to the byte
    "damaged": {"size": 50_000, "description": "damaged"},
    "encrypted": {"size": 50_000, "description": "encrypted"},
    "found": {"description": "damaged"},
    "no-pdf": {"description": "text"},
    "large": {"size": 12_000_000},
}
CHOICES = {"breakdown": "breakdown", "none": "none", "grouped": "none"}
GOOD = ("full", "breakdown", "grouped", *FATES)
REFUSED = {
    "damaged": "ATTACHMENT_BROKEN",
    "encrypted": "ATTACHMENT_ENCRYPTED",
    "found": "ATTACHMENT_BROKEN",
    "no-pdf": "ATTACHMENT_TYPE",
    "large": "ATTACHMENT_TOO_LARGE",
}


def firm(name: str) -> Firm:
    """Approved in Procountor, so that something comes after the files."""
    sales = {"status_before": BEFORE, "status_after": AFTER, "target_status": "NOT_SENT"}
    sales["attachments"] = CHOICES.get(name, "full")
    return Firm(name, "nordic", name, settings={"create_customers": True, "sales": sales})


FIRMS = tuple(firm(name) for name in (*GOOD, "none", *REFUSED))


def a_file(name: str, **facts: Any) -> dict[str, Any]:
    own = guid(name, "file")
    return {"guid": own, "fileGuid": own, "invoiceGuid": guid(name, "invoice", FIRST), "name": "Liite.pdf", **facts}


@pytest.fixture(scope="module")
def one(kafka: KafkaBroker) -> Iterator[Gateway]:
    """An invoice a company, all of them to their first end; both APIs' faults strike on the way."""
    world = base_world(FIRMS, severa_per_second=100, procountor_per_second=200)
    for each in FIRMS:
        many_invoices(world, each, 1)
    there = world["severa"]["nordic"]
    there["/v1/invoicefiles"] = [a_file(name, **facts) for name, facts in FILES.items()]
    there["/v1/invoicesettings"] = [
        {"guid": guid("grouped", "invoice", FIRST), "projectFeeGrouping": "Group+Attachment"}
    ]
    for card in there["/v1/customers"]:
        if card["guid"] == guid("breakdown", "customer", 100):
            card |= {"eInvoiceAddress": "003721291126", "eInvoiceOperator": "003721291126"}
    for head in there["/v1/invoices"]:
        if head["guid"] == guid("found", "invoice", FIRST):
            head["createdDateTime"] = "$now+1h"  # after the horizon: never looked up before a POST
    running = Gateway(
        kafka,
        world,
        {
            "firms": FIRMS,
            "delivery": {**PROFILE, "call_timeout": 2.5, "horizon_margin": 0},
            "severa": {"requests_per_second": 80},
        },
    )
    upload = {"api": "procountor", "operation": "saveAttachment"}
    running.apis.faults(
        {"api": "severa", "operation": "pdfGetInvoicePdf", "kind": "cut_short"},
        {"api": "procountor", "operation": "saveInvoice", "company": "found", "kind": "drop_after"},
        *({**upload, "company": name, **fate} for name, fate in FATES.items()),
    )
    try:
        running.to_its_end()
        yield running
    finally:
        running.close()


def uploads(one: Gateway) -> dict[str, list[dict[str, Any]]]:
    """What was attached, by company."""
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in one.apis.journal(operation="saveAttachment", effect="created"):
        found.setdefault(entry["company"], []).append(entry["object"])
    return found


def told(one: Gateway, company: str) -> Any:
    """The outcome of a company's invoice."""
    return one.seen.current[f"{company}/sales-invoice/{guid(company, 'invoice', FIRST)}"]


def test_X2_X3_X4_S16_chosen_files_go_with_the_invoice(one: Gateway) -> None:
    """Full, breakdown, none; none with a grouping; before the invoice is approved, and sent with it."""
    found = uploads(one)
    names = {company: [file["name"] for file in files] for company, files in found.items()}
    breakdown = [f"invoice-{FIRST}-breakdown.pdf"]
    assert names == {name: breakdown if name in CHOICES else [f"invoice-{FIRST}.pdf"] for name in GOOD}
    assert all(file["sendWithInvoice"] for files in found.values() for file in files)
    sides = one.apis.apis.world["procountor"]
    channels = [sides[name]["/invoices"][0]["invoiceChannel"] for name in ("full", "breakdown")]
    assert channels == ["MAIL", "ELECTRONIC_INVOICE"]
    order = [entry["operation"] for entry in one.apis.journal(company="full") if entry["effect"]]
    assert order == ["saveInvoice", "saveAttachment", "approveInvoice1"]
    assert [entry for entry in one.apis.journal() if entry.get("violation") or entry.get("crash")] == []
    asked = {entry["path"] for entry in one.apis.journal(operation="invoiceSettingsGetInvoiceSettings")}
    own = [guid(name, "invoice", FIRST) for name in ("none", "grouped")]
    assert asked == {f"/v1/invoices/{one_}/invoicesettings" for one_ in own}  # only where nothing is chosen


def test_X7_ten_million_bytes_go_and_more_is_refused(one: Gateway) -> None:
    """By the file's name and size."""
    assert uploads(one)["full"][0]["size"] == 10_000_000
    assert f"invoice-{FIRST}.pdf has 12 001" in told(one, "large").error.message


def test_X9_each_file_is_attached_once_whatever_fails(one: Gateway) -> None:
    struck = {entry["company"] for entry in one.apis.journal(operation="saveAttachment") if entry.get("fault")}
    assert struck == set(FATES)
    assert len(one.apis.journal(operation="pdfGetInvoicePdf", fault="cut_short")) == 1
    assert list(extras(one.apis.journal())) == []
    assert all(told(one, name).state is OutcomeState.CREATED for name in (*GOOD, "none"))


def test_X5_X8_refused_file_leaves_its_invoice_created(one: Gateway) -> None:
    """And is an error of its own."""
    for name, code in REFUSED.items():
        outcome = told(one, name)
        assert (outcome.state, outcome.error.code) == (OutcomeState.REFUSED, code)
        assert outcome.target is not None and outcome.target.status == "UNFINISHED"
    assert set(one.made().values()) == {1}
    assert len(one.made()) == len(FIRMS)


async def test_X9_fixed_file_is_attached_to_the_invoice_there(one: Gateway) -> None:
    """The refused step only: no second invoice, no partner, no product; then what comes after it.

    Also where the invoice was found after a POST of unknown end.
    """
    before, mended = len(one.apis.journal()), ("damaged", "found")
    documents = [document for document in one.documents if document.company in mended]
    one.change("/v1/invoicefiles", *(a_file(name, description=None) for name in mended))
    for document in documents:
        one.say("retry", document.key)
    await one.until(lambda: all(told(one, name).state is OutcomeState.CREATED for name in mended), 40, "the outcomes")
    await one.until(lambda: not {document.company for document in one.documents} & set(mended), 20, "the write-back")
    for name in mended:
        mine = [entry for entry in one.apis.journal(company=name) if entry["n"] >= before]
        assert [entry["operation"] for entry in mine if entry["effect"]] == ["saveAttachment", "approveInvoice1"]
    assert set(one.made().values()) == {1}
