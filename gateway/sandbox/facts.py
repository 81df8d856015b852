"""What both APIs accept, as JSON Schema from trimmed facts: an undeclared field or parameter fails (decision 21)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs

#: What a world may contain, by path: the model of each object; (model,) for a single object under its path.
WORLD: dict[str, dict[str, str | tuple[str]]] = {
    "severa": {
        "/v1/invoices": "InvoiceOutputModel",
        "/v1/invoicerows": "InvoiceRowOutputModel",
        "/v1/invoicefiles": "InvoiceFileModel",
        "/v1/invoicesettings": "InvoiceSettingsOutputModel",
        "/v1/invoicestatuses": "InvoiceStatusModel",
        "/v1/businessunits": "BusinessUnitModel",
        "/v1/bankaccounts": "BankAccountOutputModel",
        "/v1/customers": "CustomerModel",
        "/v1/projects": "ProjectOutputModel",
        "/v1/products": "ProductOutputModel",
        "/v1/worktypes": "WorkTypeOutputModel",
        "/v1/travelexpensetypes": "TravelExpenseTypeOutputModel",
        "/v1/costcenters": "CostCenterModel",
        "/v1/salesaccounts": "SalesAccountModel",
        "/v1/vatrates": "VatRateOutputModel",
        "/v1/currencies": "CurrencyOutputModel",
        "/v1/workhours": "WorkHourOutputModel",
        "/v1/projectfees": "ProjectFeeOutputModel",
        "/v1/flatrates": "FlatRateOutputModel",
        "/v1/projecttravelexpenses": "ProjectTravelExpenseOutputModel",
        "/v1/travelreimbursements": "TravelReimbursementOutputModel",
        "/v1/travelreimbursementstatuses": "TravelReimbursementStatusModel",
        "/v1/travelexpensefiles": "ProjectTravelExpenseFileModel",
        "/v1/users": "UserOutputModel",
        "/v1/reimbursedworkhours": "ReimbursedWorkHourOutputModel",
        "/v1/reimbursedprojectfees": "ReimbursedProjectFeeOutputModel",
        "/v1/reimbursedprojecttravelexpenses": "ReimbursedProjectTravelExpenseOutputModel",
    },
    "procountor": {
        "/businesspartners": "BusinessPartner",
        "/persons": "Person",
        "/products": "Product",
        "/invoices": "Invoice",
        "/bankaccounts": "CompanyBankAccountBasicInfo",
        "/fiscalyears": "FiscalYear",
        "/dimensions": "Dimension",
        "/ledgerreceipts": "LedgerReceipt",
        "/vats/default": ("VatInformation",),
        "/currencies/latest": ("CurrencyGroupRates",),
        "/coa": ("LedgerAccounts",),
        "/sessioninfo": ("SessionInfo",),
        "/company": ("Company",),
        "/company/usagesettings": ("CompanyUsageSettings",),
    },
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of an API, by the vendor's id."""

    name: str
    method: str
    path: re.Pattern[str]
    scopes: tuple[str, ...]
    query: Mapping[str, Any]
    foreign: frozenset[str]  # headers that only other operations declare
    body: Any
    parts: bool  # the body is multipart/form-data


@cache
def operations(api: str) -> tuple[Operation, ...]:
    """The operations of `severa` or `procountor` that the sandbox serves."""
    found, declared = [], {name for one in _facts(api)["operations"].values() for name in one["headers"]}
    for name, one in _facts(api)["operations"].items():
        path = re.compile("^" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", one["path"]) + "$")
        body = _validator(api, one["body"]) if one["body"] is not None else None
        query = {key: (schema, _validator(api, schema)) for key, schema in one["query"].items()}
        foreign = frozenset(declared - set(one["headers"]))
        found.append(Operation(name, one["method"], path, tuple(one["scopes"]), query, foreign, body, "parts" in one))
    return tuple(found)


def match(api: str, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
    """The operation of a call, with its path parameters."""
    for operation in operations(api):
        found = operation.path.match(path)
        if found and operation.method == method:
            return operation, found.groupdict()
    return None


def problems(
    operation: Operation, query: Iterable[tuple[str, str]], body: Any, repeated: bool, headers: Iterable[str] = ()
) -> list[str]:
    """What is wrong with a call. `repeated`: arrays in the query repeat the name; otherwise they are
    comma-separated.
    """
    wrong = [f"header {name} is not declared" for name in headers if name in operation.foreign]
    given: dict[str, list[str]] = {}
    for name, value in query:
        given.setdefault(name, []).append(value)
    for name, values in given.items():
        if name not in operation.query:
            wrong.append(f"query parameter {name} is not declared")
            continue
        schema, validator = operation.query[name]
        value = _typed(schema, values, repeated)
        wrong += [f"query parameter {name}: {error.message}" for error in validator.iter_errors(value)]
    if operation.body is not None:
        wrong += [_said(error) for error in operation.body.iter_errors(body)]
    elif body is not None:
        wrong.append("a body is not declared")
    return wrong


def wrong_object(api: str, path: str, one: Any) -> str | None:
    """What is wrong with an object of a world, or None. It may omit what the model requires."""
    error = next(_world(api)[path].iter_errors(one), None)
    return _said(error) if error else None


def wrong_answer(api: str, operation: str, body: Any) -> list[str]:
    """How an answer differs from the model of its operation."""
    schema = _facts(api)["operations"][operation]["answer"]
    return [_said(error) for error in _validator(api, schema).iter_errors(body)]


def schema(api: str, model: str) -> Any:
    """A model from the facts, for code that creates its objects."""
    return _facts(api)["schemas"][model]


@cache
def _facts(api: str) -> Any:
    return json.loads(files("gateway.sandbox").joinpath("facts", f"{api}.json").read_text(encoding="utf-8"))


@cache
def _models(api: str) -> Any:
    return {name: _closed(schema) for name, schema in _facts(api)["schemas"].items()}


@cache
def _world(api: str) -> Any:
    """Validators by path."""
    models = _without(_models(api), "required")
    if api == "procountor":  # what only searches show is stored with the invoice
        models["Invoice"]["properties"] |= models["InvoiceBasicInfo"]["properties"]
    names = {path: model if isinstance(model, str) else model[0] for path, model in WORLD[api].items()}
    return {path: _compiled(api, {"$ref": f"#/definitions/{name}"}, models) for path, name in names.items()}


def _validator(api: str, schema: Any) -> Any:
    return _compiled(api, _closed(schema), _models(api))


def _compiled(api: str, schema: Any, models: Any) -> Any:
    whole = {**schema, "definitions": models} if "$ref" in json.dumps(schema) else schema
    formats = {"date-time": _is_local} if api == "procountor" else {}
    return jsonschema_rs.validator_for(whole, validate_formats=True, formats=formats)


def _is_local(text: str) -> bool:
    """Procountor's times have no zone."""
    return re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?", text) is not None and _is_time(text)


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _said(error: Any) -> str:
    place = "/".join(map(str, error.instance_path))
    return f"{place}: {error.message}" if place else str(error.message)


def _without(node: Any, name: str) -> Any:
    """A copy of schemas without a keyword."""
    if isinstance(node, list):
        return [_without(one, name) for one in node]
    if not isinstance(node, dict):
        return node
    kept = {key: value for key, value in node.items() if key != name or not isinstance(value, list)}
    return {key: _without(value, name) for key, value in kept.items()}


def _typed(schema: Mapping[str, Any], values: list[str], repeated: bool) -> Any:
    """The words of a query in the types of its schema; a word of another type stays text and fails."""
    if schema.get("type") == "array":
        words = values if repeated else ",".join(values).split(",")
        return [_typed(schema.get("items", {}), [word], repeated) for word in words]
    value = values[-1]
    if schema.get("type") in ("integer", "number"):
        if not re.fullmatch(r"-?\d+(\.\d+)?", value):
            return value
        return float(value) if "." in value else int(value)
    if schema.get("type") == "boolean":
        return {"true": True, "false": False}.get(value, value)
    return value


def _closed(schema: Any) -> Any:
    """OpenAPI's schema as JSON Schema: nullable in types, no undeclared properties."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"$ref": "#/definitions/" + schema["$ref"].rsplit("/", 1)[1]}
    properties = {name: _closed(one) for name, one in schema.get("properties", {}).items()}
    rest = {name: _closed(one) for name, one in schema.items() if name not in ("properties", "nullable")}
    if properties:
        rest |= {"properties": properties, "additionalProperties": False}
    return {"anyOf": [rest, {"type": "null"}]} if schema.get("nullable") else rest
