"""The documents that wait in Severa, flow by flow, as the demo follows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from gateway.documents import Kind
from gateway.documents.keys import WORDS
from gateway.sandbox.world.demo_travel import TRAVEL_BEFORE
from gateway.sandbox.world.demo_world import BEFORE

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A document that waited in Severa at the start."""

    key: str
    company: str
    number: int
    guid: str
    #: What people call it.
    title: str
    #: Its type in Procountor.
    type: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A flow of the demo.

    Attributes:
    kind    as keys have it
    path    the list in Severa
    status  the field of a head that has its status
    before  the status before the transfer
    unit    the guid of a head's business unit; the organisation's lists are given too
    type    the type in Procountor
    """

    kind: Kind
    type: str
    path: str
    status: str
    before: str
    unit: Callable[[Json, Json], str]

    @property
    def title(self) -> str:
        """What people call a document of it."""
        return WORDS[self.kind].document


def _unit_of_user(head: Json, lists: Json) -> str:
    card = next(one for one in lists["/v1/users"] if one["guid"] == head["user"]["guid"])
    return str(card["businessUnit"]["guid"])


#: The flows that the demo shows.
SHOWN = (
    Shown(
        kind=Kind.SALES_INVOICE,
        type="SALES_INVOICE",
        path="/v1/invoices",
        status="status",
        before=BEFORE,
        unit=lambda head, lists: str(head["invoiceNumberBusinessUnitGuid"]),
    ),
    Shown(
        kind=Kind.TRAVEL_REIMBURSEMENT,
        type="TRAVEL_INVOICE",
        path="/v1/travelreimbursements",
        status="travelReimbursementStatus",
        before=TRAVEL_BEFORE,
        unit=_unit_of_user,
    ),
)


def waiting_documents(world: Json, companies_by_unit: dict[str, str]) -> list[Waiting]:
    """Every document in the status before its transfer."""
    return [one for flow in SHOWN for lists in world["severa"].values() for one in _of(flow, lists, companies_by_unit)]


def _of(flow: Shown, lists: Json, companies_by_unit: dict[str, str]) -> Iterator[Waiting]:
    for head in lists.get(flow.path, ()):
        company = companies_by_unit.get(flow.unit(head, lists))
        if head[flow.status]["name"] == flow.before and company:
            key = f"{company}/{flow.kind}/{head['guid']}"
            yield Waiting(key, company, head["number"], head["guid"], flow.title, flow.type)
