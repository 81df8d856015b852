"""Codes of travel expenses: what each serves, and what is missing where it is needed (S6, P4, L3)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from gateway.check.findings import Finding, State
from gateway.check.travel_codes import compare_travel, default_travel_code
from gateway.rules.register_items import Item, Product

DAY = dt.date(2026, 3, 2)
TRAIN = Product("TRAIN", "Train ticket")
THIS_YEAR = replace(TRAIN, starts=dt.date(2026, 1, 1), ends=dt.date(2026, 12, 31))
LAST_YEAR = replace(TRAIN, starts=dt.date(2025, 1, 1), ends=dt.date(2025, 12, 31))


def compare(products: list[Product], travel: list[Product], may_create: bool = False) -> list[Finding]:
    return compare_travel([Item("TRAIN", "Train")], products, travel, "TRAVEL", may_create, DAY)


@pytest.mark.parametrize(
    ("products", "travel", "state", "told"),
    [
        ([TRAIN], [THIS_YEAR], State.OK, "for sales invoices and reimbursements"),
        ([TRAIN], [LAST_YEAR, THIS_YEAR], State.OK, "for sales invoices and reimbursements"),
        ([TRAIN], [replace(TRAIN, starts=DAY, ends=DAY)], State.OK, "for sales invoices and reimbursements"),
        ([TRAIN], [], State.OK, "for sales invoices only"),
        ([], [THIS_YEAR], State.MISSING, "Procountor has it only as a travel code, for reimbursements."),
        ([], [], State.MISSING, "Procountor doesn't have this product."),
        (
            [TRAIN],
            [LAST_YEAR],
            State.DIFFERENT,
            "For sales invoices only: the travel code is not valid today: it e",
        ),
        ([TRAIN], [replace(TRAIN, active=False)], State.DIFFERENT, "For sales invoices only: the travel code is not "),
        ([replace(TRAIN, code="train")], [THIS_YEAR], State.DIFFERENT, "Procountor writes it train."),
    ],
)
def test_S6_P4_it_is_said_which_of_the_two_a_code_serves(
    products: list[Product], travel: list[Product], state: State, told: str
) -> None:
    """The same of a code of Severa's and of the default code of the settings."""
    for one in (compare(products, travel)[0], default_travel_code("TRAIN", products, travel, DAY)):
        assert (one.state, one.message[: len(told)]) == (state, told)
        assert state.good or (one.step is not None and "TRAIN" in one.step.what)


def test_S3_sales_product_that_is_created_needs_nobody() -> None:
    assert compare([], [THIS_YEAR], may_create=True)[0].state is State.NOTE


def test_L3_codes_that_only_one_side_has_are_listed() -> None:
    """A travel code that has ended, or isn't in use, is not one to take into Severa."""
    off = replace(THIS_YEAR, code="OFF", active=False)
    others = [replace(THIS_YEAR, code="KM"), replace(LAST_YEAR, code="OLD"), off]
    (_, lacking, only) = compare([TRAIN], others)
    assert (lacking.thing, lacking.state, lacking.message.partition(".")[0]) == (
        "without a travel code",
        State.NOTE,
        "TRAIN",
    )
    assert (only.thing, only.state, only.message.partition(".")[0]) == ("only in Procountor", State.NOTE, "KM")
    assert len(compare([TRAIN], [THIS_YEAR])) == 1
