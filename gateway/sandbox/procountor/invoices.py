"""Procountor's invoices: checks on creation, the status machine, and searches."""

from __future__ import annotations

import copy
from datetime import date
from decimal import Decimal
from typing import Any

from gateway.sandbox.procountor import receipts
from gateway.sandbox.procountor.pages import check_period, next_id, seen, since, until
from gateway.sandbox.server.call import Answer, Call, Filters, Json, Keeps, Refusal, among, flag, part_of
from gateway.sandbox.world.file import stamp

BASIC = (
    "id", "partnerId", "type", "status", "invoiceNumber", "originalInvoiceNumber", "invoiceChannel", "date", "dueDate",
    "created", "version", "invoiceSumInfo", "creatorId", "counterParty",
)  # fmt: skip
PATH = "/invoices"
#: The VAT status of domestic sales, which the vendor publishes.
DOMESTIC = 1
TRAVEL = "TRAVEL_INVOICE"
_HOME_CURRENCY = {"FINLAND": "EUR", "SWEDEN": "SEK"}


def _of_products(call: Call, parameter: str) -> Keeps:
    wanted = frozenset(call.several(parameter))
    return lambda one: any(str(row.get("productId")) in wanted for row in one.get("invoiceRows") or ())


#: The original number is matched by part: the caller must compare (docs/api-facts.md 28).
FILTERS: Filters = {
    "status": among("status"),
    "types": among("type"),
    "invoiceChannel": among("invoiceChannel"),
    "businessPartnerId": among("partnerId"),
    "originalInvoiceNumber": part_of("originalInvoiceNumber"),
    "invoiceNumber": among("invoiceNumber"),
    "productId": _of_products,
    "isOffer": flag("isOffer", absent=False),
    "startDate": since("date"),
    "endDate": until("date"),
    "createdStartDate": since("created"),
    "createdEndDate": until("created"),
    "versionStartDate": since("version"),
    "versionEndDate": until("version"),
    "dueStartDate": since("dueDate"),
    "dueEndDate": until("dueDate"),
}


def create(call: Call) -> Answer:
    """Always UNFINISHED, numbered by Procountor, with a ledger receipt."""
    body = copy.deepcopy(call.body)
    _check(call, body)
    there, now = call.objects(PATH), stamp("procountor")
    number = next_id(there)
    made = {
        **body,
        "id": number,
        "status": "UNFINISHED",
        "invoiceNumber": number,
        "version": now,
        "created": now,
        "dueDate": body["paymentInfo"]["dueDate"],
        "invoiceSumInfo": [_sums(body)],
        **call.unseen(),
    }
    if made["paymentInfo"].get("bankReferenceCode") == "":
        made["paymentInfo"]["bankReferenceCode"] = _reference(number)
    for name in ("billingAddress", "deliveryAddress"):
        made.setdefault(name, body["counterParty"]["counterPartyAddress"])
    if call.owner in call.limits["no_echo"]:
        made.pop("originalInvoiceNumber", None)
    if "userId" in (session := call.store.get("/sessioninfo", {})):
        made["creatorId"] = session["userId"]
    made["ledgerReceiptId"] = receipts.book(call.store, made, call.twist)
    there.append(made)
    about = {name: body.get(name) for name in ("originalInvoiceNumber", "notes", "partnerId")}
    shown = seen(made, without=("created", "dueDate"))
    return Answer(body=shown, effect="created", object_id=number, about={**about, "total": _sums(body)})


def approve(call: Call) -> Answer:
    """UNFINISHED to NOT_SENT, a travel invoice from VERIFIED to APPROVED; 403 in another status, as 400 isn't among its
    answers.
    """
    if _there(call)["type"] == TRAVEL:
        return _move(call, ("VERIFIED",), "APPROVED", refused=403)
    return _move(call, ("UNFINISHED",), "NOT_SENT", refused=403)


def send_to_circulation(call: Call) -> Answer:
    """A travel invoice from UNFINISHED to RECEIVED; 403 without a circulation."""
    if call.owner in call.limits["no_circulation"]:
        raise Refusal(403, "No circulation is configured for travel invoices.", "status")
    return _move(call, ("UNFINISHED",) if _there(call)["type"] == TRAVEL else (), "RECEIVED", refused=403)


def verify(call: Call) -> Answer:
    """A travel invoice from RECEIVED to VERIFIED."""
    return _move(call, ("RECEIVED",), "VERIFIED", refused=403)


def send(call: Call) -> Answer:
    """NOT_SENT or SENT to SENT: the customer gets it each time."""
    return _move(call, ("NOT_SENT", "SENT"), "SENT")


def invalidate(call: Call) -> Answer:
    """Any valid invoice to INVALIDATED, in an open period."""
    valid = ("UNFINISHED", "NOT_SENT", "SENT", "RECEIVED", "VERIFIED", "APPROVED")
    return _move(call, valid, "INVALIDATED", open_period=True)


def unfinish(call: Call) -> Answer:
    """NOT_SENT back to UNFINISHED."""
    return _move(call, ("NOT_SENT",), "UNFINISHED")


def write_notes(call: Call) -> Answer:
    """Replace the internal notes, in any status."""
    one = _there(call)
    one |= {"notes": call.body["notes"], "version": stamp("procountor")}
    body = {"message": "Notes were added to the invoice."}
    return Answer(body=body, effect="updated", object_id=one["id"], about={"notes": one["notes"]})


def _there(call: Call) -> Json:
    for one in call.objects(PATH):
        if str(one["id"]) == call.path["invoiceId"]:
            return one
    raise Refusal(404, "Invoice not found.")


def _move(call: Call, allowed: tuple[str, ...], to: str, open_period: bool = False, refused: int = 400) -> Answer:
    one = _there(call)
    if one["status"] not in allowed:
        raise Refusal(refused, f"Invoice in status {one['status']} can't become {to}.", "status")
    if open_period:
        check_period(call, one.get("date", ""))
    one |= {"status": to, "version": stamp("procountor")}
    receipts.follow(call, one)
    about = {"status": to, "originalInvoiceNumber": one.get("originalInvoiceNumber")}
    return Answer(body={"message": f"Invoice is now {to}."}, effect="status", object_id=one["id"], about=about)


def _check(call: Call, body: Json) -> None:
    """What the API demands beyond the schema (docs/api-facts.md 33, 34, 35)."""
    sales = body["type"] == "SALES_INVOICE"
    if sales and not body.get("language"):
        raise Refusal(400, "Value of the 'language' cannot be null.", "language")
    if sales and body.get("vatStatus") is None:
        raise Refusal(400, "Value of the 'vatStatus' cannot be null.", "vatStatus")
    payment = body["paymentInfo"]
    days = (date.fromisoformat(payment["dueDate"]) - date.fromisoformat(body["date"])).days
    if days < 0:
        raise Refusal(400, "DUE_DATE_BEFORE_BILL_DATE", "paymentInfo.dueDate")
    if days > 999:
        raise Refusal(400, "Payment term is too long.", "paymentInfo.dueDate")
    account = (payment.get("bankAccount") or {}).get("accountNumber")
    own = {one["iban"].replace(" ", "") for one in call.objects("/bankaccounts")}
    if payment["paymentMethod"] != "CASH" and account not in own:
        raise Refusal(400, "Bank account is not one of the company's own.", "paymentInfo.bankAccount")
    _check_numbers(call, body)
    _check_channel(body)
    check_period(call, body["date"])
    _check_register(call, body)
    _check_vat_statuses(call, body)


def _check_numbers(call: Call, body: Json) -> None:
    """Scales, the rate of the home currency, and the check digit of a reference."""
    for name, scale in (("penaltyPercent", 2), ("discountPercent", 4)):
        value = Decimal(str(body.get(name) or 0))
        if value != round(value, scale):
            raise Refusal(400, f"Value of the '{name}' field has more than {scale} decimals.", name)
    if Decimal(str(body.get("penaltyPercent") or 0)) > Decimal("999.99"):
        raise Refusal(400, "Value of the 'penaltyPercent' field is too large.", "penaltyPercent")
    for n, row in enumerate(body["invoiceRows"]):
        if Decimal(str(row["quantity"])) != round(Decimal(str(row["quantity"])), 4):
            raise Refusal(400, "Value of the 'quantity' field has more than 4 decimals.", f"invoiceRows[{n}].quantity")
    payment = body["paymentInfo"]
    home = _HOME_CURRENCY.get(call.store.get("/sessioninfo", {}).get("country"))
    if payment["currency"] == home and payment["currencyRate"] != 1:
        raise Refusal(400, "Value of the 'currencyRate' field is 1 in the home currency.", "paymentInfo.currencyRate")
    code, kind = payment.get("bankReferenceCode") or "", payment.get("bankReferenceCodeType")
    if code and kind in (None, "RF", "FI") and not (_is_creditor_reference(code) or _is_finnish_reference(code)):
        raise Refusal(400, "The reference number's check digit is wrong.", "paymentInfo.bankReferenceCode")


def _check_channel(body: Json) -> None:
    party, channel = body["counterParty"], body["invoiceChannel"]
    address = party["counterPartyAddress"]
    needed = [address] + ([body.get("billingAddress", address)] if channel == "ELECTRONIC_INVOICE" else [])
    complete = all(one.get(name) for one in needed for name in ("street", "zip", "city"))
    if channel in ("EDIFACT", "PAPER_INVOICE"):
        raise Refusal(400, f"Channel {channel} is not allowed.", "invoiceChannel")
    if channel in ("MAIL", "ELECTRONIC_INVOICE") and not complete:
        raise Refusal(400, "Street, zip and city are mandatory.", "counterParty.counterPartyAddress")
    if channel == "EMAIL" and not party.get("email"):
        raise Refusal(400, "Value of the 'email' cannot be blank.", "counterParty.email")
    einvoice = party.get("einvoiceAddress") or {}
    if channel == "ELECTRONIC_INVOICE" and not einvoice.get("address"):
        raise Refusal(400, "E-invoice address is mandatory.", "counterParty.einvoiceAddress")
    if channel == "ELECTRONIC_INVOICE" and address.get("country") == "FINLAND" and not einvoice.get("operator"):
        raise Refusal(400, "E-invoice operator is mandatory.", "counterParty.einvoiceAddress.operator")


def _check_register(call: Call, body: Json) -> None:
    travel = body["type"] == TRAVEL
    partners = {one["id"] for one in call.objects("/persons" if travel else "/businesspartners")}
    if body.get("partnerId") is not None and body["partnerId"] not in partners:
        raise Refusal(400, "Business partner not found.", "partnerId")
    products = {one["id"] for one in call.objects("/products") if (one.get("type") == "TRAVEL") is travel}
    percents, _ = _vat(call, "purchase" if travel else "sales")
    for n, row in enumerate(body["invoiceRows"]):
        if row.get("productId") is not None and row["productId"] not in products:
            raise Refusal(400, "Product not found.", f"invoiceRows[{n}].productId")
        if percents and row["vatPercent"] not in percents:
            raise Refusal(400, "VAT percentage is not in use.", f"invoiceRows[{n}].vatPercent")


def _check_vat_statuses(call: Call, body: Json) -> None:
    """Statuses that the company uses for sales, and 0 % for all but the domestic one (docs/api-facts.md 45)."""
    _, statuses = _vat(call)
    if body["type"] != "SALES_INVOICE":
        return
    own = [(f"invoiceRows[{n}].vatStatus", row) for n, row in enumerate(body["invoiceRows"])]
    for place, one in [("vatStatus", body), *own]:
        number = one.get("vatStatus")
        if statuses and number is not None and number not in statuses:
            raise Refusal(400, f"VAT status {number} is not in use.", place)
    for place, row in own:
        if row["vatPercent"] and row.get("vatStatus", body["vatStatus"]) != DOMESTIC:
            raise Refusal(400, "VAT percentage must be 0 with this VAT status.", place)


def _vat(call: Call, use: str = "sales") -> tuple[set[float], set[int]]:
    """Percentages and statuses in use for sales or purchases; none if the world doesn't say."""
    vats = call.store.get("/vats/default", {})
    rates = [rate for one in vats.get("vatInformation", ()) for rate in one["percentages"]]
    statuses = {one["vatStatus"] for one in vats.get("vatStatuses", ()) if one[use]}
    return {rate["vatPercent"] for rate in rates if rate[use]}, statuses


def _sums(body: Json) -> dict[str, Any]:
    net = vat = Decimal(0)
    for row in body["invoiceRows"]:
        amount, tax = receipts.amounts(row, body["extraInfo"])
        net += amount
        vat += tax
    return {
        "currency": body["paymentInfo"]["currency"],
        "inAccountingCurrency": False,
        "excludingVatTotal": float(net),
        "vatSumTotal": float(vat),
        "invoiceSumTotal": float(net + vat),
    }


def _is_creditor_reference(code: str) -> bool:
    """RF and two check digits (ISO 11649)."""
    if not (code.isascii() and code.isalnum() and code[:2].upper() == "RF" and code[2:4].isdecimal()):
        return False
    return int("".join(str(int(sign, 36)) for sign in code[4:] + code[:4])) % 97 == 1


def _is_finnish_reference(code: str) -> bool:
    return code.isascii() and code.isdecimal() and 4 <= len(code) <= 20 and code == _checked(code[:-1])


def _reference(number: int) -> str:
    return _checked(f"{number:04d}")


def _checked(digits: str) -> str:
    """A reference number with its check digit (weights 7, 3, 1 from the right)."""
    weighed = sum(int(digit) * (7, 3, 1)[place % 3] for place, digit in enumerate(reversed(digits)))
    return digits + str(-weighed % 10)
