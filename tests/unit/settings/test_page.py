"""docs/settings.md names every setting with its default, and no other; so does the schema for editors."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_origin

import jsonschema_rs
import yaml
from pydantic import BaseModel, SecretStr

from gateway.settings import GatewaySettings
from tools.settings_schema import SCHEMA, schema

ROOT = Path(__file__).parents[3]
PAGE, EXAMPLE = ROOT / "docs/settings.md", ROOT / "examples/gateway.yaml"


def declared(model: type[BaseModel], before: str = "") -> Iterator[tuple[str, str]]:
    """Path and default of each setting, as the page writes them."""
    for name, field in model.model_fields.items():
        path, several = f"{before}{name}", [one for one in get_args(field.annotation) if isinstance(one, type)]
        inner: Any = several[0] if several else field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from declared(inner, f"{path}[]." if get_origin(field.annotation) is tuple else f"{path}.")
        else:
            yield path, "required" if field.is_required() else told(field.default)


def told(default: Any) -> str:
    plain = default.get_secret_value() if isinstance(default, SecretStr) else default
    if plain in (None, "", ()):
        return "none"
    text = str(plain.value if isinstance(plain, Enum) else plain)
    return f"`{text.lower() if isinstance(plain, bool) else text}`"


def test_B12_editors_schema_takes_the_example_alone() -> None:
    """It refuses a wrong name."""
    assert SCHEMA.read_text() == schema()
    valid = jsonschema_rs.validator_for(json.loads(schema())).is_valid
    example = yaml.safe_load(EXAMPLE.read_text())
    assert valid(example)
    assert valid(example | {"kafka": {"partitions": "${PARTITIONS}"}})
    assert not valid(example | {"kafka": {"partition": 12}})


def test_B12_the_page_has_every_setting_with_its_default() -> None:
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", PAGE.read_text(), re.MULTILINE)
    assert sorted(rows) == sorted(declared(GatewaySettings))
