"""The calls of travel reimbursements, against the sandbox (F2, R1, R5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr

from gateway.attachments import FileKind, Stored
from gateway.documents import ExpenseClass
from gateway.errors import Configuration, Permanent
from gateway.flows.travel_reimbursements.rules.mapping import TravelProfile, find_products, map_reimbursement
from gateway.http import HttpTransport, RateBudget
from gateway.ledger import Lease
from gateway.procountor.client import TRAVEL, ProcountorClient
from gateway.rules.personal_id import personal_id as read
from gateway.sandbox.server.server import SandboxApis
from gateway.sandbox.world.demo_travel import (
    TRAVEL_AFTER,
    TRAVEL_BEFORE,
    add_travel,
    iban,
    many_reimbursements,
    personal_id,
    user,
)
from gateway.sandbox.world.demo_world import FIRMS, base_world, guid
from gateway.severa.travel import SeveraTravel

ACME = FIRMS[0]
LEASE = Lease("k", 1e12, lambda: 0.0, lambda: None)
TRIP, USER = guid("acme-fi", "reimbursement", 501), guid("acme-fi", "user", 0)
VAT = frozenset(map(Decimal, ("0", "13.5", "25.5")))


@pytest.fixture
def sandbox() -> Iterator[SandboxApis]:
    world = add_travel(base_world((ACME,), severa_per_second=1000, procountor_per_second=1000), ACME)
    many_reimbursements(world, ACME, 130, users=3)
    with SandboxApis(world) as running:
        yield running


@pytest.fixture
async def severa(sandbox: SandboxApis) -> AsyncIterator[SeveraTravel]:
    transport = HttpTransport("Severa", sandbox.severa_url, RateBudget(1000), 5)
    yield SeveraTravel("nordic", "nordic-client", SecretStr("nordic-secret"), transport)
    await transport.close()


async def test_F2_waiting_reimbursements_are_paged(severa: SeveraTravel) -> None:
    (before,) = await severa.status_ids(TRAVEL_BEFORE)
    first = await severa.waiting([before], None)
    rest = await severa.waiting([before], first.following)
    assert [len(first.heads), len(rest.heads), rest.following] == [100, 30, None]
    head = first.heads[0]
    assert (head.number, head.user_name, head.status_name) == (501, "Maija Matkaaja 0", TRAVEL_BEFORE)
    assert not (await severa.waiting([before], None, datetime.now(UTC) + timedelta(days=1))).heads


async def test_F2_a_reimbursement_is_read_with_its_lines(severa: SeveraTravel) -> None:
    head = await severa.reimbursement(TRIP)
    train, car = await severa.lines(TRIP)
    assert head is not None and head.total.amount == Decimal("78.55")
    assert (train.position, train.code, train.expense_class, train.receipts) == (1, "TRAIN", ExpenseClass.OTHER, 1)
    assert (car.quantity, car.unit_cost.amount, car.project and car.project.number) == (120, Decimal("0.55"), 1)
    assert await severa.reimbursement("gone") is None


async def test_R5_the_status_is_moved_and_read_back(severa: SeveraTravel) -> None:
    (after,) = await severa.status_ids(TRAVEL_AFTER)
    assert (await severa.set_status(TRIP, after, LEASE)).status_name == TRAVEL_AFTER
    with pytest.raises(Configuration, match="STATUS_UNKNOWN"):
        await severa.status_ids("Gone")


async def test_R1_number_and_account_are_read_with_the_user(severa: SeveraTravel) -> None:
    found = await severa.user(USER, dt.date(2026, 3, 2))
    assert (found.name, found.personal_id, found.account) == ("Maija Matkaaja 0", personal_id(ACME, 0), iban(ACME))
    assert await severa.unit_of_user(USER) == guid("acme-fi", "unit")
    assert USER in await severa.users_changed_since(datetime.now(UTC) - timedelta(days=365))


async def test_X1_pdf_and_receipts_are_downloaded(sandbox: SandboxApis, severa: SeveraTravel, tmp_path: Path) -> None:
    """The line says how many receipts it has: nothing is asked beyond them."""
    await severa.pdf(TRIP, tmp_path / "trip.pdf", 10**6)
    (line, _) = await severa.lines(TRIP)
    (receipt,) = await severa.receipts(line.id, line.receipts)
    await severa.file(receipt.id, tmp_path / "receipt.pdf", 10**6)
    assert len(sandbox.journal(operation="filesGetTravelExpenseFiles")) == 1
    assert {(tmp_path / name).read_bytes()[:4] for name in ("trip.pdf", "receipt.pdf")} == {b"%PDF"}


async def test_S19_without_the_add_on_severa_says_so(sandbox: SandboxApis, severa: SeveraTravel) -> None:
    sandbox.apis.limits["no_travel"] = ["nordic"]
    with pytest.raises(Configuration) as caught:
        await severa.statuses()
    assert "AddonMissing" in caught.value.detail


async def test_R1_a_person_is_found_by_header_or_in_the_list(
    sandbox: SandboxApis, procountor: ProcountorClient
) -> None:
    """No address of a call has the number."""
    own = personal_id(ACME, 0)
    (found,) = await procountor.find_persons(own)
    assert (found.id, found.identifier, found.name) == (700, own, "Maija Matkaaja 0")
    assert [one.id for one in await procountor.persons()] == [700, 701, 702]
    assert own not in str([{**one, "body": None} for one in sandbox.journal()])


async def test_F2_a_travel_invoice_is_created_and_moved(
    severa: SeveraTravel, procountor: ProcountorClient, tmp_path: Path
) -> None:
    """As the rules map it; each action once, and again without harm; its file is not sent with it."""
    head = await severa.reimbursement(TRIP)
    assert head is not None
    document = replace(head, lines=await severa.lines(TRIP))
    products = find_products(document, await procountor.travel_products())
    account = next(one for one in await procountor.bank_accounts() if one.default_for_payment)
    profile = TravelProfile("FI", "EUR", account.iban, VAT, payment_term=14, row_text=80)
    mapped = map_reimbursement(document, profile, (700, iban(ACME)), products, "severa:x#1:abc")
    made = await procountor.create_invoice(mapped.body, LEASE)
    assert made.total_excluding_tax == sum(round(-row.unit_price.amount, 2) for row in document.rows)
    for action, status in (("circulate", "RECEIVED"), ("verify", "VERIFIED"), ("approve_travel", "APPROVED")):
        assert await getattr(procountor, action)(made.id, LEASE) == status
        assert await getattr(procountor, action)(made.id, LEASE) == status
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4")
    await procountor.upload_attachment(made.id, "a.pdf", tmp_path / "a.pdf", FileKind.PDF, LEASE, sent_with=False)
    assert await procountor.attachments(made.id) == [Stored("a.pdf")]
    assert [one.id for one in await procountor.find_invoices("501", TRAVEL)] == [made.id]
    assert await procountor.find_invoices("501") == []


async def test_S10_without_a_circulation_it_stays_unfinished(
    sandbox: SandboxApis, severa: SeveraTravel, procountor: ProcountorClient
) -> None:
    sandbox.apis.limits["no_circulation"] = ["acme-fi"]
    sandbox.change({"procountor": {"acme-fi": {"/invoices": [{"id": 9, "type": TRAVEL, "status": "UNFINISHED"}]}}})
    with pytest.raises((Configuration, Permanent)) as caught:
        await procountor.circulate(9, LEASE)
    assert caught.value.code == "RIGHTS_MISSING"


def test_R3_the_demo_s_numbers_are_of_nobody() -> None:
    """And valid, as the gateway checks them."""
    today = dt.date(2026, 3, 2)
    for firm in FIRMS:
        found = [read(personal_id(firm, n), firm.country, today) for n in range(40)]
        assert all(one is not None and one.country == firm.country for one in found)
    assert user(ACME, 1)["socialSecurityNumber"][7:9] == "90"
