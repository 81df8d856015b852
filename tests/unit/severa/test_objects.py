"""Objects of Severa's registers, also odd ones (F4)."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.http.trees import Odd
from gateway.rules.receipts import Axis
from gateway.rules.severa_objects import SeveraObject
from gateway.severa.objects import READERS, business_unit, project


@pytest.mark.parametrize("axis", Axis)
def test_F4_an_unreadable_object_is_still_there(axis: Axis) -> None:
    """It has neither code nor name, so its item stays; without a guid nobody can say what it is."""
    tree: dict[str, Any] = {"guid": "g", "name": 7}
    assert READERS[axis](tree) == SeveraObject(axis, "g", None, "")
    with pytest.raises(Odd):
        READERS[axis]({"name": "Site"})


def test_R3_a_name_that_is_a_personal_number_is_masked() -> None:
    assert project({"guid": "g", "name": "010190-900P", "number": 1}).name != "010190-900P"
    assert business_unit({"guid": "g", "name": "010190-900P"}).name != "010190-900P"
