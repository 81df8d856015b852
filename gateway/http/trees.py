"""Fields of an answer, read by the type that the API declares. Null and absent are None; another type raises Odd.

Every field is read here before it is used. Otherwise a text in place of a number would fail somewhere later, as if the
gateway had a fault.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar

Json = dict[str, Any]
T = TypeVar("T")
E = TypeVar("E", bound=Enum)

#: No id, number or count is larger than this.
LARGEST = 2**63
#: No number has more digits on either side of its point: a double has fewer (1074). Ten characters of JSON, such as
#: 1e9999999, would keep an encoder busy for minutes.
DIGITS = 1100


class Odd(ValueError):
    """An answer, or one of its fields, is not what the API declares. The text names the field and shows no value."""


def an_object(tree: object, name: str = "the answer") -> Json:
    """The tree as an object."""
    if not isinstance(tree, dict):
        raise _odd(name, "an object", tree)
    return tree


def a_list(tree: object, name: str = "the answer") -> list[Any]:
    """The tree as a list, whose entries are read one by one."""
    if not isinstance(tree, list):
        raise _odd(name, "a list", tree)
    return tree


def needed(found: T | None, name: str) -> T:
    """A field that must not be absent."""
    if found is None:
        raise Odd(f"{name} is missing")
    return found


def text(tree: object, name: str) -> str | None:
    """A text."""
    value = an_object(tree).get(name)
    if value is not None and not isinstance(value, str):
        raise _odd(name, "a text", value)
    return value


def flag(tree: object, name: str) -> bool:
    """A boolean; null is false."""
    value = an_object(tree).get(name)
    if value is not None and not isinstance(value, bool):
        raise _odd(name, "true or false", value)
    return bool(value)


def number(tree: object, name: str) -> Decimal | None:
    """A finite number."""
    value = an_object(tree).get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not Decimal(value).is_finite():
        raise _odd(name, "a number", value)
    found = Decimal(value)
    if found.adjusted() > DIGITS or int(found.as_tuple().exponent) < -DIGITS:
        raise Odd(f"{name}: a number of fewer digits is expected")
    return found


def integer(tree: object, name: str) -> int | None:
    """A whole number."""
    value = number(tree, name)
    if value is None:
        return None
    if abs(value) >= LARGEST or value != value.to_integral_value():
        raise Odd(f"{name}: a whole number is expected")
    return int(value)


def moment(tree: object, name: str) -> datetime | None:
    """A day or a time in ISO 8601, with or without a zone; an empty text is None."""
    value = text(tree, name)
    try:
        return datetime.fromisoformat(value) if value else None
    except ValueError:
        raise Odd(f"{name}: a time in ISO 8601 is expected") from None


def one_of(kind: type[E], tree: object, name: str) -> E | None:
    """A value of an enumeration; an empty text is None."""
    value = text(tree, name)
    try:
        return kind(value) if value else None
    except ValueError:
        raise Odd(f"{name}: a value that the gateway doesn't know") from None


def part(tree: object, name: str) -> Json:
    """An object within an object; {} if it is null or absent."""
    value = an_object(tree).get(name)
    return {} if value is None else an_object(value, name)


def parts(tree: object, name: str) -> list[Json]:
    """Objects in a list; none if the list is null or absent."""
    return [an_object(one, f"{name}[{n}]") for n, one in enumerate(_listed(tree, name))]


def texts(tree: object, name: str) -> list[str | None]:
    """Texts in a list, null entries included."""
    found = _listed(tree, name)
    if any(one is not None and not isinstance(one, str) for one in found):
        raise Odd(f"{name}: texts are expected")
    return found


def _listed(tree: object, name: str) -> list[Any]:
    value = an_object(tree).get(name)
    return [] if value is None else a_list(value, name)


def _odd(name: str, expected: str, value: object) -> Odd:
    kinds = {bool: "true or false", int: "a number", Decimal: "a number", float: "a number", str: "a text"}
    came = {type(None): "null", list: "a list", dict: "an object", **kinds}.get(type(value), "something else")
    return Odd(f"{name}: {expected} is expected, not {came}")
