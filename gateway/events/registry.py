"""Schemas by name and id, from files with fixed ids (decision 17); `known_schemas.py` has those of a registry."""

from __future__ import annotations

import json
import struct
from functools import cache
from importlib.resources import files
from typing import Any, Protocol

from fastavro import parse_schema

Schema = dict[str, Any]

#: Added to the ids of ids.json on the wire. No registry counts so far: an id says where its schema is.
FILE_IDS = 2_000_000_000

_FRAME = struct.Struct(">bI")


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
                self._by_id[FILE_IDS + version["id"]] = (name, schema)
                self._newest[name] = (FILE_IDS + version["id"], schema)

    def newest(self, name: str) -> tuple[int, Schema]:
        """The last version in the file. Raises KeyError."""
        return self._newest[name]

    def schema(self, schema_id: int) -> tuple[str, Schema] | None:
        """Any version that was ever written."""
        return self._by_id.get(schema_id)


def frame_id(value: bytes | None) -> int | None:
    """The schema's id in a record's frame; None if it has none."""
    if value is None or len(value) < _FRAME.size:
        return None
    magic, schema_id = _FRAME.unpack_from(value)
    return int(schema_id) if magic == 0 else None


def source(name: str) -> Schema:
    """The newest version as it stands in its file. Raises KeyError."""
    return read(ids()[name][-1]["file"])


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
