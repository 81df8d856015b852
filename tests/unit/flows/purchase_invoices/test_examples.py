"""Each file of examples/purchases by the real path: what Procountor says becomes exactly what Severa gets."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.sandbox import facts
from tests.examples import plain
from tests.unit.flows.purchase_invoices.examples import FOLDER, an_invoice, examples, play

EXAMPLES = [pytest.param(one, id=name) for name, one in examples().items()]


@pytest.mark.parametrize("example", EXAMPLES)
async def test_F3_an_example_is_transferred_as_it_says(example: Any) -> None:
    """U1-U4: field by field, at first and after each change."""
    assert plain((await play(example))["steps"]) == plain(example["severa"]["gets"])


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_are_in_the_shapes_of_both_apis(example: Any) -> None:
    world = an_invoice(example).apis.world
    there, severa = world["procountor"][example["company"]], next(iter(world["severa"].values()))
    for path in ("/invoices", "/ledgerreceipts"):
        assert facts.wrong_object("procountor", path, there[path][0]) is None
    for one in severa["/v1/projects"]:
        assert facts.wrong_object("severa", "/v1/projects", one) is None


def test_each_example_is_on_the_page() -> None:
    page = (FOLDER / "README.md").read_text()
    assert [name for name, one in examples().items() if f"[{name}]({name}.yaml) | {one['title']} |" not in page] == []
    assert len(examples()) >= 8
