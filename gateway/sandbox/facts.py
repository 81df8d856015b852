"""What both APIs accept, by JSON Schema from trimmed facts: an undeclared field or parameter fails (decision 21)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of an API, by the vendor's own id."""

    name: str
    method: str
    path: re.Pattern[str]
    scopes: tuple[str, ...]
    query: Mapping[str, Any]
    body: Any


@cache
def operations(api: str) -> tuple[Operation, ...]:
    """The operations of `severa` or `procountor` that the sandbox serves."""
    facts = json.loads(files("gateway.sandbox").joinpath("facts", f"{api}.json").read_text(encoding="utf-8"))
    definitions = {name: _closed(schema) for name, schema in facts["schemas"].items()}
    found = []
    for name, one in facts["operations"].items():
        path = re.compile("^" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", one["path"]) + "$")
        body = None
        if one["body"] is not None:
            body = jsonschema_rs.validator_for({**_closed(one["body"]), "definitions": definitions})
        query = {
            key: jsonschema_rs.validator_for({**_closed(schema), "definitions": definitions})
            for key, schema in one["query"].items()
        }
        types = {key: (schema, query[key]) for key, schema in one["query"].items()}
        found.append(Operation(name, one["method"], path, tuple(one["scopes"]), types, body))
    return tuple(found)


def match(api: str, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
    """The operation of a call, with its path parameters."""
    for operation in operations(api):
        found = operation.path.match(path)
        if found and operation.method == method:
            return operation, found.groupdict()
    return None


def problems(operation: Operation, query: Iterable[tuple[str, str]], body: Any, repeated: bool) -> list[str]:
    """What is wrong with a call. `repeated`: arrays in the query repeat the name, else they are comma-separated."""
    wrong = []
    given: dict[str, list[str]] = {}
    for name, value in query:
        given.setdefault(name, []).append(value)
    for name, values in given.items():
        if name not in operation.query:
            wrong.append(f"query parameter {name} is not declared")
            continue
        schema, validator = operation.query[name]
        wrong += [
            f"query parameter {name}: {error.message}"
            for error in validator.iter_errors(_typed(schema, values, repeated))
        ]
    if operation.body is not None:
        wrong += [
            f"{'/'.join(map(str, error.instance_path))}: {error.message}" for error in operation.body.iter_errors(body)
        ]
    elif body is not None:
        wrong.append("a body is not declared")
    return wrong


def _typed(schema: Mapping[str, Any], values: list[str], repeated: bool) -> Any:
    if schema.get("type") == "array":
        return values if repeated else ",".join(values).split(",")
    value = values[-1]
    if schema.get("type") in ("integer", "number"):
        return int(value) if re.fullmatch(r"-?\d+", value) else value
    if schema.get("type") == "boolean":
        return {"true": True, "false": False}.get(value, value)
    return value


def _closed(schema: Any) -> Any:
    """OpenAPI's schema as JSON Schema: nullable said in types, no property beyond the declared ones."""
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
