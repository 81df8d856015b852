"""Whether records of one Avro schema can be read with another, by Avro's rules of schema resolution (O1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

#: What a reader's type also reads.
_PROMOTED = {
    "long": {"int"},
    "float": {"int", "long"},
    "double": {"int", "long", "float"},
    "string": {"bytes"},
    "bytes": {"string"},
}
_NAMED = ("record", "enum", "fixed")


def incompatible(one: Any, other: Any) -> list[str]:
    """Why two versions don't read each other, in either direction; empty if they do (FULL)."""
    return [
        *(f"records of the new version can't be read with the old one: {why}" for why in unreadable(one, other)),
        *(f"records of the old version can't be read with the new one: {why}" for why in unreadable(other, one)),
    ]


def unreadable(written: Any, wanted: Any) -> list[str]:
    """What stands in the way of reading records of `written` with `wanted`."""
    return list(_Resolution(_names(written), _names(wanted)).differences(written, wanted, "record"))


class _Resolution:
    """Two schemas, with their named types."""

    def __init__(self, written: dict[str, Any], wanted: dict[str, Any]) -> None:
        self._written, self._wanted = written, wanted
        self._seen: set[tuple[str, str]] = set()

    def differences(self, written: Any, wanted: Any, at: str) -> Iterator[str]:
        written, wanted = _resolved(written, self._written), _resolved(wanted, self._wanted)
        if isinstance(written, list):  # each branch may have been written
            for branch in written:
                yield from self.differences(branch, wanted, at)
        elif isinstance(wanted, list):
            if not any(self._fits(written, branch, at) for branch in wanted):
                yield f"{at}: {_type(written)} is none of the union's types"
        elif _type(written) != _type(wanted):
            if _type(written) not in _PROMOTED.get(_type(wanted), ()):
                yield f"{at}: {_type(written)} is read as {_type(wanted)}"
        elif _logical(written) != _logical(wanted):
            yield f"{at}: {_logical(written)} is read as {_logical(wanted)}"
        else:
            yield from self._inside(written, wanted, at)

    def _fits(self, written: Any, wanted: Any, at: str) -> bool:
        return not list(_Resolution(self._written, self._wanted).differences(written, wanted, at))

    def _inside(self, written: Any, wanted: Any, at: str) -> Iterator[str]:
        kind = _type(written)
        if kind in ("array", "map"):
            inner = "items" if kind == "array" else "values"
            yield from self.differences(written[inner], wanted[inner], f"{at}[]")
        if kind not in _NAMED:
            return
        names = (written["name"].rpartition(".")[2], wanted["name"].rpartition(".")[2])
        if names[0] != names[1]:
            yield f"{at}: {names[0]} is read as {names[1]}"
        elif kind == "record" and names not in self._seen:
            self._seen.add(names)
            yield from self._fields(written, wanted, at)
        elif kind == "fixed" and written["size"] != wanted["size"]:
            yield f"{at}: {written['size']} bytes are read as {wanted['size']}"
        elif kind == "enum" and "default" not in wanted and (new := set(written["symbols"]) - set(wanted["symbols"])):
            yield f"{at}: unknown symbols {', '.join(sorted(new))}"

    def _fields(self, written: Any, wanted: Any, at: str) -> Iterator[str]:
        there = {field["name"]: field for field in written["fields"]}
        for field in wanted["fields"]:
            same = next((there[name] for name in (field["name"], *field.get("aliases", ())) if name in there), None)
            if same is not None:
                yield from self.differences(same["type"], field["type"], f"{at}.{field['name']}")
            elif "default" not in field:
                yield f"{at}.{field['name']} is missing and has no default"


def _names(schema: Any) -> dict[str, Any]:
    """Named types by their short names: the gateway's schemas have one namespace."""
    found: dict[str, Any] = {}
    if isinstance(schema, list):
        for one in schema:
            found |= _names(one)
    elif isinstance(schema, dict):
        if schema.get("type") in _NAMED:
            found[schema["name"].rpartition(".")[2]] = schema
        for one in (schema.get("items"), schema.get("values"), schema.get("type")):
            found |= _names(one) if isinstance(one, dict | list) else {}
        for field in schema.get("fields", ()):
            found |= _names(field["type"])
    return found


def _resolved(schema: Any, names: dict[str, Any]) -> Any:
    if isinstance(schema, str):
        return names.get(schema.rpartition(".")[2], schema)
    if isinstance(schema, dict) and isinstance(schema["type"], dict | list):
        return _resolved(schema["type"], names)
    return schema


def _type(schema: Any) -> str:
    return str(schema["type"] if isinstance(schema, dict) else schema)


def _logical(schema: Any) -> Any:
    """The logical type, with what changes its meaning."""
    if not isinstance(schema, dict) or "logicalType" not in schema:
        return None
    return (schema["logicalType"], schema.get("scale", 0), schema.get("precision"))
