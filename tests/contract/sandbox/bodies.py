"""An invoice as a client would send it."""

from __future__ import annotations

import json
from typing import Any

from gateway.sandbox.world.pdf import pdf


def a_body(**changes: Any) -> dict[str, Any]:
    """One row, paid in cash, sent nowhere; right in every place unless changed."""
    row = {"product": "x", "quantity": 2, "unit": "HOUR", "unitPrice": 10.5, "discountPercent": 0, "vatPercent": 25.5}
    body = {
        "type": "SALES_INVOICE",
        "originalInvoiceNumber": "100",
        "notes": "severa:x#1:abc",
        "date": "2026-03-02",
        "language": "FINNISH",
        "vatStatus": 1,
        "counterParty": {"counterPartyAddress": {"name": "Asiakas Oy"}},
        "paymentInfo": {"paymentMethod": "CASH", "currency": "EUR", "dueDate": "2026-03-16", "currencyRate": 1},
        "extraInfo": {"accountingByRow": True, "unitPricesIncludeVat": False},
        "discountPercent": 0,
        "invoiceRows": [row],
        "invoiceChannel": "NO_SENDING",
        "penaltyPercent": 8,
    }
    return {**body, **changes}


def parts(invoice: int, content: bytes | None = None, **changes: Any) -> dict[str, Any]:
    """The multipart body of an attachment, as httpx takes it."""
    meta = {"name": "invoice-1.pdf", "referenceType": "INVOICE", "referenceId": invoice, "sendWithInvoice": True}
    whole = json.dumps({**meta, "mimeType": "application/pdf", **changes})
    file = ("invoice-1.pdf", pdf(["x"]) if content is None else content, "application/pdf")
    return {"meta": (None, whole, "application/json"), "file": file}
