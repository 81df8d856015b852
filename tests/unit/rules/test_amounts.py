"""Amounts that must add up, in every currency and with every sign."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.documents import Money, Row, SalesInvoice
from gateway.errors import Permanent
from gateway.flows.sales_invoices.rules.mapping import map_invoice
from gateway.flows.sales_invoices.rules.totals import check_digits, check_total, total_note
from gateway.rules.amounts import row_net, split
from gateway.rules.codes.currencies import CENT, PROCOUNTOR, minor_unit, rounded
from gateway.rules.sent_row import measured
from tests.unit.invoices import PROFILE, a_row, an_invoice

AMOUNTS = st.integers(-10_000_000, 10_000_000).map(lambda n: n * CENT)
WEIGHTS = st.lists(st.decimals(0, 1000, places=3), min_size=1, max_size=40)


def priced(price: str, quantity: str = "1", currency: str = "EUR", position: int = 1) -> Row:
    return a_row(position, quantity=Decimal(quantity), unit_price=Money(Decimal(price), currency))


def invoice(total: str, *rows: Row, currency: str = "EUR", **changes: Any) -> SalesInvoice:
    return an_invoice(rows=rows, currency=currency, total_excluding_tax=Money(Decimal(total), currency), **changes)


@given(AMOUNTS, WEIGHTS)
def test_D3_parts_sum_to_the_cent(amount: Decimal, weights: list[Decimal]) -> None:
    """Each is within one cent of its share."""
    parts = split(amount, weights)
    assert sum(parts) == amount
    whole = sum(map(Fraction, weights)) or Fraction(len(weights))
    for part, weight in zip(parts, weights, strict=True):
        share = Fraction(amount) * (Fraction(weight) if any(weights) else 1) / whole
        assert abs(Fraction(part) - share) < Fraction(CENT)
        assert part * amount >= 0


@given(AMOUNTS, st.integers(1, 200))
def test_D3_even_parts_differ_by_a_cent_at_the_most(amount: Decimal, n: int) -> None:
    parts = split(amount, [Decimal(1)] * n)
    assert (len(parts), sum(parts)) == (n, amount)
    assert max(parts) - min(parts) <= CENT


@given(AMOUNTS, WEIGHTS)
def test_D4_a_credit_note_is_split_like_its_invoice(amount: Decimal, weights: list[Decimal]) -> None:
    assert split(-amount, weights) == tuple(-part for part in split(amount, weights))


@given(AMOUNTS, WEIGHTS)
def test_D3_weights_of_nothing_get_nothing(amount: Decimal, weights: list[Decimal]) -> None:
    if any(weights):
        parts = split(amount, [*weights, Decimal(0)])
        assert (parts[-1], parts[:-1]) == (0, split(amount, weights))


@pytest.mark.parametrize(("amount", "weights"), [("1", []), ("0.001", [Decimal(1)]), ("1", [Decimal(1), Decimal(-1)])])
def test_D3_what_has_no_parts_is_an_error(amount: str, weights: list[Decimal]) -> None:
    with pytest.raises(ValueError):
        split(Decimal(amount), weights)


def test_D3_parts_of_whole_yen() -> None:
    assert split(Decimal(100), [Decimal(1)] * 3, minor_unit("JPY")) == (34, 33, 33)


@pytest.mark.parametrize(("currency", "net"), [("EUR", "12.35"), ("JPY", "12"), ("KWD", "12.345"), ("XYZ", "12.35")])
def test_T3_rows_are_rounded_to_their_currencys_smallest_amount(currency: str, net: str) -> None:
    assert row_net(priced("12.345", currency=currency)) == Decimal(net)
    assert row_net(priced("-12.345", currency=currency)) == -Decimal(net)


def test_T3_procountors_currencies_are_codes_of_three_letters() -> None:
    assert {"EUR", "SEK", "NOK", "DKK", "USD", "GBP", "CHF", "JPY"} <= PROCOUNTOR
    assert all(len(one) == 3 and one.isupper() for one in PROCOUNTOR)


@given(st.lists(st.tuples(st.decimals(-100, 100, places=3), st.decimals(-500, 500, places=4)), min_size=1, max_size=20))
def test_T3_the_exact_total_is_always_within_rounding(made: list[tuple[Decimal, Decimal]]) -> None:
    """Severa may round each row or the whole: discounts, credits and thirds of hours alike."""
    rows = [priced(str(price), str(quantity), position=n) for n, (quantity, price) in enumerate(made, start=1)]
    by_row = sum((row_net(row) for row in rows), Decimal(0))
    whole = rounded(sum((row.quantity * row.unit_price.amount for row in rows), Decimal(0)), "EUR")
    for total in (by_row, whole):
        check_total(invoice(str(total), *rows))
    wrong = by_row + CENT * (len(rows) + 1)
    with pytest.raises(Permanent, match="TOTAL_DIFFERS"):
        check_total(invoice(str(wrong), *rows))


def test_T3_a_discount_is_a_row_with_a_minus() -> None:
    check_total(invoice("900", priced("1000"), priced("-100", position=2)))
    with pytest.raises(Permanent, match="TOTAL_DIFFERS"):
        check_total(invoice("1000", priced("1000"), priced("-100", position=2)))


def test_T3_fifteen_digits_go_over() -> None:
    check_digits(invoice("0", priced("123456789012345"), priced("1234567.89012345000", position=2)))
    with pytest.raises(Permanent, match="NUMBER_TOO_LONG"):
        check_digits(invoice("0", priced("1", "-1234567890.123456")))


def test_T3_yen_may_differ_by_a_whole_one_a_row() -> None:
    check_total(invoice("12.6", priced("12.345", currency="JPY"), currency="JPY"))
    with pytest.raises(Permanent, match="TOTAL_DIFFERS"):
        check_total(invoice("14", priced("12.345", currency="JPY"), currency="JPY"))


@pytest.mark.parametrize(("price", "quantity"), [("-100", "1"), ("100", "-1")])
def test_T3_a_credit_note_is_negative_by_price_or_by_quantity(price: str, quantity: str) -> None:
    check_total(invoice("-100", priced(price, quantity), is_credit_note=True))


def test_T3_a_credit_note_with_a_plus_would_be_booked_as_a_sale() -> None:
    credit = invoice("100", priced("100"), is_credit_note=True)
    with pytest.raises(Permanent, match="CREDIT_NOTE_POSITIVE"):
        check_total(credit)
    check_total(replace(credit, is_credit_note=False))
    check_total(invoice("0", priced("0"), is_credit_note=True))


@given(st.decimals(-1000, 1000, places=8), st.decimals(0, 5000, places=2), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_T3_a_quantity_of_4_decimals_keeps_the_rows_net(quantity: Decimal, price: Decimal, currency: str) -> None:
    """Rounded, to the other side, or as one unit of the net: the receipt's entry is the row's net."""
    row = priced(str(price), str(quantity), currency)
    sent = measured(row, currency)
    assert rounded(sent.quantity * sent.unit_price, currency) == row_net(row, currency)
    assert sent.quantity == round(sent.quantity, 4)
    assert sent.as_one or (sent.unit_price == price and abs(sent.quantity - quantity) < Decimal("0.0001"))


@pytest.mark.parametrize(
    ("quantity", "price", "sent"),
    [
        ("7.5", "92", ("7.5", "92", False)),
        ("0.83333333", "60", ("0.8333", "60", False)),
        ("0.33333333", "92", ("0.3334", "92", False)),
        ("0.83333333", "1000", ("1", "833.33", True)),
        ("-0.83333333", "1000", ("-1", "833.33", True)),
    ],
)
def test_T3_hours_in_sixtieths(quantity: str, price: str, sent: tuple[str, str, bool]) -> None:
    found = measured(priced(price, quantity), "EUR")
    assert (found.quantity, found.unit_price, found.as_one) == (Decimal(sent[0]), Decimal(sent[1]), sent[2])


def test_T3_a_row_that_goes_as_one_unit_says_its_hours() -> None:
    row = priced("1000", "0.83333333")
    result = map_invoice(an_invoice(rows=(row,)), PROFILE, 1, {"CONS": 1}, "m")
    (made,) = cast(Any, result.body["invoiceRows"])
    assert (made["product"], made["unit"]) == ("Consulting (0.83333333 h x 1 000.00 EUR)", "PIECE")
    (note,) = [note for note in result.notes if "as one unit of 833.33 EUR" in note]
    assert note.startswith("Row 1 (Consulting)")


def with_vat(total: str, *rows: Row, currency: str = "EUR") -> SalesInvoice:
    """An invoice with a total with tax of its own."""
    nets = sum((row_net(row, currency) for row in rows), Decimal(0))
    return invoice(str(nets), *rows, currency=currency, total_including_tax=Money(Decimal(total), currency))


def test_T3_vat_that_is_rounded_row_by_row_is_told() -> None:
    ten = [priced("10.03", position=n) for n in range(1, 11)]
    check_total(with_vat("125.88", *ten))
    assert total_note(with_vat("125.88000000", *ten)) == (  # as events hold it
        "The total with VAT is 125.90 EUR in Procountor and 125.88 EUR in Severa, because of rounding."
    )
    assert total_note(with_vat("125.90", *ten)) is None


@pytest.mark.parametrize("total", ["10030.00", "12589.01", "12586.99"])
def test_T3_other_vat_in_severa_is_refused_with_both_sums(total: str) -> None:
    """Also where many rows would hide it: a euro at the most."""
    rows = [priced("100.30", position=n) for n in range(1, 101)]  # 25.5765 each
    with pytest.raises(Permanent, match="TOTAL_WITH_VAT_DIFFERS") as caught:
        check_total(with_vat(total, *rows))
    their_sum, own = "12 588.00 EUR", f"{total[:2]} {total[2:]} EUR"
    said = f"add up to {their_sum} with VAT in Procountor, but its total with tax in Severa is {own}."
    assert said in caught.value.message
    for within in ("0", "12589.00"):  # 0: Severa tells none
        check_total(with_vat(within, *rows))


@pytest.mark.parametrize(
    ("total", "good"), [("10029.50", True), ("10029.49", False), ("10030.50", True), ("10030.51", False)]
)
def test_T3_many_rows_hide_half_a_euro_at_the_most(total: str, good: bool) -> None:
    rows = [priced("100.30", position=n) for n in range(1, 101)]
    if good:
        check_total(invoice(total, *rows))
    else:
        with pytest.raises(Permanent, match="TOTAL_DIFFERS"):
            check_total(invoice(total, *rows))
