"""Frozen documents to Avro records and back, by their types: a field has the same name everywhere."""

from __future__ import annotations

import dataclasses
import types
import typing
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, cast

T = TypeVar("T")


def to_record(value: Any) -> Any:
    """A document in fastavro's form."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_record(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [to_record(one) for one in value]
    return value.value if isinstance(value, StrEnum) else value


def from_record(shape: type[T], tree: dict[str, Any]) -> T:
    """A document from fastavro's form. Raises KeyError, TypeError or ValueError if it isn't one."""
    return cast("T", _read(shape, tree))


def _read(shape: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(shape, types.UnionType):
        return _read(next(one for one in typing.get_args(shape) if one is not type(None)), value)
    if typing.get_origin(shape) is tuple:
        return tuple(_read(typing.get_args(shape)[0], one) for one in value)
    if dataclasses.is_dataclass(made := typing.get_origin(shape) or shape):
        return cast(Any, made)(**{name: _read(hint, value[name]) for name, hint in _hints(shape).items()})
    if isinstance(shape, type) and issubclass(shape, StrEnum):
        return shape(value)
    return value


@cache
def _hints(shape: Any) -> dict[str, Any]:
    """Fields and their types, with type variables replaced in a generic document: `Changed[Invoice]`."""
    generic = typing.get_origin(shape) or shape
    given = dict(zip(getattr(generic, "__parameters__", ()), typing.get_args(shape), strict=False))
    return {name: given.get(hint, hint) for name, hint in typing.get_type_hints(generic).items()}
