"""A company's registers in Procountor, by what they are asked for: a run has thousands of each."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

Json = dict[str, Any]


class Registers:
    """Partners, persons, products, receipts and dimension items by id; partners and invoices also by number."""

    def __init__(self, there: Json) -> None:
        self.partners = {one["id"]: one for one in there["/businesspartners"]}
        self.products = {one["id"]: one.get("code") for one in there["/products"] if one["type"] != "TRAVEL"}
        self.receipts: dict[Any, Json] = {one["id"]: one for one in there.get("/ledgerreceipts", ())}
        self.dimensions = {one["id"]: one["name"] for one in there.get("/dimensions", ())}
        self.items = {
            (one["id"], item["id"]): item["codeName"]
            for one in there.get("/dimensions", ())
            for item in one.get("items") or ()
        }
        self.codes = {one.get("code") for one in there["/products"] if one["type"] != "TRAVEL"}
        self.travel = {one["id"]: one["code"] for one in there["/products"] if one["type"] == "TRAVEL"}
        self.travel_codes = set(self.travel.values())
        self.persons: dict[Any, Json] = {one["id"]: one for one in there["/persons"]}
        self.identifiers = {one["invoicingInfo"]["identifier"] for one in there["/persons"]}
        self.customers: dict[str, list[Json]] = defaultdict(list)
        for one in there["/businesspartners"]:
            self.customers[one["invoicingInfo"]["customerNumber"]].append(one)
        self.invoices: dict[tuple[str, str], list[Json]] = defaultdict(list)
        for one in there["/invoices"]:
            self.invoices[one["type"], one["originalInvoiceNumber"]].append(one)
