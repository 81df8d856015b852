"""Each file of examples/travel by the real path: what Severa says becomes exactly what Procountor gets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gateway.sandbox import facts
from tests.examples import plain
from tests.unit.flows.travel_reimbursements.examples import FOLDER, a_trip, examples, gets

EXAMPLES = [pytest.param(one, id=name) for name, one in examples().items()]
PATHS = {
    "reimbursement": "travelreimbursements",
    "lines": "projecttravelexpenses",
    "user": "users",
    "receipts": "travelexpensefiles",
}


@pytest.mark.parametrize("example", EXAMPLES)
async def test_F2_an_example_is_transferred_as_it_says(tmp_path: Path, example: Any) -> None:
    """R1, R4, P4, S10-S12, X1: field by field."""
    trip = a_trip(example, tmp_path)
    assert plain(gets(trip, await trip.transfer())) == plain(example["procountor"])


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_are_in_the_shapes_of_severas_api(example: Any) -> None:
    for name, things in plain(example["severa"]).items():
        for thing in things if isinstance(things, list) else [things]:
            assert facts.wrong_object("severa", f"/v1/{PATHS[name]}", thing) is None


def test_each_example_is_on_the_page() -> None:
    page = (FOLDER / "README.md").read_text()
    assert [name for name, one in examples().items() if f"[{name}]({name}.yaml) | {one['title']} |" not in page] == []
    assert len(examples()) >= 6
