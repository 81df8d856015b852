"""Procountor's operations on a store of objects. Duplicates are accepted, as in the real API."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from zlib import crc32

from gateway.sandbox.procountor import attachments, dimensions, invoices, persons, receipts
from gateway.sandbox.procountor.pages import PAGING, by_ids, next_id, page, seen, since, until
from gateway.sandbox.server.call import (
    Answer,
    Call,
    Filters,
    Json,
    Keeps,
    Refusal,
    dig,
    exactly,
    filtered,
    flag,
    part_of,
)
from gateway.sandbox.world.file import stamp

_VERSIONS: Filters = {"versionStartDate": since("version"), "versionEndDate": until("version")}
_PARTNERS: Filters = {
    "customerNumber": part_of("invoicingInfo", "customerNumber"),
    "identifierType": exactly("invoicingInfo", "identifierType"),
    "type": exactly("type"),
    "active": flag("registryInfo", "active", absent=True),
    **_VERSIONS,
}
_PRODUCTS: Filters = {
    "code": part_of("code"),
    "name": part_of("name"),
    "type": exactly("type"),
    "active": flag("active", absent=True),
    **_VERSIONS,
}
_PARTNER_FIELDS = ("id", "name", "billingAddress", "invoicingInfo", "registryInfo", "type", "version")


def search_partners(call: Call) -> Answer:
    """By number in the query, by name and identifier in headers; inactive ones only on request."""
    identifier, name = call.headers.get("identifier", ""), call.headers.get("name", "")
    _default(call, "active", "true")

    def keeps(one: Json) -> bool:
        same = not identifier or _plain(identifier) == _plain(dig(one, "invoicingInfo", "identifier") or "")
        return same and name.lower() in (one.get("name") or "").lower()

    every = [*call.objects("/businesspartners"), *persons.partners(call)]
    return page(call, filter(keeps, filtered(call, every, _PARTNERS, PAGING)), _PARTNER_FIELDS)


def create_partner(call: Call) -> Answer:
    """A partner; a customer needs an address."""
    if call.body["type"] == "CUSTOMER" and not call.body.get("address"):
        raise Refusal(400, "Value of the 'address' cannot be null.", "address")
    made = _insert(call, "/businesspartners")
    info = made.get("invoicingInfo") or {}
    about = {name: info.get(name) for name in ("customerNumber", "identifier")}
    return Answer(body=seen(made), effect="created", object_id=made["id"], about={"name": made["name"], **about})


def search_products(call: Call) -> Answer:
    """Code and name by substring; travel codes only on request."""
    usual: Keeps = lambda one: bool(call.one("type")) or one.get("type") != "TRAVEL"  # noqa: E731
    return page(call, filter(usual, _found(call, "/products", _PRODUCTS)))


def create_product(call: Call) -> Answer:
    """A product."""
    made = _insert(call, "/products")
    return Answer(body=seen(made), effect="created", object_id=made["id"], about={"code": made.get("code")})


def search_invoices(call: Call) -> Answer:
    """Without rows and notes. What was created under a search lag isn't visible yet."""
    _default(call, "isOffer", "false")
    return page(call, _found(call, "/invoices", invoices.FILTERS), invoices.BASIC)


def company(call: Call) -> Answer:
    """The key's own company: from the world, otherwise from the world's session."""
    session = call.store.get("/sessioninfo", {})
    number = session.get("companyId") or crc32(call.owner.encode()) >> 2
    own = {"id": number, "name": session.get("name") or call.owner}
    return Answer(body=call.store.get("/company") or own)


def exchange_rate(call: Call) -> Answer:
    """Units of a currency for one of the base, the same each day; 404 if the company's list lacks it."""
    latest = call.store.get("/currencies/latest", {})
    rates = {one["currencyCode"]: Decimal(str(one["currencyRate"])) for one in latest.get("rates", ())}
    rates[latest.get("baseCurrency", "")] = Decimal(1)
    base, currency, day = call.one("baseCurrency"), call.one("currency"), call.one("day")
    if base not in rates or currency not in rates:
        raise Refusal(404, "Exchange rate not found.", "currency")
    rate = float(round(rates[currency] / rates[base], 6))
    return Answer(body={"queryDay": day, "currency": currency, "day": day, "rate": rate})


def _whole(path: str, empty: Any) -> Callable[[Call], Answer]:
    return lambda call: Answer(body=call.store.get(path, empty))


OPERATIONS: dict[str, Callable[[Call], Answer]] = {
    "searchBusinessPartners": search_partners,
    "insertBusinessPartner": create_partner,
    "getBusinessPartner": lambda call: by_ids(call, "/businesspartners", "id", "Business partner not found."),
    "getPersons": persons.search,
    "getPersonById": persons.read,
    "insertPerson": persons.create,
    "updatePerson": persons.update,
    "getProducts": search_products,
    "addProduct": create_product,
    "getProduct": lambda call: by_ids(call, "/products", "productId", "Product not found."),
    "searchInvoice": search_invoices,
    "saveInvoice": invoices.create,
    "getInvoice": lambda call: by_ids(call, "/invoices", "invoiceId", "Invoice not found."),
    "approveInvoice1": invoices.approve,
    "send": invoices.send,
    "sendToCirculation": invoices.send_to_circulation,
    "verifyInvoice": invoices.verify,
    "addNotesToInvoice": invoices.write_notes,
    "markInvoiceAsInvalidated": invoices.invalidate,
    "markInvoiceAsUnfinished": invoices.unfinish,
    "saveAttachment": attachments.save,
    "getBankAccounts": lambda call: page(call, _found(call, "/bankaccounts", {})),
    "getFiscalYears": lambda call: Answer(body={"fiscalYears": call.objects("/fiscalyears")}),
    "getVatStatusesForCompany": _whole("/vats/default", {}),
    "searchLedgerReceipt": receipts.search,
    "getLedgerReceipt": receipts.read,
    "updateLedgerReceipt": receipts.update,
    "getCompanyInfo": company,
    "getUsageSettings": _whole("/company/usagesettings", {}),
    "getCompanyLatestRates": _whole("/currencies/latest", {}),
    "getCurrencyExchangeRate": exchange_rate,
    "getSessionInfo": _whole("/sessioninfo", {}),
    "getChartOfAccount": _whole("/coa", {}),
    **dimensions.OPERATIONS,
}


def _found(call: Call, path: str, filters: Filters) -> Any:
    return filtered(call, list(call.objects(path)), filters, PAGING)


def _default(call: Call, name: str, value: str) -> None:
    if not call.one(name):
        call.query.append((name, value))


def _insert(call: Call, path: str) -> Json:
    there = call.objects(path)
    made = {**call.body, "id": next_id(there), "version": stamp("procountor"), **call.unseen()}
    there.append(made)
    return made


def _plain(identifier: str) -> str:
    return identifier.replace("-", "").replace(" ", "").upper()
