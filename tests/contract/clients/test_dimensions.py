"""The calls of dimensions, against the sandbox (F4, D5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from gateway.errors import Permanent
from gateway.ledger import Lease
from gateway.procountor.client import ProcountorClient
from gateway.rules.items import DimensionItem
from gateway.rules.receipts import Axis
from gateway.rules.severa_objects import SeveraObject
from gateway.sandbox.server.server import SandboxApis
from gateway.sandbox.world.demo_world import FIRMS, base_world
from gateway.severa.client import SeveraClient

ACME = FIRMS[0]
LEASE = Lease("k", 1e12, lambda: 0.0, lambda: None)
ITEMS = [{"id": 1, "codeName": "1001", "description": "Site"}, {"id": 2, "codeName": "1002", "status": "P"}]


@pytest.fixture
def sandbox() -> Iterator[SandboxApis]:
    world = base_world((ACME,), severa_per_second=1000, procountor_per_second=1000)
    world["procountor"][ACME.id]["/dimensions"] = [
        {"id": 7, "name": "Projects", "items": ITEMS},
        {"id": 8, "name": "x"},
    ]
    severa, old = world["severa"][ACME.organisation], {"lastUpdatedDateTime": "2020-01-01T00:00:00Z"}
    severa["/v1/projects"] = [
        {"guid": f"p{n}", "name": "Site", "number": n, "isClosed": n % 2 == 0, "businessUnit": {"guid": "u"}, **old}
        for n in range(230)
    ]
    severa["/v1/projects"].append({"guid": "new", "name": "No number", "lastUpdatedDateTime": "2026-01-01T00:00:00Z"})
    severa["/v1/costcenters"] = [
        {"guid": f"c{n}", "name": "Sales", "identifier": f" C{n}", "isActive": n > 0, **old} for n in range(130)
    ]
    severa["/v1/businessunits"] = [{"guid": "u", "name": "North", "code": "N", "isActive": False, **old}]
    with SandboxApis(world) as running:
        yield running


async def test_F4_registers_are_read_to_their_end(severa: SeveraClient) -> None:
    """Closed and inactive ones too."""
    projects, centers = await severa.objects(Axis.PROJECT), await severa.objects(Axis.COST_CENTER)
    assert (len(projects), len(centers)) == (231, 130)
    assert projects[:2] == [
        SeveraObject(Axis.PROJECT, "p0", "0", "Site", True, "u"),
        SeveraObject(Axis.PROJECT, "p1", "1", "Site", False, "u"),
    ]
    assert projects[-1] == SeveraObject(Axis.PROJECT, "new", None, "No number")
    assert centers[0] == SeveraObject(Axis.COST_CENTER, "c0", "C0", "Sales", True)
    units = await severa.objects(Axis.BUSINESS_UNIT)
    assert units == [SeveraObject(Axis.BUSINESS_UNIT, "u", "N", "North", True, "u")]


async def test_F4_changes_are_read_since_a_time(severa: SeveraClient) -> None:
    since = datetime(2025, 1, 1, tzinfo=UTC)
    found = {axis: [one.id for one in await severa.objects(axis, since)] for axis in Axis}
    assert found == {Axis.PROJECT: ["new"], Axis.COST_CENTER: [], Axis.BUSINESS_UNIT: []}


async def test_F4_an_item_is_renamed_closed_and_opened(procountor: ProcountorClient) -> None:
    """Written whole, with its id in the body; the dimension shows it."""
    closed = {"codeName": "1001 New", "description": "Site", "status": "P"}
    changed = await procountor.update_dimension_item(7, 1, closed, LEASE)
    assert changed == DimensionItem(1, "1001 New", True, "Site")
    assert (await procountor.dimension(7)).items == (changed, DimensionItem(2, "1002", True))
    opened = await procountor.update_dimension_item(7, 2, {"codeName": "1002"}, LEASE)
    assert opened == DimensionItem(2, "1002")
    assert (await procountor.dimensions())[0].items == (changed, opened)


async def test_F4_an_item_of_another_dimension_is_refused(procountor: ProcountorClient) -> None:
    with pytest.raises(Permanent, match="Dimension item not found"):
        await procountor.update_dimension_item(8, 1, {"codeName": "x"}, LEASE)
    with pytest.raises(Permanent, match="Dimension not found"):
        await procountor.dimension(9)
