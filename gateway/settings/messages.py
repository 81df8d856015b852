"""Errors in a settings file, one line each: where, what is wrong, and what is accepted (B12)."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

Place = tuple[str | int, ...]

#: Plain words for pydantic's error types.
_TEXTS = {
    "missing": "is missing",
    "tuple_type": "must be a list: a line with a dash per entry",
    "model_type": "must be a group of settings with names",
    "bool_type": "must be yes or no",
    "bool_parsing": "must be yes or no",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "string_type": "must be a text: put it in quotes",
}


def lines(error: ValidationError, tree: Any, model: type[BaseModel]) -> list[str]:
    """One line per fault, without any value. A list with a wrong entry is not reported as too short as well."""
    faults = error.errors(include_input=False)
    places = [fault["loc"] for fault in faults]
    return [
        f"{place(fault['loc'], tree)}: {_text(fault, model)}"
        for fault in faults
        if fault["type"] != "too_short" or not any(_within(fault["loc"], other) for other in places)
    ]


def place(loc: Place, tree: Any) -> str:
    """The place as a person finds it: `organisations[0](nordic).companies[1](bolt-fi).sales.status_before`."""
    text, node = "", tree
    for part in loc:
        try:
            node = node[part]
        except (KeyError, IndexError, TypeError):
            node = None
        if isinstance(part, int):
            name = node.get("id") or node.get("name") if isinstance(node, dict) else None
            text += f"[{part}]" + (f"({name})" if name else "")
        else:
            text += ("." if text else "") + part
    return text or "the file"


def _within(outer: Place, inner: Place) -> bool:
    return len(inner) > len(outer) and inner[: len(outer)] == outer


def _text(fault: ErrorDetails, model: type[BaseModel]) -> str:
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "extra_forbidden":
        *folder, name = fault["loc"]
        return _unknown(str(name), _names(model, folder))
    if kind == "value_error":
        return str(context["error"])
    if kind == "string_pattern_mismatch" and (meaning := _meaning(model, fault["loc"])):
        return meaning
    if kind in ("literal_error", "enum"):
        return f"accepted: {context['expected']}"
    return _TEXTS.get(kind, fault["msg"])


def _unknown(name: str, accepted: list[str]) -> str:
    near = difflib.get_close_matches(name, accepted, n=1)
    meant = f"Did you mean {near[0]!r}? " if near else ""
    return f"is not a setting. {meant}Settings here: {', '.join(accepted)}"


def _names(model: type[BaseModel], folder: list[str | int]) -> list[str]:
    found = _model_at(model, folder)
    return sorted(found.model_fields) if found is not None else []


def _meaning(model: type[BaseModel], loc: Place) -> str:
    """The meaning of a setting's pattern: the setting's description."""
    found = _model_at(model, list(loc[:-1]))
    field = found.model_fields.get(str(loc[-1])) if found is not None else None
    return f"accepted: {field.description}" if field is not None and field.description else ""


def _model_at(model: type[BaseModel], folder: list[str | int]) -> type[BaseModel] | None:
    for part in folder:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(part)
        inner = next(_models(field.annotation), None) if field is not None else None
        if inner is None:
            return None
        model = inner
    return model


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The settings models in a type, also inside a tuple or beside None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)
