from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.documents import Address, Customer
from gateway.errors import Permanent
from gateway.flows.sales_invoices.rules.partners import (
    business_id,
    customer_name,
    customer_number,
    match_partner,
    new_partner,
)
from gateway.rules.identifiers import identifier
from gateway.rules.register_items import PartnerCard
from tests.unit.invoices import PROFILE, an_invoice

WANTED = identifier("0112038-9", "FI")
RIGHT = PartnerCard(1, "Asiakas Oy", "FI01120389", "77")


def test_M1_same_number_and_same_id_in_another_form() -> None:
    assert match_partner([PartnerCard(2, "x", None, "8"), RIGHT], WANTED, "77", "Asiakas Oy") is RIGHT


def test_M1_active_partner_precedes_an_inactive_one() -> None:
    """Which is never created again."""
    gone = replace(RIGHT, id=0, active=False)
    assert match_partner([gone, RIGHT], WANTED, "77", "Asiakas Oy") is RIGHT
    with pytest.raises(Permanent, match="PARTNER_INACTIVE") as caught:
        match_partner([replace(gone, identifier="1234567-1"), gone], WANTED, "77", "Asiakas Oy")
    assert "Activate the customer" in caught.value.message


def test_M3_the_number_of_an_inactive_partner_is_taken_too() -> None:
    with pytest.raises(Permanent, match="PARTNER_NUMBER_TAKEN"):
        match_partner([replace(RIGHT, identifier="1234567-1", active=False)], WANTED, "77", "Asiakas Oy")


def test_M2_same_id_with_another_number_is_no_match() -> None:
    assert match_partner([replace(RIGHT, customer_number="78")], WANTED, "77", "Asiakas Oy") is None


def test_M2_no_new_partner_where_the_settings_forbid_it() -> None:
    with pytest.raises(Permanent, match="PARTNER_MISSING"):
        new_partner(an_invoice(), replace(PROFILE, may_create_partners=False))


def test_M3_same_number_with_another_id_names_both() -> None:
    with pytest.raises(Permanent) as caught:
        match_partner([replace(RIGHT, identifier="1234567-1")], WANTED, "77", "Uusi Oy")
    assert caught.value.code == "PARTNER_NUMBER_TAKEN"
    for told in (caught.value.message, caught.value.detail):
        assert all(part in told for part in ("Asiakas Oy", "1234567-1", "Uusi Oy", "0112038-9"))


@pytest.mark.parametrize("kept", ["131052-308T", "121212-1212", "121212-1213", "19121212-1212"])
def test_R3_M3_private_customers_number_is_not_repeated(kept: str) -> None:
    with pytest.raises(Permanent, match="PARTNER_NUMBER_TAKEN") as caught:
        match_partner([replace(RIGHT, identifier=kept)], WANTED, "77", "Asiakas Oy")
    assert kept[-4:] not in f"{caught.value} {caught.value.message} {caught.value.cause}"
    assert "0112038-9" in caught.value.message


def test_R3_M2_the_number_of_a_swedish_sole_trader_is_not_told() -> None:
    invoice = an_invoice(
        business_id="19121212-1212", receiver_address=Address("Gatan 1", "11122", "Stockholm", "Sverige")
    )
    with pytest.raises(Permanent, match="PARTNER_MISSING") as caught:
        new_partner(invoice, replace(PROFILE, country="SE", may_create_partners=False))
    assert "121212-1212" not in f"{caught.value} {caught.value.message} {caught.value.cause}"


def test_R3_a_masked_id_is_not_passed_over_for_the_cards() -> None:
    with pytest.raises(Permanent, match="BUSINESS_ID_INVALID"):
        business_id(an_invoice(business_id="***"))


def test_M4_number_and_id_are_both_needed() -> None:
    invoice = an_invoice()
    with pytest.raises(Permanent, match="CUSTOMER_NUMBER_MISSING"):
        customer_number(replace(invoice, customer=replace(invoice.customer, number=None)))
    with pytest.raises(Permanent, match="BUSINESS_ID_MISSING"):
        business_id(replace(invoice, business_id=" ", customer=replace(invoice.customer, business_id=None)))


def test_M1_the_id_on_the_invoice_goes_before_the_cards() -> None:
    invoice = an_invoice(business_id=" ")
    card = replace(invoice.customer, business_id=" 0112038-9 ")
    assert business_id(replace(invoice, customer=card)) == WANTED
    assert business_id(replace(an_invoice(), customer=replace(card, business_id="1234567-1"))) == WANTED
    assert match_partner([replace(RIGHT, customer_number=" 77 ")], WANTED, "77", "Asiakas Oy") is not None


def test_F5_a_new_partner_with_an_e_invoice_address_abroad() -> None:
    invoice = an_invoice(
        language="de",
        business_id="DE 123456789",
        receiver_email="a@kunde.example",
        receiver_address=Address("Hauptstraße 1", "10115", "Berlin", "Saksa"),
    )
    card = replace(invoice.customer, einvoice_address="0204:991", einvoice_operator="OPERATOR", name="漢" * 90)
    body, truncations = new_partner(replace(invoice, customer=card), PROFILE)
    assert body["name"] == "?" * 80
    assert body["invoicingInfo"] == {
        "customerNumber": "77",
        "identifier": "DE123456789",
        "invoiceChannel": "ELECTRONIC_INVOICE",
        "language": "ENGLISH",
        "email": "a@kunde.example",
        "einvoiceAddress": "0204:991",
        "einvoiceOperator": "OPERATOR",
    }
    assert [cut.field for cut in truncations] == ["partner.name", "partner.name"]


def test_F5_a_new_partner_has_what_procountor_requires() -> None:
    body, truncations = new_partner(an_invoice(), PROFILE)
    assert body["type"] == "CUSTOMER"
    assert body["paymentInfo"] == {"paymentMethod": "BANK_TRANSFER", "currency": "EUR"}
    assert body["invoicingInfo"] == {
        "customerNumber": "77",
        "identifier": "0112038-9",
        "identifierType": "FI",
        "invoiceChannel": "MAIL",
        "language": "FINNISH",
    }
    assert truncations == []


@pytest.mark.parametrize("text", ["-", " ? ", "\u200b", "--"])
def test_M4_a_dash_is_no_business_id(text: str) -> None:
    """It would match every partner whose id is a dash, or make a new one."""
    with pytest.raises(Permanent, match="BUSINESS_ID_MISSING"):
        business_id(replace(an_invoice(), business_id=text, customer=Customer("c1", "x", 7, text)))
    card = Customer("c1", "x", 7, "0112038-9")
    assert business_id(replace(an_invoice(), business_id=text, customer=card)) == WANTED


def test_table_customer_has_a_name_on_invoice_or_card() -> None:
    card = Customer("c1", " ", number=77)
    assert customer_name(replace(an_invoice(receiver_name=" "), customer=replace(card, name="Oy"))) == "Oy"
    assert new_partner(replace(an_invoice(), customer=card), PROFILE)[0]["name"] == "Asiakas Oy"
    with pytest.raises(Permanent, match="CUSTOMER_NAME_MISSING"):
        customer_name(replace(an_invoice(receiver_name=None), customer=card))
