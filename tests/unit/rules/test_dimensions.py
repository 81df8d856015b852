"""Rows and entries of the ledger receipt."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import Permanent
from gateway.rules.dimensions import dimension_values, new_entries
from gateway.rules.receipts import Axis, DimensionValue, Entry, NewEntry, Share, Wanted, chosen_shares, wanted
from tests.unit.invoices import a_row

PROJECT, UNIT = 7, 8
VAT = Decimal("25.5")


def to(item: int, dimension: int = PROJECT) -> Any:
    return ((dimension, (Share(item),)),)


def row(position: int, net: str, text: str = "Attempt", **changes: Any) -> Wanted:
    return Wanted(position, text, Decimal(net), changes.pop("vat", VAT), **changes)


def entry(id_: int, value: str, **changes: Any) -> Entry:
    return Entry(id_, changes.pop("kind", "ENTRY"), changes.pop("account", "3000"), Decimal(value), VAT, **changes)


def outcome(rows: list[Wanted], entries: list[Entry]) -> tuple[list[NewEntry] | None, str]:
    try:
        return new_entries(rows, entries), ""
    except Permanent as error:
        return None, error.code


def refused(rows: list[Wanted], entries: list[Entry]) -> Permanent:
    with pytest.raises(Permanent) as caught:
        new_entries(rows, entries)
    return caught.value


def test_D2_rows_are_matched_by_amount_whatever_the_order() -> None:
    rows = [row(1, "100", shares=to(1)), row(2, "250.50", account="3010", shares=to(2))]
    entries = [entry(11, "-250.50"), entry(12, "440.00", kind="REVERSING_ENTRY"), entry(13, "-100")]
    first, second = new_entries(rows, entries)
    assert (first.entry_id, first.account, first.dimensions) == (
        13,
        "3000",
        (DimensionValue(PROJECT, 1, Decimal(-100)),),
    )
    assert (second.entry_id, second.account) == (11, "3010")


def test_D2_two_consultants_with_equal_rows_are_taken_in_order() -> None:
    rows = [row(1, "720", shares=to(1)), row(2, "720", shares=to(2))]
    found = new_entries(rows, [entry(21, "-720"), entry(22, "-720")])
    assert [(one.entry_id, one.dimensions[0].item_id) for one in found] == [(21, 1), (22, 2)]


def test_D2_equal_amounts_are_told_apart_by_their_text() -> None:
    rows = [row(1, "720", "Anna", shares=to(1)), row(2, "720", "Bo", shares=to(2))]
    entries = [entry(21, "-720", account="3010", description="Bo"), entry(22, "-720", description="anna")]
    assert [one.entry_id for one in new_entries(rows, entries)] == [22, 21]


def test_D2_equal_amounts_are_told_apart_by_their_account() -> None:
    rows = [row(1, "720", account="3000", shares=to(1)), row(2, "720", shares=to(2))]
    entries = [entry(21, "-720", account="3010"), entry(22, "-720", account="3000")]
    assert [(one.entry_id, one.account) for one in new_entries(rows, entries)] == [(22, "3000"), (21, "3010")]


def test_D2_choice_that_changes_the_books_is_an_error() -> None:
    """It names the rows."""
    rows = [row(1, "720", "Anna", shares=to(1)), row(2, "720", "Bo", shares=to(2)), row(3, "1", "Other")]
    entries = [entry(21, "-720", account="3010"), entry(22, "-720", account="3000"), entry(23, "-1")]
    error = refused(rows, entries)
    assert error.code == "RECEIPT_AMBIGUOUS"
    assert "Rows 1 (Anna), 2 (Bo) have the same amount of 720.00" in error.message
    assert "Other" not in error.message


def test_D2_written_accounts_make_entries_interchangeable() -> None:
    rows = [row(1, "720", account="3001", shares=to(1)), row(2, "720", account="3002", shares=to(2))]
    found = new_entries(rows, [entry(21, "-720", account="3010"), entry(22, "-720", account="3000")])
    assert [(one.entry_id, one.account) for one in found] == [(21, "3001"), (22, "3002")]


def test_D2_a_vat_status_that_is_kept_makes_a_difference() -> None:
    rows = [row(1, "720", shares=to(1)), row(2, "720", shares=to(2))]
    assert refused(rows, [entry(1, "-720", vat_status=1), entry(2, "-720", vat_status=5)]).code == "RECEIPT_AMBIGUOUS"


def test_D2_rows_that_procountor_merged_are_counted() -> None:
    error = refused([row(n, "720") for n in (1, 2, 3)], [entry(21, "-720")])
    assert "has 1 entry of 720.00 with VAT 25.5 % for 3 rows of the invoice: 1 (" in error.message


@pytest.mark.parametrize("entries", [[entry(1, "-99.99")], [entry(1, "-100"), entry(2, "-100")], [], [entry(1, "100")]])
def test_D2_amounts_that_do_not_match_are_an_error(entries: list[Entry]) -> None:
    error = refused([row(1, "100", "Attempt")], entries)
    assert error.code == "RECEIPT_DIFFERS"


def test_D2_an_entry_that_no_row_has_is_an_error() -> None:
    assert refused([row(1, "100")], [entry(1, "-100"), entry(2, "-5")]).facts["rows"] == "none"


def test_D2_a_row_of_nothing_needs_no_entry() -> None:
    assert [one.entry_id for one in new_entries([row(1, "0"), row(2, "5")], [entry(2, "-5")])] == [2]


def test_D2_in_a_foreign_currency_an_entry_may_differ_by_a_cent() -> None:
    found = new_entries([row(1, "100", shares=to(1))], [entry(1, "-91.75")], rate=Decimal("1.09"))
    assert found[0].dimensions == (DimensionValue(PROJECT, 1, Decimal("-91.75")),)


def test_D4_credit_notes_keep_their_signs() -> None:
    shares = ((PROJECT, (Share(1, Decimal("-60")), Share(2, Decimal("-40")))),)
    found = new_entries([row(1, "-100.01", shares=shares)], [entry(1, "100.01")])
    assert [one.value for one in found[0].dimensions] == [Decimal("60.01"), Decimal("40.00")]


def test_D3_each_dimension_sums_to_the_entry() -> None:
    """And an item stands there once."""
    shares = ((PROJECT, (Share(1), Share(2), Share(1))), (UNIT, (Share(9),)))
    found = dimension_values(row(1, "100", shares=shares), Decimal("-100"))
    assert found == (
        DimensionValue(PROJECT, 1, Decimal("-66.67")),
        DimensionValue(PROJECT, 2, Decimal("-33.33")),
        DimensionValue(UNIT, 9, Decimal("-100.00")),
    )


def test_D3_no_shares_or_an_empty_entry_get_nothing() -> None:
    assert dimension_values(row(1, "5", shares=((PROJECT, ()),)), Decimal(-5)) == ()
    assert dimension_values(row(1, "0", shares=to(1)), Decimal(0)) == ()


def test_D3_parts_of_both_signs_are_refused() -> None:
    shares = ((PROJECT, (Share(1, Decimal(120)), Share(2, Decimal(-20)))),)
    assert refused([row(4, "100", shares=shares)], [entry(1, "-100")]).code == "SPLIT_IMPOSSIBLE"


def test_D1_only_what_the_company_chose_becomes_a_dimension() -> None:
    parts = {Axis.PROJECT: [("P1", Decimal(60)), ("P2", Decimal(40))], Axis.COST_CENTER: [("C", Decimal(1))]}
    items = {(PROJECT, "P1"): 1, (PROJECT, "P2"): 2}
    assert chosen_shares(parts, {Axis.PROJECT: PROJECT, Axis.BUSINESS_UNIT: UNIT}, items) == (
        (PROJECT, (Share(1, Decimal(60)), Share(2, Decimal(40)))),
    )


def test_L1_what_a_row_wants_is_its_sales_account() -> None:
    found = wanted(a_row(sales_account=" 3010 "), "EUR", to(1))
    assert found == Wanted(1, "Consulting", Decimal("690.00"), VAT, "3010", to(1))
    assert wanted(a_row(sales_account=" "), "EUR").account is None


_ROWS = st.lists(
    st.tuples(st.sampled_from(["10", "20"]), st.sampled_from([None, "3000", "3001"]), st.integers(1, 2)),
    min_size=1,
    max_size=4,
)


@given(_ROWS, st.data())
def test_D2_assignments_agree_on_the_books_or_are_refused(
    made: list[tuple[str, str | None, int]], data: st.DataObject
) -> None:
    """Against all assignments by hand; texts tell nothing here, accounts may."""
    rows = [row(n, net, account=account, shares=to(item)) for n, (net, account, item) in enumerate(made, start=1)]
    booked = data.draw(st.lists(st.sampled_from(["3000", "3002"]), min_size=len(rows), max_size=len(rows)))
    order = data.draw(st.permutations(range(len(rows))))
    entries = [entry(100 + n, f"-{made[at][0]}", account=booked[n]) for n, at in enumerate(order)]
    possible = {
        frozenset(Counter((r.net, r.account or e.account, r.shares) for r, e in zip(rows, some, strict=True)).items())
        for some in permutations(entries)
        if all(r.net == -e.value for r, e in zip(rows, some, strict=True))
    }
    found, code = outcome(rows, entries)
    if found is None:
        assert code == "RECEIPT_AMBIGUOUS"
        assert len(possible) > 1
        return
    assert sorted(one.entry_id for one in found) == sorted(one.id for one in entries)
    books = Counter((r.net, one.account, r.shares) for one in found for r in rows if r.position == one.position)
    assert frozenset(books.items()) in possible
    accounts_tell = any(r.account in booked for r in rows)
    assert len(possible) == 1 or accounts_tell


@given(_ROWS)
def test_D2_doing_it_again_on_its_own_result_changes_nothing(made: list[tuple[str, str | None, int]]) -> None:
    rows = [row(n, net, account=account, shares=to(item)) for n, (net, account, item) in enumerate(made, start=1)]
    entries = [entry(100 + n, f"-{one.net}") for n, one in enumerate(rows)]
    first = new_entries(rows, entries)
    by_id = {one.entry_id: one.account for one in first}
    again = [entry(one.id, str(one.value), account=by_id[one.id]) for one in entries]
    books = [
        {(one.account, one.dimensions, n.value) for one in found for n in entries if n.id == one.entry_id}
        for found in (first, new_entries(rows, again))
    ]
    assert books[0] == books[1]
