"""Each file of examples/dimensions by the real path: what Severa says becomes exactly these items."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.sandbox import facts
from tests.examples import plain
from tests.unit.flows.dimensions.examples import FOLDER, became, examples, played, registers

EXAMPLES = [pytest.param(one, id=name) for name, one in examples().items()]


@pytest.mark.parametrize("example", EXAMPLES)
async def test_F4_an_example_becomes_the_items_it_says(example: Any) -> None:
    """D5, B14: items with all their fields, and each outcome."""
    items, outcomes = became(await played(example))
    assert (items, outcomes) == (plain(example["procountor"]), plain(example["outcomes"]))


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_are_in_the_shapes_of_severas_api(example: Any) -> None:
    for name, things in registers(example).items():
        assert [facts.wrong_object("severa", f"/v1/{name}", thing) for thing in things] == [None] * len(things)


def test_each_example_is_on_the_page() -> None:
    page = (FOLDER / "README.md").read_text()
    assert [name for name, one in examples().items() if f"[{name}]({name}.yaml) | {one['title']} |" not in page] == []
    assert len(examples()) >= 4
