"""Ledger receipts: the accounts and dimensions of an invoice's rows, and the last that was written of them."""

from __future__ import annotations

from collections.abc import Iterator

from tests.chaos.evidence import Json
from tests.chaos.finding import Finding
from tests.chaos.flows.registers import Registers
from tests.chaos.judge.case import Case

#: An invoice in Procountor: its company and id.
Place = tuple[str, int]


def differing(case: Case, has: list[Json]) -> Iterator[Finding]:
    """Accounts and dimensions of its entries; without either nothing is to be written."""
    for want in sorted(case.document.entries(), key=lambda one: one["account"] == ""):
        fits = [
            one
            for one in has
            if one["value"] == want["value"]
            and one["items"] == want["items"]
            and want["account"] in ("", one["account"])
        ]
        if fits:
            has.remove(fits[0])
        else:
            yield Finding("missing_effects", case.key, f"receipt: no entry {want}; left are {has}")


def entries(invoice: Json, there: Registers) -> list[Json]:
    """The entries of an invoice's receipt as they are now."""
    receipt = there.receipts.get(invoice.get("ledgerReceiptId"), {})
    return [_entry(one, there) for one in receipt.get("transactions", ()) if one["transactionType"] == "ENTRY"]


def _entry(one: Json, there: Registers) -> Json:
    items = {
        there.dimensions[part["dimensionId"]]: there.items[part["dimensionId"], part["itemId"]]
        for part in one.get("dimensionItemValues") or ()
    }
    return {"account": one["account"], "value": one["accountingValue"], "items": items}


def written_before_booked_again(journal: list[Json]) -> dict[Place, list[Json]]:
    """Entries as they were written last, of the invoices that Procountor booked again after they were read last."""
    written: dict[Place, Json] = {}
    of_receipt: dict[tuple[str, str], Place] = {}
    again: set[Place] = set()
    for entry in journal:
        if entry["operation"] == "updateLedgerReceipt" and entry["effect"]:
            place = entry["company"], entry["object"]["invoiceId"]
            written[place] = entry
            of_receipt[entry["company"], str(entry["object_id"])] = place
            again.discard(place)
        elif entry.get("fault") == "recreated":
            receipt = entry["company"], entry["path"].rpartition("/")[2]
            again.update({of_receipt[receipt]} if receipt in of_receipt else ())
    return {
        place: [
            {
                "account": one["account"],
                "value": one["value"],
                "items": {name: code for name, code, _ in one["dimensions"]},
            }
            for one in written[place]["object"]["entries"]
        ]
        for place in again
    }
