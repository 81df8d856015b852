"""Calls of one document, in several kinds per flow, beside the least that the APIs allow (decision 4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from benchmarks.figures import Figure
from benchmarks.run import ACME, Entry, a_stage, calls, wait
from gateway.cli.demo.stage import Stage
from gateway.sandbox.world import demo_people, demo_purchases, demo_travel
from gateway.sandbox.world.demo_world import AFTER, BEFORE, Firm, customer, guid, invoice, row

Json = dict[str, Any]

#: A customer whose partner Procountor has, and a customer whom neither the gateway nor Procountor has met.
KNOWN, NEW = 100, 300
#: The same of users.
KNOWN_USER, NEW_USER = 0, 7


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document."""

    name: str
    #: The floors: calls, and which these are.
    procountor: tuple[int, str]
    severa: tuple[int, str]
    #: The company, with its settings.
    firm: Firm
    #: What the document with this number adds to the world.
    add: Callable[[int], Json]
    #: The same of the document before it, which warms the worker.
    warm: Callable[[int], Json]
    #: Further settings of the stage.
    stage: Json = field(default_factory=dict)
    #: Lists of its poll, which all documents share.
    shared: frozenset[str] = frozenset()
    #: How many documents have ended.
    ended: Callable[[Stage], int] = lambda stage: _ended(stage)


def _sales(**settings: Any) -> Firm:
    sales = {"status_before": BEFORE, "status_after": AFTER, **settings}
    return replace(ACME, settings={**ACME.settings, "sales": sales})


def _invoice(
    number: int, card: int = KNOWN, codes: tuple[str, ...] = ("CONS", "CONS"), center: str | None = None
) -> Json:
    """A sales invoice, created now."""
    own, payer = guid(ACME.id, "invoice", number), customer(ACME, card)
    more = {"costCenter": {"number": center}} if center else {}
    rows = [row(ACME, own, n, code=[code], **more) for n, code in enumerate(codes, start=1)]
    made = invoice(ACME, number, payer, rows, createdDateTime="$now")
    paths = {"/v1/customers": [payer], "/v1/invoicerows": rows, "/v1/invoices": [made]}
    return {"severa": {ACME.organisation: paths}}


#: Persons are created where they are missing (S12).
PEOPLE = {"people": demo_people.PEOPLE}


def _travel(others: Json | None = None, **settings: Any) -> Firm:
    statuses = {"status_before": demo_travel.TRAVEL_BEFORE, "status_after": demo_travel.TRAVEL_AFTER}
    return replace(ACME, settings={**ACME.settings, "travel": {**statuses, **settings}, **(others or {})})


def _reimbursement(number: int, user: int = KNOWN_USER) -> Json:
    """A travel reimbursement of a ticket with its receipt and of 120 km, created now."""
    card, own = demo_travel.user(ACME, user), guid(ACME.id, "reimbursement", number)
    lines = [demo_travel.expense(ACME, own, 1), demo_travel.expense(ACME, own, 2, "KM", 120.0)]
    receipts = [demo_travel.receipt(lines[0], 1)]
    made = demo_travel.reimbursement(ACME, number, card, lines, createdDateTime="$now")
    paths = {"/v1/users": [card], "/v1/projecttravelexpenses": lines, "/v1/travelexpensefiles": receipts}
    known = {"/persons": [demo_travel.person(ACME, card, 700)]} if user == KNOWN_USER else {}
    severa = {ACME.organisation: {**paths, "/v1/travelreimbursements": [made]}}
    return {"severa": severa, "procountor": {ACME.id: known}}


def _purchases() -> Firm:
    return replace(ACME, settings={**ACME.settings, "purchases": demo_purchases.purchase_settings()})


def _purchase_invoice(number: int) -> Json:
    """A purchase invoice with one share of a project of its own, created now."""
    made, booked = _purchase(number, "60.10")
    dimension = {"id": demo_purchases.PROJECTS, "items": [demo_purchases.item(n) for n in range(5)]}
    severa = {ACME.organisation: {"/v1/projects": [demo_purchases.project(ACME, number)]}}
    there = {"/invoices": [made], "/ledgerreceipts": [booked], "/dimensions": [dimension]}
    return {"severa": severa, "procountor": {ACME.id: there}}


def _changed_share(number: int) -> Json:
    """Another amount on the ledger receipt of the purchase invoice before."""
    booked = _purchase(number - 1, "75.00")[1]
    return {"procountor": {ACME.id: {"/ledgerreceipts": [booked]}}}


def _purchase(number: int, amount: str) -> tuple[Json, Json]:
    entries = [demo_purchases.entry(ACME, {number: amount})]
    made = demo_purchases.invoice(ACME, number, entries, created="$now", version="$now")
    return made, demo_purchases.receipt(ACME, made, entries)


def _user(number: int, **changes: Any) -> Json:
    """A user, changed now."""
    card = demo_people.whole_user(ACME, number, lastUpdatedDateTime="$now", **changes)
    return {"severa": {ACME.organisation: {"/v1/users": [card]}}}


def _persons(stage: Stage) -> int:
    """Persons that were created or written."""
    entries = stage.apis.journal(api="procountor")
    return sum(one["operation"] in ("insertPerson", "updatePerson") and bool(one["effect"]) for one in entries)


SALES_INVOICES = (
    Kind(
        "a common invoice",
        (1, "the POST"),
        (4, "rows, grouping (only where S16 is none, X3), head, PATCH"),
        ACME,
        _invoice,
        _invoice,
    ),
    Kind(
        "an invoice with dimensions and an attachment",
        (4, "POST of invoice and of file, GET and PUT of the receipt"),
        (4, "rows, PDF, head, PATCH"),
        _sales(attachments="full", dimensions={"project": "Projects", "cost_center": "Cost centers"}),
        partial(_invoice, center="20"),
        partial(_invoice, center="20"),
    ),
    Kind(
        "an invoice with a new partner and two new products",
        (8, "a search and a POST of each, as a search takes one; one more for inactive partners (M1); the POST"),
        (7, "rows, the customer's card, the work types of both codes, grouping (X3), head, PATCH"),
        ACME,
        partial(_invoice, card=NEW, codes=("NEW-1", "NEW-2")),
        _invoice,
    ),
)
TRAVEL_REIMBURSEMENTS = (
    Kind(
        "a common reimbursement",
        (2, "POST of travel invoice and of file"),
        (7, "lines, user, PDF, list of receipts, receipt, head, PATCH"),
        _travel(),
        _reimbursement,
        _reimbursement,
    ),
    Kind(
        "a reimbursement with dimensions",
        (4, "POST of travel invoice and of file, GET and PUT of the receipt"),
        (7, "lines, user, PDF, list of receipts, receipt, head, PATCH"),
        _travel(dimensions={"project": "Projects"}),
        _reimbursement,
        _reimbursement,
    ),
    Kind(
        "a reimbursement of a new person",
        (5, "a search by number, the list of persons (R1), POST of person, of travel invoice and of file"),
        (8, "the user's unit, lines, user, PDF, list of receipts, receipt, head, PATCH"),
        _travel(PEOPLE),
        partial(_reimbursement, user=NEW_USER),
        _reimbursement,
    ),
)
_SOON: Json = {"polling": {"sync_interval": 1}}
_SEARCHES = frozenset(("searchInvoice", "searchLedgerReceipt"))
PURCHASE_INVOICES = (
    Kind(
        "a share of a purchase invoice",
        (2, "GET of the invoice and of its ledger receipt, for 200 of them at once"),
        (2, "a search of the project, POST"),
        _purchases(),
        _purchase_invoice,
        _purchase_invoice,
        _SOON,
        _SEARCHES,
    ),
    Kind(
        "a share of a purchase invoice that was changed",
        (2, "GET of the invoice and of its ledger receipt, for 200 of them at once"),
        (4, "the fee, DELETE, a look that it is gone (ADR 17), POST"),
        _purchases(),
        _changed_share,
        _purchase_invoice,
        _SOON,
        _SEARCHES,
    ),
)
_LISTED = frozenset(("usersGetUsers",))
USERS = (
    Kind(
        "a user who becomes a person",
        (3, "a search by number, the list of persons (R1), POST"),
        (1, "the user, with the number"),
        replace(ACME, settings={**ACME.settings, **PEOPLE}),
        _user,
        _user,
        _SOON,
        _LISTED,
        _persons,
    ),
    Kind(
        "a user who changed",
        (2, "GET and PUT of the person"),
        (1, "the user, with the number"),
        replace(ACME, settings={**ACME.settings, **PEOPLE}),
        lambda number: _user(number - 1, title="Manager"),
        _user,
        _SOON,
        _LISTED,
        _persons,
    ),
)


def _project(number: int, **changes: Any) -> Json:
    """A project, changed now."""
    made = demo_purchases.project(ACME, number, lastUpdatedDateTime="$now", **changes)
    return {"severa": {ACME.organisation: {"/v1/projects": [made]}}}


def _items(stage: Stage) -> int:
    """Items that were created or written."""
    entries, wanted = stage.apis.journal(api="procountor"), ("addDimensionItem", "updateDimensionItem")
    return sum(one["operation"] in wanted and bool(one["effect"]) for one in entries)


_REGISTERS = frozenset(("projectsGetProjects", "getDimensions"))
_FOLLOWED = replace(ACME, settings={**ACME.settings, "dimensions": {"project": "Projects"}})
DIMENSION_ITEMS = (
    Kind(
        "a project that becomes an item",
        (1, "the POST; the list of dimensions is shared"),
        (0, "none; the list of projects is shared"),
        _FOLLOWED,
        _project,
        _project,
        _SOON,
        _REGISTERS,
        _items,
    ),
    Kind(
        "a project that was renamed",
        (1, "the PUT; the list of dimensions is shared"),
        (0, "none; the list of projects is shared"),
        _FOLLOWED,
        lambda number: _project(number - 1, name="Renamed"),
        _project,
        _SOON,
        _REGISTERS,
        _items,
    ),
)
#: A flow more is a tuple more.
KINDS = (*SALES_INVOICES, *TRAVEL_REIMBURSEMENTS, *PURCHASE_INVOICES, *USERS, *DIMENSION_ITEMS)


def calls_of_one() -> list[Figure]:
    """Each kind after a document that warmed the worker: logged in; registers, dimensions and their items known."""
    return [figure for kind in KINDS for figure in _calls(kind)]


def _calls(kind: Kind) -> list[Figure]:
    with a_stage({}, firms=(kind.firm,), **kind.stage) as stage:
        stage.apis.change(kind.warm(1))
        stage.start_worker()
        wait(lambda: kind.ended(stage) == 1, 60, stage)
        before = len(stage.apis.journal())
        stage.apis.change(kind.add(2))
        wait(lambda: kind.ended(stage) == 2, 60, stage)
        entries = [one for one in stage.apis.journal()[before:] if one["operation"] not in kind.shared]
    return [
        Figure(f"{api} calls of {kind.name}", calls(entries, api.lower()), "calls", *floor)
        for api, floor in (("Procountor", kind.procountor), ("Severa", kind.severa))
    ]


def _ended(stage: Stage) -> int:
    """Documents whose status was moved, and fees that were created."""
    moves: list[Entry] = stage.apis.journal(api="severa", effect="status")
    fees: list[Entry] = stage.apis.journal(api="severa", operation="projectFeesPostProjectFee", effect="created")
    return len(moves) + len(fees)
