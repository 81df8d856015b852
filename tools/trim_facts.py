"""Trim an OpenAPI document of one of the two APIs to the operations that the sandbox serves: no prose.

python tools/trim_facts.py OPENAPI.json gateway/sandbox/facts/severa.json operationId ...
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

KEPT = {"type", "properties", "items", "required", "enum", "allOf", "nullable", "format", "$ref", "minLength"}
KEPT |= {"maxLength", "minimum", "maximum", "minItems", "uniqueItems"}


def trim(node: Any, inside_properties: bool = False) -> Any:
    """Keep what validates; property names are kept whatever they are."""
    if isinstance(node, list):
        return [trim(one) for one in node]
    if not isinstance(node, dict):
        return node
    kept = node if inside_properties else {name: value for name, value in node.items() if name in KEPT}
    return {name: trim(value, name == "properties" and not inside_properties) for name, value in kept.items()}


def answer(responses: Any) -> Any:
    """The schema of a call that went well."""
    good = next((one for status, one in responses.items() if status.startswith("2")), {})
    content = good.get("content", {})
    return trim(next(iter(content.values()))["schema"]) if content else None


def references(node: Any) -> set[str]:
    """Names of the models that a schema speaks of."""
    if isinstance(node, list):
        return {name for one in node for name in references(one)}
    if not isinstance(node, dict):
        return set()
    own = {node["$ref"].rsplit("/", 1)[1]} if isinstance(node.get("$ref"), str) else set()
    return own | {name for value in node.values() for name in references(value)}


def main() -> None:
    """Write the trimmed facts."""
    source, target, *wanted = sys.argv[1:]
    whole = json.loads(Path(source).read_text())
    operations: dict[str, Any] = {}
    for path, methods in whole["paths"].items():
        for method, one in methods.items():
            if not isinstance(one, dict) or one.get("operationId") not in wanted:
                continue
            parameters = one.get("parameters", [])
            content = one.get("requestBody", {}).get("content", {})
            operations[one["operationId"]] = {
                "method": method.upper(),
                "path": path,
                "scopes": [scope for rule in one.get("security", []) for scope in rule.get("OAuth2", [])],
                "query": {p["name"]: trim(p["schema"]) for p in parameters if p["in"] == "query"},
                "headers": sorted(p["name"].lower() for p in parameters if p["in"] == "header"),
                "body": trim(next(iter(content.values()))["schema"]) if content else None,
                **({"parts": True} if "multipart/form-data" in content else {}),
                "answer": answer(one["responses"]),
            }
    missing = set(wanted) - set(operations)
    if missing:
        raise SystemExit(f"not in {source}: {', '.join(sorted(missing))}")
    schemas: dict[str, Any] = {}
    todo = references([[one["body"], one["query"], one["answer"]] for one in operations.values()])
    while todo:
        name = todo.pop()
        schemas[name] = trim(whole["components"]["schemas"][name])
        todo |= references(schemas[name]) - set(schemas)
    facts = {"operations": operations, "schemas": dict(sorted(schemas.items()))}
    Path(target).write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
