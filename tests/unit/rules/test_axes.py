"""What a row is of: projects, their business units, cost centers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gateway.documents import ProjectRef, RowPart
from gateway.documents.hashing import content_hash
from gateway.rules.axes import ProjectCard, items_of, missing_notes, projects_of
from gateway.rules.items import Item
from gateway.rules.receipts import Axis
from tests.unit.invoices import a_row, an_invoice

P1, P2 = ProjectRef("g1", "Renewal", 1), ProjectRef("g2", "Support", None)
CARDS = {
    "g1": ProjectCard(Item("1", "Renewal"), Item("U1", "Consulting")),
    "g2": ProjectCard(Item("Support", "Support"), None),
}
ONE, BOTH = an_invoice(projects=(P1,)), an_invoice(projects=(P1, P2))


def part(project: str, amount: str) -> RowPart:
    return RowPart(project, Decimal(amount))


def test_D1_row_of_the_only_project_has_its_project_and_unit() -> None:
    found = items_of(a_row(cost_center=" C1 "), ONE, CARDS, tuple(Axis))
    assert found == {
        Axis.BUSINESS_UNIT: [(Item("U1", "Consulting"), Decimal(1))],
        Axis.COST_CENTER: [(Item("C1"), Decimal(1))],
        Axis.PROJECT: [(Item("1", "Renewal"), Decimal(1))],
    }


def test_D1_only_axes_that_are_asked_for_are_looked_at() -> None:
    assert items_of(a_row(cost_center="C1"), ONE, {}, [Axis.COST_CENTER]) == {Axis.COST_CENTER: [(Item("C1"), 1)]}
    assert items_of(a_row(cost_center=" "), ONE, {}, [Axis.COST_CENTER]) == {}


def test_D3_a_row_of_several_projects_has_their_amounts() -> None:
    row = a_row(parts=(part("g1", "10"), part("g2", "5"), part("g1", "2")))
    assert items_of(row, BOTH, CARDS, [Axis.PROJECT]) == {
        Axis.PROJECT: [(Item("1", "Renewal"), Decimal(12)), (Item("Support", "Support"), Decimal(5))]
    }


@pytest.mark.parametrize("parts", [(), (part("g1", "0"), part("g2", "0"))])
def test_D3_row_that_severa_merges_is_left_out_and_noted(parts: tuple[RowPart, ...]) -> None:
    row = a_row(3, parts=parts)
    assert projects_of(row, BOTH) == []
    rows = [(row, items_of(row, BOTH, CARDS, tuple(Axis)))]
    assert missing_notes(rows, tuple(Axis)) == [
        "Row 3 (Consulting): Severa names no business unit and no project for it, so its entry on the ledger "
        "receipt has none."
    ]


def test_D3_what_is_known_of_a_part_only_is_left_out() -> None:
    row = a_row(parts=(part("g1", "10"), part("g2", "5")))
    assert items_of(row, BOTH, CARDS, [Axis.BUSINESS_UNIT]) == {}


def test_D3_row_with_a_part_without_project_has_none() -> None:
    """100 euros of one project and 50 of none are not 150 of the one."""
    assert projects_of(a_row(parts=(part("g1", "100"), part("", "50"))), BOTH) == []
    assert projects_of(a_row(parts=(part("", "50"),)), BOTH) == []
    assert projects_of(a_row(parts=(part("g1", "100"), part("", "0"))), BOTH) == [("g1", Decimal(1))]


def test_D3_parts_of_one_project_are_the_whole_row() -> None:
    """Whatever they are worth."""
    assert projects_of(a_row(parts=(part("g2", "0"),)), BOTH) == [("g2", Decimal(1))]


def test_parts_are_content() -> None:
    plain = an_invoice(rows=(a_row(),))
    assert content_hash(plain) != content_hash(an_invoice(rows=(a_row(parts=(part("g1", "1"),)),)))
