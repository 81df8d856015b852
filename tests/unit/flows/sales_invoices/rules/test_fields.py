"""The field table: what the rules use, what Procountor's models say, and the page that is printed from it."""

from __future__ import annotations

import json
import runpy
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from gateway.flows.sales_invoices.rules.fields import INVOICE, PARTNER, PRODUCT, ROW
from gateway.rules.fields import Beyond, Field, text
from gateway.rules.text.assemble import Truncations, assemble

ROOT = Path(__file__).parents[5]
MODELS = json.loads(files("gateway.sandbox").joinpath("facts", "procountor.json").read_text())["schemas"]
TABLES = {"Invoice": INVOICE, "InvoiceRow": ROW, "BusinessPartner": PARTNER, "Product": PRODUCT}


def schema(model: str, path: str) -> Any:
    """What the model says of a path; KeyError when it has no such field."""
    node = MODELS[model]
    for name in path.split("."):
        if "$ref" in node:
            node = MODELS[node["$ref"].rsplit("/", 1)[1]]
        node = node["properties"][name]
    return node


@pytest.mark.parametrize(("model", "one"), [(model, one) for model, table in TABLES.items() for one in table])
def test_table_fields_are_procountors_and_limits_are_within_its(model: str, one: Field) -> None:
    found = schema(model, one.path)
    assert one.limit is None or one.limit <= found.get("maxLength", one.limit)
    assert one.limit or "maxLength" not in found or one.path in ("originalInvoiceNumber", "code")
    limits = [one.limit, one.scale, one.bounds or None]
    assert sum(limit is not None for limit in limits) == (one.beyond is not None)


@pytest.mark.parametrize("model", TABLES)
def test_table_has_what_procountor_requires(model: str) -> None:
    tops = {one.path.split(".")[0] for one in TABLES[model]}
    assert set(MODELS[model]["required"]) <= tops


def test_table_the_page_is_up_to_date() -> None:
    """`make fields` prints it."""
    assert runpy.run_path(str(ROOT / "tools/fields.py"))["page"]() == (ROOT / "docs/fields.md").read_text()


def test_table_values_and_fields_must_be_the_same() -> None:
    table = (Field("a.b", ""), Field("c", "", kept=True))
    assert assemble(table, {"a.b": "x", "c": ""}, Truncations()) == {"a": {"b": "x"}, "c": ""}
    assert assemble(table, {"a.b": "", "c": None}, Truncations()) == {}
    with pytest.raises(AssertionError, match="'d'"):
        assemble(table, {"a.b": "x", "c": "", "d": 1}, Truncations())


def test_T1_a_field_is_recorded_by_its_last_two_names() -> None:
    losses = Truncations()
    assert assemble((text("a.b.c", "", 3),), {"a.b.c": "12345"}, losses, "rows[1].") == {"a": {"b": {"c": "123"}}}
    assert [(one.field, one.full_length, one.kept_length) for one in losses.truncations] == [("rows[1].b.c", 5, 3)]
    assert text("a", "", 3).beyond is Beyond.CUT
