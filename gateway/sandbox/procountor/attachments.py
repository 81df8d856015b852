"""Procountor's attachments and their checks. A duplicate is accepted, as in the real API."""

from __future__ import annotations

import re

from gateway.sandbox.server.call import Answer, Call, Refusal
from gateway.sandbox.world.pdf import pages

#: The most bytes of a file (decimal).
MOST = 10_000_000


def save(call: Call) -> Answer:
    """Stored with its invoice, which shows it."""
    meta = call.body["meta"]
    if meta["referenceType"] != "INVOICE":
        raise Refusal(400, f"the sandbox doesn't serve the reference type {meta['referenceType']}", "referenceType")
    invoice = next((one for one in call.objects("/invoices") if one["id"] == meta["referenceId"]), None)
    if invoice is None:
        raise Refusal(404, "Invoice not found.")
    if meta["sendWithInvoice"] and invoice["type"] not in ("SALES_INVOICE", "SALES_ORDER", "PURCHASE_ORDER"):
        raise Refusal(400, "Attachments of this type can't be sent with the invoice.", "sendWithInvoice")
    if not re.search(r"\.[A-Za-z0-9]+$", meta["name"]):
        raise Refusal(400, "The name has no extension that shows the type.", "name")
    if len(call.file) > MOST:
        raise Refusal(400, f"The file is larger than {MOST} bytes.", "file")
    known = [one["id"] for other in call.objects("/invoices") for one in other.get("attachments") or ()]
    made = {**meta, "id": max(known, default=0) + 1}
    invoice["attachments"] = [*(invoice.get("attachments") or ()), made]
    about = {name: meta[name] for name in ("name", "referenceId", "sendWithInvoice")}
    about |= {"size": len(call.file), "pages": pages(call.file)}
    about |= {"originalInvoiceNumber": invoice.get("originalInvoiceNumber")}
    return Answer(body=made, effect="created", object_id=made["id"], about=about)
