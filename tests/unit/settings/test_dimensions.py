"""The section dimensions (F4, S7, S18)."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from gateway.settings import DimensionSettings
from gateway.settings.company import Company
from tests.unit.one_company import ACME


def a_company(sales: Any, dimensions: Any) -> Company:
    """Acme with these sections."""
    given = ACME.model_dump(exclude={"error_mail"})
    given["sales"] = {**given["sales"], **sales}
    return Company.model_validate({**given, "dimensions": dimensions})


def test_S18_dimensions_are_off_without_their_section() -> None:
    """With it, a dimension is named; a company may have this flow alone."""
    assert not ACME.dimensions.enabled
    with pytest.raises(ValidationError, match="no dimension is named"):
        DimensionSettings()
    alone = a_company({"enabled": False}, {"project": "Projects"})
    assert alone.active
    assert alone.dimensions.names == {"project": "Projects"}


@pytest.mark.parametrize(
    ("sales", "refused"),
    [
        ({"dimensions": {"project": "P"}}, False),
        ({"dimensions": {"project": "Other"}, "item_names": {"project": "{name}"}}, False),
        ({"dimensions": {"project": "P"}, "item_names": {"project": "{name}"}}, True),
        ({"dimensions": {"cost_center": "P"}}, True),
        ({"dimensions": {"cost_center": "P"}, "enabled": False}, False),
    ],
)
def test_D5_rows_and_registers_name_items_alike(sales: Any, refused: bool) -> None:
    """Or an object would get two items."""
    if refused:
        with pytest.raises(ValidationError, match="sales and dimensions use the dimension P"):
            a_company(sales, {"project": "P"})
    else:
        a_company(sales, {"project": "P"})
