"""Print the settings' JSON Schema, by which editors complete and check `gateway.yaml`: `make settings-schema`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gateway.settings import GatewaySettings

SCHEMA = Path(__file__).parent.parent / "examples/gateway.schema.json"
#: Any value may be a reference, which has no number's shape (`load`).
REFERENCE = {"type": "string", "pattern": r"^\$\{.+\}$"}


def schema() -> str:
    """The whole schema."""
    return json.dumps(_with_references(GatewaySettings.model_json_schema()), indent=1) + "\n"


def _with_references(tree: Any) -> Any:
    if isinstance(tree, list):
        return [_with_references(one) for one in tree]
    if not isinstance(tree, dict):
        return tree
    if tree.get("type") in ("number", "integer", "boolean"):
        return {"anyOf": [tree, REFERENCE]}
    return {name: _with_references(one) for name, one in tree.items() if not (name == "title" and isinstance(one, str))}


if __name__ == "__main__":
    SCHEMA.write_text(schema())
