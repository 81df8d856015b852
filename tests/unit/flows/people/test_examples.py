"""Each file of examples/people by the real path: what Severa says becomes exactly what Procountor gets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gateway.sandbox import facts
from tests.examples import plain
from tests.unit.flows.people.examples import FOLDER, a_user, examples, play

EXAMPLES = [pytest.param(one, id=name) for name, one in examples().items()]


@pytest.mark.parametrize("example", EXAMPLES)
async def test_F5_an_example_is_kept_in_step_as_it_says(tmp_path: Path, example: Any) -> None:
    """S12, R3, T1: field by field, at first and after each change."""
    assert plain(await play(example, tmp_path)) == plain(example["procountor"]["gets"])


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_are_in_the_shapes_of_both_apis(tmp_path: Path, example: Any) -> None:
    one = a_user(example, tmp_path)
    assert facts.wrong_object("severa", "/v1/users", one.card) is None
    assert [facts.wrong_object("procountor", "/persons", there) for there in one.persons if there] in ([], [None])


def test_each_example_is_on_the_page() -> None:
    page = (FOLDER / "README.md").read_text()
    assert [name for name, one in examples().items() if f"[{name}]({name}.yaml) | {one['title']} |" not in page] == []
    assert len(examples()) >= 4
