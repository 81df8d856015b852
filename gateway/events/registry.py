"""Schemas by name and id, from files with fixed ids (decision 17). A schema registry could replace them."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any, Protocol

from fastavro import parse_schema

Schema = dict[str, Any]


class Registry(Protocol):
    """Knows the schemas."""

    def newest(self, name: str) -> tuple[int, Schema]:
        """The id and the schema to write with."""

    def schema(self, schema_id: int) -> tuple[str, Schema] | None:
        """The name and the schema of an id; None if the id is unknown."""


class FileRegistry:
    """`schemas/ids.json` gives each version of each schema a permanent id: `{name: [{id, file, fingerprint}, ...]}`."""

    def __init__(self) -> None:
        self._newest: dict[str, tuple[int, Schema]] = {}
        self._by_id: dict[int, tuple[str, Schema]] = {}
        for name, versions in ids().items():
            for version in versions:
                schema: Any = parse_schema(read(version["file"]))
                self._by_id[version["id"]] = (name, schema)
                self._newest[name] = (version["id"], schema)

    def newest(self, name: str) -> tuple[int, Schema]:
        """The last version in the file. Raises KeyError."""
        return self._newest[name]

    def schema(self, schema_id: int) -> tuple[str, Schema] | None:
        """Any version that was ever written."""
        return self._by_id.get(schema_id)


@cache
def ids() -> dict[str, list[dict[str, Any]]]:
    """Names, files, ids and fingerprints of every version."""
    found: dict[str, list[dict[str, Any]]] = json.loads(_text("ids.json"))
    return found


def read(file: str) -> Schema:
    """One schema as it stands in its file."""
    found: Schema = json.loads(_text(file))
    return found


def _text(file: str) -> str:
    return files("gateway.events").joinpath("schemas", file).read_text(encoding="utf-8")
