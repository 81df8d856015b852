"""The field table of the sales invoice, and what is refused before any call."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.documents import Address, Customer, Money, RowKind, SalesInvoice, TruncationKind
from gateway.errors import Permanent
from gateway.flows.sales_invoices.rules.mapping import Mapped, check_invoice, map_invoice
from gateway.flows.sales_invoices.rules.payment import reference_code
from gateway.sandbox import facts
from tests.unit.invoices import PROFILE, a_row, an_invoice

IDS = {"CONS": 5, "GEN": 6, "WORK": 7, "TRAVEL": 8}
SAVE = next(one for one in facts.operations("procountor") if one.name == "saveInvoice")


def mapped(invoice: SalesInvoice, **profile: Any) -> Mapped:
    return map_invoice(invoice, replace(PROFILE, **profile), 42, IDS, "severa:8f0e#1:abc")


def refused(invoice: SalesInvoice) -> str:
    with pytest.raises(Permanent) as caught:
        check_invoice(invoice, PROFILE)
    return caught.value.code


def test_table_a_common_invoice_field_by_field() -> None:
    assert mapped(an_invoice()).body == {
        "partnerId": 42,
        "type": "SALES_INVOICE",
        "date": "2026-03-02",
        "counterParty": {
            "identifier": "0112038-9",
            "customerNumber": "77",
            "contactPersonName": "Maija Meri/Ville Virta",
            "counterPartyAddress": {
                "name": "Asiakas Oy",
                "street": "Mannerheimintie 1",
                "zip": "00100",
                "city": "Helsinki",
                "country": "FINLAND",
            },
        },
        "paymentInfo": {
            "paymentMethod": "BANK_TRANSFER",
            "currency": "EUR",
            "bankAccount": {"accountNumber": "FI2112345600000785"},
            "dueDate": "2026-03-16",
            "currencyRate": Decimal(1),
            "bankReferenceCode": "",
        },
        "extraInfo": {"accountingByRow": True, "unitPricesIncludeVat": False},
        "discountPercent": 0,
        "invoiceRows": [
            {
                "productId": 5,
                "productCode": "CONS",
                "product": "Consulting",
                "quantity": Decimal("7.5"),
                "unit": "HOUR",
                "unitPrice": Decimal(92),
                "discountPercent": 0,
                "vatPercent": Decimal("25.5"),
            }
        ],
        "invoiceChannel": "MAIL",
        "originalInvoiceNumber": "1001",
        "vatStatus": 1,
        "language": "FINNISH",
        "notes": "severa:8f0e#1:abc",
        "orderReference": "PO 7",
        "additionalInformation": "our\nyour\nabove",
        "penaltyPercent": Decimal("8.00"),
    }


@given(st.text(max_size=90), st.text(max_size=90), st.sampled_from(["en", "sv", "zh", None]))
def test_every_body_is_valid_against_the_facts_of_the_operation(name: str, text: str, language: str | None) -> None:
    invoice = an_invoice(receiver_name=name or "x", notes=text, language=language, rows=(a_row(description=text),))
    body = _plain(mapped(invoice).body)
    assert facts.problems(SAVE, [], body, repeated=False) == []


def test_T1_contact_persons_are_cut_at_28_and_it_is_told() -> None:
    """The cut is in the outcome (B6)."""
    result = mapped(an_invoice(receiver_contact="Bartholomeus Featherstone", sender_contact="Ville Virta"))
    assert result.body["counterParty"]["contactPersonName"] == "Bartholomeus Featherstone/Vi"  # type: ignore[index]
    assert [(cut.field, cut.full_length) for cut in result.truncations] == [("counterParty.contactPersonName", 37)]


def test_T1_additional_information_is_10_000_plain_letters() -> None:
    result = mapped(
        an_invoice(our_reference="<b>our</b>", your_reference=None, notes="ä" * 10_000, free_text_above="x")
    )
    text = str(result.body["additionalInformation"])
    assert (len(text), text[:5]) == (10_000, "our\nä")
    assert [(cut.field, cut.full_length, cut.kept_length) for cut in result.truncations] == [
        ("additionalInformation", 10_006, 10_000)
    ]


def test_T1_a_stroke_without_its_second_name_goes_too() -> None:
    result = mapped(an_invoice(receiver_contact="A" * 27, sender_contact="Ville Virta"))
    assert result.body["counterParty"]["contactPersonName"] == "A" * 27  # type: ignore[index]
    assert [(cut.full_length, cut.kept_length) for cut in result.truncations] == [(39, 27)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"number": None}, "NUMBER_MISSING"),
        ({"rows": (a_row(quantity=Decimal("12345678.12345678")),)}, "NUMBER_TOO_LONG"),
        ({"rows": (a_row(quantity=Decimal("1E+8"), unit_price=Money(Decimal("1E+7"), "EUR")),)}, "NUMBER_TOO_LONG"),
        ({"rows": (a_row(quantity=Decimal("1E+15"), unit_price=Money(Decimal(0), "EUR")),)}, "NUMBER_TOO_LONG"),
        ({"receiver_name": " ", "customer": Customer("c1", "", 77)}, "CUSTOMER_NAME_MISSING"),
        ({"date": dt.date.min}, "DATE_MISSING"),
        ({"overdue_interest": Decimal(-1)}, "INTEREST_WRONG"),
        ({"receiver_address": Address("s", "z", "c", " "), "business_id": "12-3456789"}, "COUNTRY_MISSING"),
        ({"currency": "XYZ"}, "CURRENCY_UNKNOWN"),
        ({"rows": (a_row(codes=("A" * 41,)),)}, "PRODUCT_CODE_WRONG"),
        ({"is_credit_note": True}, "CREDIT_NOTE_POSITIVE"),
        ({"rows": ()}, "ROWS_MISSING"),
        ({"receiver_address": Address("s", "z", "c", " ")}, "COUNTRY_MISSING"),
        ({"receiver_address": Address("s", "z", "c", "Narnia")}, "COUNTRY_UNKNOWN"),
        ({"receiver_address": Address("s", None, "c", "FI")}, "ADDRESS_INCOMPLETE"),
        ({"due_date": dt.date(2026, 3, 1)}, "DUE_DATE_WRONG"),
        ({"due_date": dt.date(2029, 3, 1)}, "DUE_DATE_WRONG"),
        ({"rows": (a_row(vat_percent=None),)}, "VAT_MISSING"),
        ({"rows": (a_row(vat_percent=Decimal(24)),)}, "VAT_NOT_IN_USE"),
        ({"total_excluding_tax": Money(Decimal("690.02"), "EUR")}, "TOTAL_DIFFERS"),
    ],
)
def test_refusals_before_any_call(changes: dict[str, Any], code: str) -> None:
    """E3 among them: mail needs the whole address."""
    assert refused(an_invoice(**changes)) == code


@pytest.mark.parametrize(("length", "limit"), [(80, 80), (81, 80), (512, 80), (600, 80), (81, 512), (600, 512)])
def test_T1_a_long_row_text_stands_whole_in_the_explanation(length: int, limit: int) -> None:
    """What is beyond the product is no loss, as long as the explanation has it."""
    text = "Łódź" + "x" * (length - 4)
    result = mapped(an_invoice(rows=(a_row(description=text),)), row_text=limit)
    (made,) = cast(Any, result.body["invoiceRows"])
    whole = "Lódz" + "x" * (length - 4)
    assert made["product"] == whole[:limit]
    assert made.get("explanationText") == (whole[:512] if length > limit else None)
    where = "rows[1].explanationText" if length > limit else "rows[1].product"
    assert [(cut.field, cut.kind) for cut in result.truncations] == [
        (where, kind)
        for kind in (TruncationKind.REPLACED, TruncationKind.CUT)
        if kind is TruncationKind.REPLACED or length > 512
    ]


@given(st.integers(1, 30), st.integers(1, 1000), st.sampled_from([1, -1]))
def test_T3_a_cent_a_row_is_rounding_and_more_is_refused(count: int, more: int, sign: int) -> None:
    rows = tuple(a_row(position) for position in range(1, count + 1))
    within, beyond = (690 * count + sign * Decimal(cents) / 100 for cents in (count, count + more))
    check_invoice(an_invoice(rows=rows, total_excluding_tax=Money(within, "EUR")), PROFILE)
    assert refused(an_invoice(rows=rows, total_excluding_tax=Money(beyond, "EUR"))) == "TOTAL_DIFFERS"


def test_T3_credit_notes_keep_their_signs() -> None:
    credit = an_invoice(rows=(a_row(quantity=Decimal("-7.5")),), is_credit_note=True)
    check_invoice(credit, PROFILE)
    assert mapped(credit).body["invoiceRows"][0]["quantity"] == Decimal("-7.5")  # type: ignore[index]


def test_P1_a_row_without_a_code_has_the_default_of_its_kind() -> None:
    """The defaults are S4, S5, S6."""
    rows = (a_row(1, codes=()), a_row(2, codes=("", " "), kind=RowKind.FEES), a_row(3, codes=(), kind=RowKind.TRAVEL))
    assert [row["productCode"] for row in cast(Any, mapped(an_invoice(rows=rows)).body["invoiceRows"])] == [
        "WORK",
        "GEN",
        "TRAVEL",
    ]


def test_P3_several_codes_are_the_default_and_it_is_said() -> None:
    result = mapped(an_invoice(rows=(a_row(codes=("CONS", "", "PM")),)))
    assert result.body["invoiceRows"][0]["productCode"] == "WORK"  # type: ignore[index]
    assert "CONS, PM" in result.notes[0]
    assert mapped(an_invoice(rows=(a_row(codes=("CONS", "", "CONS")),))).notes == ()


def test_E1_e_invoice_when_address_and_operator_are_known() -> None:
    invoice = an_invoice()
    card = replace(invoice.customer, einvoice_address="003701120389", einvoice_operator="DABAFIHH", email="a@b.fi")
    body = mapped(replace(invoice, customer=card), send_by_email=True).body
    assert body["invoiceChannel"] == "ELECTRONIC_INVOICE"
    assert body["counterParty"]["einvoiceAddress"] == {"address": "003701120389", "operator": "DABAFIHH"}  # type: ignore[index]


def test_E2_email_only_where_it_is_switched_on() -> None:
    invoice = an_invoice(receiver_email="maija@asiakas.fi")
    assert mapped(invoice, send_by_email=True).body["counterParty"]["email"] == "maija@asiakas.fi"  # type: ignore[index]
    assert mapped(invoice).body["invoiceChannel"] == "MAIL"


@pytest.mark.parametrize(
    ("country", "vat", "status"), [("FI", "25.5", 1), ("DE", "0", 21), ("US", "0", 3), ("DE", "25.5", 1)]
)
def test_vat_status_by_country_and_charge(country: str, vat: str, status: int) -> None:
    rows = (a_row(vat_percent=Decimal(vat)),)
    invoice = an_invoice(rows=rows, receiver_address=Address("s", "z", "c", country), business_id="DE123456789")
    assert mapped(invoice).body["vatStatus"] == status


@pytest.mark.parametrize(
    ("text", "code"),
    [("1232", "1232"), ("1 23 2", "1232"), ("1233", ""), (None, ""), ("RF18539007547034", "RF18539007547034")],
)
def test_reference_goes_only_with_a_right_check_digit(text: str | None, code: str) -> None:
    assert reference_code(text) == code


def _plain(node: Any) -> Any:
    if isinstance(node, dict):
        return {name: _plain(value) for name, value in node.items()}
    if isinstance(node, list):
        return [_plain(one) for one in node]
    return float(node) if isinstance(node, Decimal) else node
