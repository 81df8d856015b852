"""Calls of one invoice, in three kinds, beside the least that the APIs allow (decision 4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from benchmarks.figures import Figure
from benchmarks.run import ACME, a_stage, calls, moved, wait
from gateway.cli.demo.stage import Stage
from gateway.sandbox.world.demo_world import AFTER, BEFORE, Firm, customer, guid, invoice, row

#: A customer whose partner Procountor has, and one whom neither the gateway nor Procountor has met.
KNOWN, NEW = 100, 300


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of invoice, of a company with these settings. The floors: calls, and which these are."""

    name: str
    procountor: tuple[int, str]
    severa: tuple[int, str]
    firm: Firm = ACME
    customer: int = KNOWN
    codes: tuple[str, ...] = ("CONS", "CONS")
    cost_center: str | None = None


def _chosen() -> Firm:
    """With two dimensions, and the whole PDF as an attachment."""
    sales: dict[str, Any] = {"status_before": BEFORE, "status_after": AFTER, "attachments": "full"}
    sales["dimensions"] = {"project": "Projects", "cost_center": "Cost centers"}
    return replace(ACME, settings={**ACME.settings, "sales": sales})


KINDS = (
    Kind("a common invoice", (1, "the POST"), (4, "rows, grouping (only where S16 is none, X3), head, PATCH")),
    Kind(
        "one with dimensions and an attachment",
        (4, "POST of invoice and of file, GET and PUT of the receipt"),
        (4, "rows, PDF, head, PATCH"),
        firm=_chosen(),
        cost_center="20",
    ),
    Kind(
        "one with a new partner and two new products",
        (8, "a search and a POST of each, as a search takes one; one more for inactive partners (M1); the POST"),
        (7, "rows, the customer's card, the work types of both codes, grouping (X3), head, PATCH"),
        customer=NEW,
        codes=("NEW-1", "NEW-2"),
    ),
)


def calls_of_one() -> list[Figure]:
    """Each kind after one that warmed the worker: logged in; registers, dimensions and their items known."""
    return [figure for kind in KINDS for figure in _calls(kind)]


def _calls(kind: Kind) -> list[Figure]:
    with a_stage({}, firms=(kind.firm,)) as stage:
        _add(stage, replace(kind, customer=KNOWN, codes=("CONS", "CONS")), 1)
        stage.start_worker()
        wait(lambda: moved(stage) == 1, 60, stage)
        before = len(stage.apis.journal())
        _add(stage, kind, 2)
        wait(lambda: moved(stage) == 2, 60, stage)
        entries = stage.apis.journal()[before:]
    return [
        Figure(f"{api} calls of {kind.name}", calls(entries, api.lower()), "calls", *floor)
        for api, floor in (("Procountor", kind.procountor), ("Severa", kind.severa))
    ]


def _add(stage: Stage, kind: Kind, number: int) -> None:
    """An invoice of the kind, made now."""
    own, card = guid(ACME.id, "invoice", number), customer(ACME, kind.customer)
    center = {"costCenter": {"number": kind.cost_center}} if kind.cost_center else {}
    rows = [row(ACME, own, n, code=[code], **center) for n, code in enumerate(kind.codes, start=1)]
    made = invoice(ACME, number, card, rows, createdDateTime="$now")
    paths = {"/v1/customers": [card], "/v1/invoicerows": rows, "/v1/invoices": [made]}
    stage.apis.change({"severa": {"nordic": paths}})
