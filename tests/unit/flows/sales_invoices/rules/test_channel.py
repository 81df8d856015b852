"""How the invoice reaches the customer."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any

import pytest

from gateway.documents import Address, SalesInvoice
from gateway.errors import Permanent
from gateway.flows.sales_invoices.rules.channel import (
    Channel,
    channel,
    channel_notes,
    check_einvoice_day,
    email_address,
)
from tests.unit.invoices import PROFILE, an_invoice


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


@pytest.mark.parametrize(
    ("card", "email", "on", "told"),
    [
        (E_INVOICE, "a@b", True, ""),
        ({**E_INVOICE, "einvoice_address": "003701120388"}, None, False, "003701120388 is no OVT code"),
        (
            {**E_INVOICE, "einvoice_operator": "Basware Oyj"},
            "a@b.fi",
            True,
            "sent by e-mail, not as .*Basware Oyj has no known",
        ),
        (
            {**E_INVOICE, "einvoice_operator": None},
            None,
            False,
            "sent by post, not as .*address 003701120389 and no operator",
        ),
        ({**E_INVOICE, "einvoice_address": " "}, None, False, "operator DABAFIHH and no address"),
        ({}, "a@b.fi; c@d.fi", True, "only a@b.fi gets"),
        ({}, "a@b.fi; c@d.fi", False, ""),  # no e-mail is sent, so none is missed
        ({"email": "c@d.fi"}, "a@b", True, "a@b is no e-mail address"),
        ({"email": "c@d"}, "a@b.fi", True, ""),  # not looked at
        ({}, "ask Maija", True, ""),
    ],
)
def test_E1_E2_addresses_that_are_there_and_not_used_are_told(
    card: dict[str, Any], email: str | None, on: bool, told: str
) -> None:
    notes = channel_notes(reached(card, receiver_email=email), replace(PROFILE, send_by_email=on))
    assert len(notes) == bool(told)
    assert not told or re.search(told, notes[0])


@pytest.mark.parametrize(("days", "late"), [(-1, True), (0, True), (1, False)])
def test_S14_e_invoice_due_today_is_refused_before_its_post(days: int, late: bool) -> None:
    """Procountor doesn't send it: refused where it is to be sent at once, else noted. A letter goes at any time."""
    invoice, letter = reached(E_INVOICE), reached()
    profile = replace(PROFILE, day=invoice.due_date - dt.timedelta(days=days))
    assert [("is not after today" in note) for note in channel_notes(invoice, profile)] == [True] * late
    assert channel_notes(letter, profile) == []
    check_einvoice_day(letter, replace(profile, sends=True))
    check_einvoice_day(invoice, profile)
    if late:
        with pytest.raises(Permanent, match="EINVOICE_TOO_LATE"):
            check_einvoice_day(invoice, replace(profile, sends=True))
    else:
        check_einvoice_day(invoice, replace(profile, sends=True))


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
