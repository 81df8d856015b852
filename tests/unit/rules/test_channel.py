"""How the invoice reaches the customer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gateway.documents import Address, SalesInvoice
from gateway.errors import Permanent
from gateway.rules.channel import Channel, channel, email_address
from tests.unit.invoices import an_invoice


def reached(card: dict[str, Any] | None = None, **changes: Any) -> SalesInvoice:
    invoice = an_invoice(**changes)
    return replace(invoice, customer=replace(invoice.customer, **(card or {})))


E_INVOICE = {"einvoice_address": " 003701120389 ", "einvoice_operator": "DABAFIHH"}


@pytest.mark.parametrize(
    ("card", "email", "on", "chosen"),
    [
        (E_INVOICE, "a@b.fi", True, Channel.ELECTRONIC_INVOICE),
        ({**E_INVOICE, "einvoice_operator": " "}, "a@b.fi", True, Channel.EMAIL),
        ({**E_INVOICE, "einvoice_address": None}, None, True, Channel.MAIL),
        ({"email": "c@d.fi"}, None, True, Channel.EMAIL),
        ({"email": "c@d.fi"}, None, False, Channel.MAIL),
        ({"email": "-"}, "n/a", True, Channel.MAIL),
        ({"einvoice_address": "漢", "einvoice_operator": "X"}, None, True, Channel.MAIL),
    ],
)
def test_E1_E2_E3_the_channel_by_what_is_known(
    card: dict[str, Any], email: str | None, on: bool, chosen: Channel
) -> None:
    assert channel(reached(card, receiver_email=email), on) is chosen


def test_E2_the_receivers_contact_goes_before_the_customer() -> None:
    assert email_address(reached({"email": "c@d.fi"}, receiver_email=" a@b.fi ")) == "a@b.fi"
    assert email_address(reached({"email": "c@d.fi"}, receiver_email="ask Maija")) == "c@d.fi"
    assert email_address(reached({"email": "\ud83d@d.fi"})) is None


@pytest.mark.parametrize(
    ("address", "missing"),
    [
        (Address(None, "00100", "Helsinki", "FI"), "street"),
        (Address("Katu 1", " ", "\u200b", "FI"), "postal code, city"),
        (Address(country="FI"), "street, postal code, city"),
    ],
)
@pytest.mark.parametrize(("card", "how"), [({}, "by post"), (E_INVOICE, "as an e-invoice")])
def test_E3_mail_and_e_invoice_need_the_whole_address(
    address: Address, missing: str, card: dict[str, Any], how: str
) -> None:
    with pytest.raises(Permanent) as caught:
        channel(reached(card, receiver_address=address), False)
    assert (caught.value.code, caught.value.facts["missing"], caught.value.facts["how"]) == (
        "ADDRESS_INCOMPLETE",
        missing,
        how,
    )
    assert channel(reached(receiver_address=address, receiver_email="a@b.fi"), True) is Channel.EMAIL
