"""What is wrong with a settings file, one line a fault: where, what, and what is accepted (B12)."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

Place = tuple[str | int, ...]

#: Words for what pydantic says in terms of Python.
_TEXTS = {
    "missing": "is missing",
    "tuple_type": "a list is expected, one line with a dash per entry",
    "model_type": "settings with names are expected here",
    "bool_type": "yes or no is expected",
    "bool_parsing": "yes or no is expected",
    "int_parsing": "a whole number is expected",
    "int_type": "a whole number is expected",
    "int_from_float": "a whole number is expected",
    "float_parsing": "a number is expected",
    "float_type": "a number is expected",
    "string_type": "a text is expected: put it in quotes",
}


def lines(error: ValidationError, tree: Any, model: type[BaseModel]) -> list[str]:
    """One line for each fault. A list whose entry is wrong isn't called empty as well. No value is shown."""
    faults = error.errors(include_input=False)
    places = [fault["loc"] for fault in faults]
    return [
        f"{place(fault['loc'], tree)}: {_text(fault, model)}"
        for fault in faults
        if fault["type"] != "too_short" or not any(_within(fault["loc"], other) for other in places)
    ]


def place(loc: Place, tree: Any) -> str:
    """`organisations[0](nordic).companies[1](bolt-fi).sales.status_before`: a person finds it at once."""
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
        return f"accepted are {context['expected']}"
    return _TEXTS.get(kind, fault["msg"])


def _unknown(name: str, accepted: list[str]) -> str:
    near = difflib.get_close_matches(name, accepted, n=1)
    meant = f"Did you mean {near[0]!r}? " if near else ""
    return f"there is no such setting. {meant}Accepted here: {', '.join(accepted)}"


def _names(model: type[BaseModel], folder: list[str | int]) -> list[str]:
    found = _model_at(model, folder)
    return sorted(found.model_fields) if found is not None else []


def _meaning(model: type[BaseModel], loc: Place) -> str:
    """What a pattern stands for: its setting's description says it."""
    found = _model_at(model, list(loc[:-1]))
    field = found.model_fields.get(str(loc[-1])) if found is not None else None
    return f"accepted are {field.description}" if field is not None and field.description else ""


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
    """The settings' models that a type names, also inside of a tuple or beside None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)
