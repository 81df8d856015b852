"""The demo's verdict can fail: each promise about objects that are kept in step, broken once (Q1, F3-F5)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.cli.demo.in_step import followed
from gateway.cli.demo.outcomes import Seen
from gateway.cli.demo.verdict import Verdict, judge
from gateway.documents import DocumentKey, Outcome, OutcomeState, Revision, Sequence, Subject
from gateway.sandbox.world.demo_flows import DEMO_FIRMS, demo_flows, rename
from gateway.sandbox.world.demo_world import settings_for
from gateway.settings import GatewaySettings

Json = dict[str, Any]
#: The share of the closed project.
REFUSED = "acme-fi/cost-allocation/6003-1"


@pytest.fixture
def world() -> Json:
    """The demo's world after a run without a fault, as far as objects that are kept in step go."""
    world = demo_flows()
    severa, there = world["severa"]["nordic"], world["procountor"]["acme-fi"]
    projects = {str(one["number"]): one for one in severa["/v1/projects"]}
    items = there["/dimensions"][0]["items"]
    codes = {one["id"]: one["codeName"] for one in items}
    for receipt in there["/ledgerreceipts"]:
        said = f"Tukku Oy, invoice ({receipt['invoiceNumber']} in Procountor)"
        for share in (share for line in receipt["transactions"] for share in line.get("dimensionItemValues", ())):
            project = projects[codes[share["itemId"]]]
            fee = {"project": {"guid": project["guid"]}, "unitCost": {"amount": share["value"]}, "description": said}
            severa["/v1/projectfees"] += [] if project["isClosed"] else [fee]
    for number, project in projects.items():
        if project["isClosed"]:
            next(one for one in items if one["codeName"] == number)["status"] = "P"
        elif number not in codes.values():
            items.append({"id": 900, "codeName": number, "description": project["name"]})
    known = {one["invoicingInfo"]["identifier"] for one in there["/persons"]}
    for user in severa["/v1/users"]:
        if user["isActive"] and user["socialSecurityNumber"] and user["socialSecurityNumber"] not in known:
            info = {"identifier": user["socialSecurityNumber"]}
            there["/persons"].append({"invoicingInfo": info, "registryInfo": {"active": True}})
    return world


def verdict(world: Json, refused: bool = True) -> Verdict:
    """Of this world, when no document waited."""
    tree = settings_for(world, DEMO_FIRMS)
    settings = GatewaySettings.model_validate({**tree, "kafka": {"bootstrap": "localhost:9092", "prefix": "demo"}})
    seen = Seen()
    if refused:
        revision, key = Revision(1, Sequence(1, 1), "hash"), DocumentKey.parse(REFUSED)
        state, now = OutcomeState.REFUSED, datetime(2026, 11, 28, tzinfo=UTC)
        seen.take(Outcome(key, "nordic", revision, attempt=1, state=state, subject=Subject("6003"), at=now))
    return judge([], followed(world, settings), [], seen, "Transferred", unchanged=0, emails=0, seconds=1.0)


def test_Q1_objects_in_step_are_fine(world: Json) -> None:
    good = verdict(world)
    assert good.ok
    assert (good.kept_in_step, good.refused_in_step) == (17, 1)


def test_F3_cost_without_fee_or_refusal_is_lost(world: Json) -> None:
    silent = verdict(world, refused=False)
    assert (silent.ok, silent.lost) == (False, 1)
    world["severa"]["nordic"]["/v1/projectfees"].pop()
    assert verdict(world).lost == 1


def test_U2_a_doubled_fee_is_not_ok(world: Json) -> None:
    fees = world["severa"]["nordic"]["/v1/projectfees"]
    fees.append(dict(fees[0]))
    bad = verdict(world)
    assert (bad.ok, bad.doubled, bad.lost) == (False, 1, 0)


def test_U1_a_fee_with_another_amount_is_lost(world: Json) -> None:
    world["severa"]["nordic"]["/v1/projectfees"][0]["unitCost"]["amount"] += 0.01
    assert (verdict(world).ok, verdict(world).lost) == (False, 1)


def test_F4_a_missing_or_doubled_item_is_not_ok(world: Json) -> None:
    items = world["procountor"]["acme-fi"]["/dimensions"][0]["items"]
    item = items.pop()
    missing = verdict(world)
    items += [item, item]
    doubled = verdict(world)
    assert (missing.ok, missing.lost, doubled.ok, doubled.doubled) == (False, 1, False, 1)


def test_F4_an_item_with_the_old_name_is_not_ok(world: Json) -> None:
    _, number, _ = rename("Another name")
    projects = world["severa"]["nordic"]["/v1/projects"]
    next(one for one in projects if one["number"] == number)["name"] = "Another name"
    assert (verdict(world).ok, verdict(world).lost) == (False, 1)


def test_F4_open_item_of_a_closed_project_is_not_ok(world: Json) -> None:
    for item in world["procountor"]["acme-fi"]["/dimensions"][0]["items"]:
        item.pop("status", None)
    assert (verdict(world).ok, verdict(world).lost) == (False, 1)


def test_F5_a_missing_or_doubled_person_is_not_ok(world: Json) -> None:
    persons = world["procountor"]["acme-fi"]["/persons"]
    person = persons.pop()
    missing = verdict(world)
    persons += [person, person]
    doubled = verdict(world)
    assert (missing.ok, missing.lost, doubled.ok, doubled.doubled) == (False, 1, False, 1)


def test_F5_active_person_of_a_user_who_left_is_not_ok(world: Json) -> None:
    users = world["severa"]["nordic"]["/v1/users"]
    next(one for one in users if one["lastName"] == "Matkaaja 100")["isActive"] = False
    assert (verdict(world).ok, verdict(world).lost) == (False, 1)
