"""Travel reimbursements: what refuses one, which codes its lines have, and its body (R1, R4, P4, T3)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.documents import ExpenseClass, Line, Money, TravelReimbursement
from gateway.errors import Permanent
from gateway.flows.travel_reimbursements.rules.mapping import (
    Mapped,
    TravelProfile,
    check_reimbursement,
    find_products,
    map_reimbursement,
)
from gateway.rules.register_items import TravelProduct
from gateway.sandbox import facts
from tests.unit.reimbursements import DAY, a_line, a_reimbursement, eur, kilometers

VAT = frozenset(map(Decimal, ("0", "10", "13.5", "25.5")))
YEAR: dict[str, Any] = {"starts": dt.date(2026, 1, 1), "ends": dt.date(2026, 12, 31), "currency": "EUR"}
KM = TravelProduct(70, "KM", "Kilometer allowance", "KILOMETER", Decimal("0.55"), **YEAR)
REGISTER = (
    KM,
    replace(KM, id=60, price=Decimal("0.59"), starts=dt.date(2025, 1, 1), ends=dt.date(2025, 12, 31)),
    TravelProduct(71, "TRAIN", "Train ticket", **YEAR),
    TravelProduct(72, "DAY", "Daily allowance", "DAY", Decimal("54"), **YEAR),
)
PROFILE = TravelProfile("FI", "EUR", "FI2112345600000785", VAT, payment_term=14, row_text=80)
SAVE = next(one for one in facts.operations("procountor") if one.name == "saveInvoice")


def refused(document: TravelReimbursement) -> list[str]:
    """The codes of everything that refuses it."""
    with pytest.raises(Permanent) as caught:
        mapped(document)
    return [caught.value.code, *(one.code for one in caught.value.others)]


def mapped(document: TravelReimbursement, profile: TravelProfile = PROFILE) -> Mapped:
    check_reimbursement(document, VAT)
    products = find_products(document, REGISTER)
    return map_reimbursement(document, profile, (31, "FI4950009420028730"), products, "severa:r-guid#1:abc")


def test_F2_a_reimbursement_becomes_a_travel_invoice() -> None:
    body: Any = mapped(a_reimbursement()).body
    assert facts.problems(SAVE, [], body, False, ()) == []
    assert (body["type"], body["partnerId"], body["invoiceChannel"]) == ("TRAVEL_INVOICE", 31, "NO_SENDING")
    assert "vatStatus" not in body and body["originalInvoiceNumber"] == "501"
    assert body["paymentInfo"]["dueDate"] == "2026-03-16"
    assert body["counterParty"]["bankAccount"] == {"accountNumber": "FI4950009420028730"}
    train, car = body["invoiceRows"]
    assert (train["productId"], train["productCode"], train["unitPrice"]) == (71, "TRAIN", Decimal("12.55"))
    assert (car["productId"], car["quantity"], car["unit"], car["vatPercent"]) == (70, Decimal(120), "KILOMETER", 0)
    assert car["comment"] == "2026-03-02 Kilometer allowance"


def test_R4_the_user_gets_back_what_was_paid() -> None:
    """Prices have VAT, so the sum has no cent of rounding."""
    document = a_reimbursement(*(a_line(n, unit_cost=eur("9.99")) for n in range(1, 8)))
    body: Any = mapped(document).body
    assert body["extraInfo"]["unitPricesIncludeVat"] is True
    assert sum(row["quantity"] * row["unitPrice"] for row in body["invoiceRows"]) == document.total.amount


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"number": None}, "REIMBURSEMENT_NUMBER_MISSING"),
        ({"date": dt.date.min}, "REIMBURSEMENT_DATE_MISSING"),
        ({"user_name": " "}, "USER_NAME_MISSING"),
        ({"lines": ()}, "REIMBURSEMENT_EMPTY"),
        ({"lines": (a_line(is_reimbursed=False),)}, "REIMBURSEMENT_EMPTY"),
        ({"currency": "XYZ", "lines": (a_line(unit_cost=Money(Decimal(1), "XYZ")),)}, "CURRENCY_UNKNOWN"),
        ({"total": eur("100"), "total_expenses": eur("100")}, "REIMBURSEMENT_TOTAL_DIFFERS"),
    ],
)
def test_R4_a_reimbursement_is_refused_before_any_call(changes: dict[str, Any], code: str) -> None:
    assert code in refused(a_reimbursement(**changes))


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (a_line(date=dt.date.min), "TRAVEL_DATE_MISSING"),
        (a_line(code=" "), "TRAVEL_CODE_MISSING"),
        (a_line(code="TAXI"), "TRAVEL_CODE_UNKNOWN"),
        (a_line(date=dt.date(2025, 12, 31)), "TRAVEL_CODE_NOT_VALID"),
        (a_line(unit_cost=Money(Decimal("12.55"), "SEK")), "TRAVEL_CURRENCY_MIXED"),
        (a_line(vat_percent=Decimal(19)), "TRAVEL_VAT_NOT_IN_USE"),
        (a_line(quantity=Decimal(10**15)), "NUMBER_TOO_LONG"),
        (kilometers(date=dt.date(2025, 12, 31)), "TRAVEL_PRICE_DIFFERS"),
        (kilometers(unit="pv"), "TRAVEL_UNIT_DIFFERS"),
        (kilometers(quantity=Decimal(-1)), "TRAVEL_QUANTITY_WRONG"),
        (kilometers(quantity=Decimal("1.00001")), "TRAVEL_QUANTITY_WRONG"),
        (kilometers(vat_percent=Decimal("25.5")), "TRAVEL_VAT_ON_ALLOWANCE"),
    ],
)
def test_P4_a_line_is_refused_with_its_own_error(line: Line, code: str) -> None:
    assert set(refused(a_reimbursement(line))) == {code}


def test_P4_the_error_says_code_validity_and_price() -> None:
    """Of each code that the register has for the line."""
    with pytest.raises(Permanent) as caught:
        find_products(a_reimbursement(kilometers(date=dt.date(2027, 1, 2))), REGISTER)
    message = caught.value.message
    assert "travel code KM is not valid on that day" in message and "2027-01-02" in message
    assert "valid 2025-01-01 - 2025-12-31, 0.59 EUR" in message and "valid 2026-01-01 - 2026-12-31, 0.55 EUR" in message


def test_P4_a_code_that_is_valid_twice_is_not_guessed() -> None:
    with pytest.raises(Permanent) as caught:
        find_products(a_reimbursement(kilometers()), (KM, replace(KM, id=99)))
    assert caught.value.code == "TRAVEL_CODE_AMBIGUOUS"


def test_P4_each_line_has_the_code_of_its_own_year() -> None:
    """A trip over New Year has both."""
    before = kilometers(1, date=dt.date(2025, 12, 31), unit_cost=eur("0.59"))
    found = find_products(a_reimbursement(before, kilometers(2, date=dt.date(2026, 1, 1))), REGISTER)
    assert [found["line-1"].id, found["line-2"].id] == [60, 70]


def test_R4_the_outcome_says_the_register_s_price() -> None:
    """Of allowances alone; a code without a price is said as well."""
    notes = mapped(a_reimbursement()).notes
    assert notes == (
        "Line 2 (Turku and back) has the price of code KM in Procountor: valid 2026-01-01 - 2026-12-31, 0.55 EUR.",
    )


def test_R4_an_advance_is_said_to_who_pays() -> None:
    """In the outcome, and on the travel invoice."""
    document = a_reimbursement()
    document = replace(document, advance=eur("50"), total=eur(str(document.total.amount - 50)))
    found = mapped(document)
    assert found.body["additionalInformation"] == "Customer visit\nAdvance payment: 50.00 EUR"
    assert found.notes[0].startswith("Advance payment: 50.00 EUR.")


def test_R4_what_the_company_paid_is_left_out_and_said() -> None:
    found = mapped(a_reimbursement(a_line(), a_line(2, is_reimbursed=False, description="Hotel")))
    assert len(found.body["invoiceRows"]) == 1  # type: ignore[arg-type]
    assert found.notes == ("Lines that the user did not pay for are left out: 2 (Hotel).",)


def test_V2_a_foreign_reimbursement_has_procountors_rate() -> None:
    line = a_line(unit_cost=Money(Decimal("100"), "USD"), vat_percent=None)
    document = a_reimbursement(line, currency="USD", total_expenses=Money(Decimal(100), "USD"))
    found = mapped(document, replace(PROFILE, rate=Decimal("1.08")))
    assert found.body["paymentInfo"]["currencyRate"] == Decimal("1.08")  # type: ignore[index]
    assert found.notes == ("The rate is Procountor's: 1.08 USD for 1 EUR.",)


def test_T1_a_long_text_is_cut_and_kept_whole_beside() -> None:
    found = mapped(a_reimbursement(a_line(description="A" * 100), title="B" * 300))
    body: Any = found.body
    (row,) = body["invoiceRows"]
    assert (len(row["product"]), len(row["explanationText"])) == (80, 100)
    assert [one.field for one in found.truncations] == ["travel.purpose"]


ANY = st.none() | st.text(st.characters(), max_size=90)
NUMBERS = st.decimals(-(10**6), 10**6, places=6)


@given(
    st.lists(st.tuples(ANY, ANY, NUMBERS, NUMBERS, st.sampled_from(ExpenseClass), ANY), max_size=4), ANY, ANY, NUMBERS
)
def test_R4_whatever_severa_says_is_a_body_or_a_refusal(lines: Any, title: Any, name: Any, paid: Decimal) -> None:
    """And a body is one that Procountor's model accepts."""
    made = tuple(
        a_line(n, code=code, description=text or "", quantity=quantity, unit_cost=Money(price, "EUR"),
               expense_class=kind, unit=unit, vat_percent=None)
        for n, (code, text, quantity, price, kind, unit) in enumerate(lines, start=1)
    )  # fmt: skip
    document = replace(a_reimbursement(title=title, user_name=name or ""), lines=made, advance=eur(str(paid)))
    document = replace(document, total_expenses=eur(str(sum((one.gross for one in made), Decimal(0)))))
    register = [TravelProduct(n, (one.code or "").strip(), "", starts=DAY) for n, one in enumerate(made, start=1)]
    try:
        check_reimbursement(document, VAT)
        products = find_products(document, register[:1])
        body: Any = map_reimbursement(document, PROFILE, (1, "FI4950009420028730"), products, "m").body
    except Permanent:
        return
    assert facts.problems(SAVE, [], body, False, ()) == []
