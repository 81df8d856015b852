"""Procountor's operations over a store of objects. Duplicates are accepted, as the real ones would."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from gateway.sandbox import procountor_invoices as invoices
from gateway.sandbox.call import Answer, Call, Json, Refusal
from gateway.sandbox.world import stamp


def search_partners(call: Call) -> Answer:
    """By number in the query, by name and identifier in headers; inactive ones only when asked for."""
    number, kind = call.one("customerNumber"), call.one("type")
    identifier, name = call.headers.get("identifier", ""), call.headers.get("name", "")
    active = call.one("active", "true") == "true"

    def keeps(one: Json) -> bool:
        info = one.get("invoicingInfo") or {}
        return (
            number in (info.get("customerNumber") or "")
            and (not kind or one.get("type") == kind)
            and (not identifier or _plain(identifier) == _plain(info.get("identifier") or ""))
            and name.lower() in (one.get("name") or "").lower()
            and (one.get("registryInfo") or {}).get("active", True) is active
        )

    fields = ("id", "name", "billingAddress", "invoicingInfo", "registryInfo", "type", "version")
    return page(call, filter(keeps, call.objects("/businesspartners")), fields)


def create_partner(call: Call) -> Answer:
    """A partner; a customer needs an address."""
    if call.body["type"] == "CUSTOMER" and not call.body.get("address"):
        raise Refusal(400, "Value of the 'address' cannot be null.", "address")
    made = _insert(call, "/businesspartners", call.body)
    info = made.get("invoicingInfo") or {}
    about = {name: info.get(name) for name in ("customerNumber", "identifier")}
    return Answer(body=made, effect="created", object_id=made["id"], about={"name": made["name"], **about})


def search_products(call: Call) -> Answer:
    """Code and name by substring; travel codes only when asked for."""
    code, name, kind = call.one("code"), call.one("name"), call.one("type")
    kinds = {kind} if kind else {"SALES", "PURCHASE"}

    def keeps(one: Json) -> bool:
        return code in (one.get("code") or "") and name in one["name"] and one["type"] in kinds

    return page(call, filter(keeps, call.objects("/products")))


def create_product(call: Call) -> Answer:
    """A product."""
    made = _insert(call, "/products", call.body)
    return Answer(body=made, effect="created", object_id=made["id"], about={"code": made.get("code")})


def get_product(call: Call) -> Answer:
    """One product."""
    found = next((one for one in call.objects("/products") if str(one["id"]) == call.path["productId"]), None)
    if found is None:
        raise Refusal(404, "Product not found.")
    return Answer(body=found)


def page(call: Call, found: Iterable[Json], fields: tuple[str, ...] = ()) -> Answer:
    """By id, DESC unless asked for ASC; after `previousId`, or by page number."""
    ascending, size = call.one("orderById", "DESC") == "ASC", int(call.one("size", "50"))
    kept = sorted(found, key=lambda one: int(one["id"]), reverse=not ascending)
    total = len(kept)
    if previous := int(call.one("previousId", "0")):
        kept = [one for one in kept if (one["id"] > previous if ascending else one["id"] < previous)]
    first = int(call.one("page", "0")) * size
    results = kept[first : first + size]
    meta = {
        "pageNumber": int(call.one("page", "0")),
        "pageSize": size,
        "resultCount": len(results),
        "totalCount": total,
    }
    shown = [{name: one[name] for name in fields if name in one} for one in results] if fields else results
    return Answer(body={"results": shown, "meta": meta})


def search_invoices(call: Call) -> Answer:
    """Neither rows nor notes; what was made under a search lag is not seen yet."""
    return page(call, invoices.found(call), invoices.BASIC)


def _list(path: str) -> Callable[[Call], Answer]:
    return lambda call: page(call, call.objects(path))


def _whole(path: str, empty: Any) -> Callable[[Call], Answer]:
    return lambda call: Answer(body=call.store.get(path, empty))


OPERATIONS: dict[str, Callable[[Call], Answer]] = {
    "searchBusinessPartners": search_partners,
    "insertBusinessPartner": create_partner,
    "getProducts": search_products,
    "addProduct": create_product,
    "getProduct": get_product,
    "searchInvoice": search_invoices,
    "saveInvoice": invoices.create,
    "getInvoice": invoices.read,
    "approveInvoice1": invoices.approve,
    "send": invoices.send,
    "markInvoiceAsInvalidated": invoices.invalidate,
    "markInvoiceAsUnfinished": invoices.unfinish,
    "getBankAccounts": _list("/bankaccounts"),
    "getVatStatusesForCompany": _whole("/vats/default", {}),
    "getDimensions": _whole("/dimensions", []),
    "getSessionInfo": _whole("/sessioninfo", {}),
    "getChartOfAccount": _whole("/coa", {}),
}


def _insert(call: Call, path: str, body: Json) -> Json:
    there = call.objects(path)
    made = {**body, "id": invoices.next_id(there), "version": stamp("procountor")}
    there.append(made)
    return made


def _plain(identifier: str) -> str:
    return identifier.replace("-", "").replace(" ", "").upper()
