"""Objects that are kept in step, compared in both worlds: costs of purchase invoices, items of dimensions, persons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gateway.documents import Kind
from gateway.settings import Company, GatewaySettings

Json = dict[str, Any]

#: The status of a closed item in Procountor.
CLOSED = "P"
#: What people call the objects of each flow.
TITLES = {
    Kind.COST_ALLOCATION: "costs of purchase invoices",
    Kind.DIMENSION_ITEM: "projects",
    Kind.USER: "users",
}


@dataclass(frozen=True, slots=True)
class Followed:
    """An object at its source, and what the other system has of it."""

    key: str
    company: str
    kind: Kind
    #: How many the other system has.
    copies: int
    #: Whether the other system has what it should.
    is_in_step: bool


def followed(world: Json, settings: GatewaySettings) -> list[Followed]:
    """Every object of the companies whose flows are on."""
    found: list[Followed] = []
    for organisation in settings.organisations:
        for company in organisation.companies:
            severa, procountor = world["severa"][organisation.name], world["procountor"][company.id]
            if company.purchases.enabled:
                found += _costs(company, severa, procountor)
            if company.dimensions.enabled:
                found += _projects(company, severa, procountor)
            if company.people.enabled:
                found += _users(company, severa, procountor)
    return found


def _costs(company: Company, severa: Json, procountor: Json) -> Iterator[Followed]:
    """Each share of an entry should be one project fee, with the same project, amount and purchase invoice."""
    numbers = {one["id"]: one["codeName"] for one in _items(company.purchases.project_dimension, procountor)}
    projects = {str(one["number"]): one["guid"] for one in severa["/v1/projects"]}
    for receipt in (one for one in procountor["/ledgerreceipts"] if one["type"] == "PURCHASE_INVOICE"):
        shares = [share for line in receipt["transactions"] for share in line.get("dimensionItemValues") or ()]
        for n, share in enumerate(shares, start=1):
            wanted = projects.get(numbers[share["itemId"]]), Decimal(str(share["value"]))
            said = f"({receipt['invoiceNumber']} in Procountor)"
            copies = sum(_fee(one) == wanted and said in one["description"] for one in severa["/v1/projectfees"])
            key = f"{company.id}/{Kind.COST_ALLOCATION}/{receipt['invoiceId']}-{n}"
            yield Followed(key, company.id, Kind.COST_ALLOCATION, copies, copies > 0)


def _fee(fee: Json) -> tuple[str, Decimal]:
    return fee["project"]["guid"], Decimal(str(fee["unitCost"]["amount"]))


def _projects(company: Company, severa: Json, procountor: Json) -> Iterator[Followed]:
    """An open project should have an open item with its name. That of a closed project, if it has one, is closed."""
    items = _items(company.dimensions.project, procountor)
    for project in _own(company, severa["/v1/projects"]):
        own = [one for one in items if one.get("codeName") == str(project["number"])]
        is_open = [one.get("status") != CLOSED for one in own]
        if project["isClosed"]:
            is_in_step = not any(is_open)
        else:
            is_in_step = any(is_open) and any(one.get("description") == project["name"] for one in own)
        key = f"{company.id}/{Kind.DIMENSION_ITEM}/project-{project['guid']}"
        yield Followed(key, company.id, Kind.DIMENSION_ITEM, len(own), is_in_step)


def _users(company: Company, severa: Json, procountor: Json) -> Iterator[Followed]:
    """An active user should have one active person with the same personal number; one who left has none."""
    for user in _own(company, severa["/v1/users"]):
        if not user["socialSecurityNumber"]:
            continue
        own = [one for one in procountor["/persons"] if _number(one) == user["socialSecurityNumber"]]
        is_in_step = any((one.get("registryInfo") or {}).get("active") for one in own) is user["isActive"]
        yield Followed(f"{company.id}/{Kind.USER}/{user['guid']}", company.id, Kind.USER, len(own), is_in_step)


def _number(person: Json) -> object:
    """The personal number; None while the sandbox, in its thread, replaces the person."""
    return (person.get("invoicingInfo") or {}).get("identifier")


def _own(company: Company, objects: list[Json]) -> list[Json]:
    return [one for one in objects if (one.get("businessUnit") or {}).get("guid") == company.business_unit]


def _items(dimension: str | None, procountor: Json) -> list[Json]:
    return [item for one in procountor["/dimensions"] if one["name"] == dimension for item in one["items"]]
