"""The calls of purchase invoices, against the sandbox (F3, U1-U4)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from pydantic import SecretStr

from gateway.documents import DocumentKey, Kind, Revision, Sequence
from gateway.documents.hashing import content_hash
from gateway.errors import Configuration, InDoubt, Permanent, Transient
from gateway.flows.purchase_invoices.rules.allocations import allocations
from gateway.flows.purchase_invoices.rules.fee import FeeProfile, map_fee, replacing
from gateway.flows.purchase_invoices.rules.marker import own_fee
from gateway.flows.purchase_invoices.rules.memo import deleting
from gateway.http import HttpTransport, RateBudget
from gateway.ledger import Lease
from gateway.procountor.client import ProcountorClient
from gateway.sandbox.server.server import SandboxApis
from gateway.sandbox.world.demo_purchases import (
    FIRST_INVOICE,
    FIRST_RECEIPT,
    PROJECTS,
    add_purchases,
    many_purchases,
    project,
)
from gateway.sandbox.world.demo_world import FIRMS, base_world, guid
from gateway.severa.fees import SeveraFees

ACME = FIRMS[0]
LEASE = Lease("k", 1e12, lambda: 0.0, lambda: None)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
OWN = guid("acme-fi", "purchase project", 0)
BODY = {"project": {"guid": OWN}, "name": "Design", "quantity": 1, "unitCost": {"amount": 60.1, "currencyCode": "EUR"}}


@pytest.fixture
def sandbox() -> Iterator[SandboxApis]:
    world = add_purchases(base_world((ACME,), severa_per_second=1000, procountor_per_second=1000), ACME)
    many_purchases(world, ACME, 230)
    with SandboxApis(world) as running:
        yield running


@pytest.fixture
async def severa(sandbox: SandboxApis) -> AsyncIterator[SeveraFees]:
    transport = HttpTransport("Severa", sandbox.severa_url, RateBudget(1000), 5)
    yield SeveraFees("nordic", "nordic-client", SecretStr("nordic-secret"), transport)
    await transport.close()


async def test_F3_changed_invoices_and_receipts_are_paged(procountor: ProcountorClient) -> None:
    invoices = await procountor.purchases_changed(LONG_AGO)
    receipts = await procountor.purchase_receipts_changed(LONG_AGO)
    assert [one.id for one in invoices] == list(range(FIRST_INVOICE, FIRST_INVOICE + 230))
    assert [one.id for one in receipts] == list(range(FIRST_RECEIPT, FIRST_RECEIPT + 230))
    assert {one.status for one in (*invoices, *receipts)} == {"APPROVED"}
    later = max(one.version for one in invoices if one.version is not None) + timedelta(seconds=1)
    assert await procountor.purchases_changed(later) == []


async def test_F3_dimensions_that_change_later_are_seen(sandbox: SandboxApis, procountor: ProcountorClient) -> None:
    """They move the receipt's version, and not the invoice's."""
    before = max(one.version for one in await procountor.purchases_changed(LONG_AGO) if one.version is not None)
    since = before + timedelta(minutes=1)
    sandbox.change({"procountor": {"acme-fi": {"/ledgerreceipts": [{"id": FIRST_RECEIPT + 7}]}}})
    assert [one.id for one in await procountor.purchase_receipts_changed(since)] == [FIRST_RECEIPT + 7]
    assert await procountor.purchases_changed(since) == []


async def test_F3_invoices_and_receipts_are_read_by_their_ids(
    sandbox: SandboxApis, procountor: ProcountorClient
) -> None:
    """Two calls for 230, one for one; unknown ids are left out."""
    ids = [one.id for one in await procountor.purchase_receipts_changed(LONG_AGO)]
    receipts = await procountor.purchase_receipts([*ids, 5])
    assert [one.id for one in receipts] == ids
    assert len(sandbox.journal(operation="getLedgerReceipt")) == 2
    (one,) = await procountor.purchase_invoices([FIRST_INVOICE])
    assert (one.number, one.supplier, one.supplier_number) == (FIRST_INVOICE, "Tukku Oy", "2026-0")
    assert (one.receipt_id, one.currency, one.currency_rate) == (FIRST_RECEIPT, "EUR", 1)
    assert await procountor.purchase_invoices([5]) == []


async def test_U2_projects_are_found_by_exactly_their_number(severa: SeveraFees, sandbox: SandboxApis) -> None:
    (found,) = await severa.projects_with_number(1001)
    assert (found.id, found.name, found.is_closed) == (OWN, "Delivery 0", False)
    assert (found.unit_id, found.unit_name) == (guid("acme-fi", "unit"), ACME.name)
    sandbox.change({"severa": {"nordic": {"/v1/projects": [project(ACME, 0, isClosed=True)]}}})
    assert (await severa.projects_with_number(1001))[0].is_closed
    assert await severa.projects_with_number(9) == []
    assert await severa.project("nothing") is None


async def test_U1_an_allocation_becomes_a_fee_and_is_found_again(
    severa: SeveraFees, procountor: ProcountorClient
) -> None:
    """The whole way of the rules: read, map, create, look up by the marker, replace."""
    (invoice,) = await procountor.purchase_invoices([FIRST_INVOICE])
    (receipt,) = await procountor.purchase_receipts([invoice.receipt_id or 0])
    (dimension,) = (one for one in await procountor.dimensions() if one.id == PROJECTS)
    items = {one.id: one for one in dimension.items}
    first, *_ = allocations(invoice, receipt, PROJECTS, items, (), "EUR")
    key = DocumentKey("acme-fi", Kind.COST_ALLOCATION, first.id)
    revision = Revision(1, Sequence(1, 1), content_hash(first))
    mapped = map_fee(first, OWN, FeeProfile("Subcontracting"), key, revision)
    made = await severa.create_fee(mapped.body, LEASE)
    found = own_fee(key, await severa.fees_of_project(OWN))
    assert found == made == await severa.fee(made.id)
    assert (made.project_name, made.cost, made.vat_percent) == ("Delivery 0", Decimal("60.1"), Decimal("25.5"))
    assert (made.date, made.is_billed) == (first.date, False)
    await severa.delete_fee(made.id, LEASE)
    again = await severa.create_fee(replacing(mapped, deleting(made), OWN), LEASE)
    assert own_fee(key, await severa.fees_of_project(OWN)) == again


async def test_U1_fees_are_paged(severa: SeveraFees) -> None:
    for n in range(101):
        await severa.create_fee({**BODY, "name": f"Fee {n}"}, LEASE)
    assert len({one.name for one in await severa.fees_of_project(OWN)}) == 101


async def test_U2_fees_are_found_in_whatever_project(severa: SeveraFees, sandbox: SandboxApis) -> None:
    """After a lost ledger, nothing says where the fee of a share is that has moved."""
    other = guid("acme-fi", "purchase project", 1)
    bodies = [{**BODY, "project": {"guid": project}} for project in (OWN, other)]
    made = [await severa.create_fee(body, LEASE) for body in bodies for _ in range(60)]
    assert {one.id for one in await severa.fees_changed(LONG_AGO)} == {one.id for one in made}
    assert len(sandbox.journal(operation="projectFeesGetProjectFeesByToken")) == 2
    assert await severa.fees_changed(datetime.now(UTC) + timedelta(hours=1)) == []


async def test_U3_deletion_is_harmless_twice(severa: SeveraFees) -> None:
    made = await severa.create_fee(BODY, LEASE)
    await severa.delete_fee(made.id, LEASE)
    await severa.delete_fee(made.id, LEASE)
    assert await severa.fee(made.id) is None


async def test_U3_a_page_in_between_is_no_deletion(severa: SeveraFees, sandbox: SandboxApis) -> None:
    made = await severa.create_fee(BODY, LEASE)
    sandbox.faults({"api": "severa", "operation": "projectFeesDeleteProjectFree", "kind": "page", "status": 200})
    with pytest.raises(Transient):
        await severa.delete_fee(made.id, LEASE)
    assert await severa.fee(made.id) is not None


async def test_U3_a_billed_fee_and_a_closed_project_are_refused(severa: SeveraFees, sandbox: SandboxApis) -> None:
    made = await severa.create_fee(BODY, LEASE)
    fee = {"guid": made.id, "invoice": {"guid": "billing", "number": 88}}
    sandbox.change({"severa": {"nordic": {"/v1/projectfees": [fee]}}})
    billed = await severa.fee(made.id)
    assert billed is not None
    assert (billed.is_billed, billed.billed_by) == (True, 88)
    with pytest.raises(Permanent, match="on an invoice"):
        await severa.delete_fee(made.id, LEASE)
    sandbox.change({"severa": {"nordic": {"/v1/projects": [project(ACME, 0, isClosed=True)]}}})
    with pytest.raises(Permanent, match="closed"):
        await severa.create_fee(BODY, LEASE)


async def test_Q1_a_fee_without_an_answer_is_in_doubt(severa: SeveraFees, sandbox: SandboxApis) -> None:
    operation = {"api": "severa", "operation": "projectFeesPostProjectFee", "times": 1}
    sandbox.faults({**operation, "kind": "drop_after"})
    with pytest.raises(InDoubt):
        await severa.create_fee(BODY, LEASE)
    assert len(await severa.fees_of_project(OWN)) == 1


async def test_S2_missing_scopes_of_fees_are_named(sandbox: SandboxApis, severa: SeveraFees) -> None:
    sandbox.apis.world["credentials"]["severa"]["nordic"]["scopes"] = ["projects:read"]
    with pytest.raises(Configuration, match="fees:read, fees:write, fees:delete") as one:
        await severa.fees_of_project(OWN)
    assert one.value.code == "FEE_SCOPES_MISSING"
