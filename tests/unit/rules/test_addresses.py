"""Addresses as people type them onto cards (E1, E2)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.rules.addresses import Read, einvoice_address, mail_address, operator
from gateway.sandbox.world.demo_world import business_id

OVT = st.builds(
    lambda n, suffix: "0037" + business_id("FI", n).replace("-", "") + suffix,
    st.integers(0, 5000),
    st.text("0123456789ABCXYZ", max_size=5),
)
#: Blanks of every kind, and what nobody sees.
SPACE = st.text(" \t\n\xa0\u2009\u202f\u3000\u200b\u200c\u200d\u2060\ufeff\xad\u200e", max_size=3)
MAIL = st.from_regex(r"[a-z0-9][a-z0-9_.+-]{0,6}[a-z0-9]@[a-z0-9-]{1,8}\.[a-z]{2,4}", fullmatch=True)


@given(OVT, st.data())
def test_E1_invisible_characters_are_no_part_of_an_address(ovt: str, data: st.DataObject) -> None:
    """One of them turned an e-invoice into a paper letter without a word."""
    typed = "".join(data.draw(SPACE) + letter for letter in ovt) + data.draw(SPACE)
    assert einvoice_address(typed) == operator(typed) == Read(ovt)


@given(OVT, st.integers(0, 11), st.sampled_from("0123456789"))
def test_E1_another_digit_is_no_ovt_code(ovt: str, at: int, digit: str) -> None:
    """The check digit of the business id tells; another digit before it, that it is none or not a Finnish one."""
    other = ovt[:at] + digit + ovt[at + 1 :]
    if at >= 4 and other != ovt:
        assert einvoice_address(other).address in ("", other)
        assert einvoice_address(ovt[:11] + str((int(ovt[11]) + 1) % 10) + ovt[12:]).fault == "is no OVT code"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("0037 0112 0389", "003701120389"),
        ("0037-0112038-9 ab1", "003701120389AB1"),
        ("FI21 1234 5600 0007 85", "FI2112345600000785"),
        ("fi2112345600000785", "FI2112345600000785"),
        ("FI2212345600000785", ""),
        ("003701120388", ""),
        ("0037011203", ""),
        ("003701120389123456", ""),
        ("0037\u0660\u06611120389", ""),  # digits of another script
        ("TE003701120389", "TE003701120389"),
        ("0007:5560160680", "0007:5560160680"),
        ("7365567000000", "7365567000000"),
        ("kysy asiakkaalta", ""),
        ("-", ""),
        ("\u200b", ""),
        ("漢1", ""),
    ],
)
def test_E1_e_invoice_addresses_by_their_form(text: str, address: str) -> None:
    read = einvoice_address(text)
    assert read.address == address
    assert bool(read.fault) == (not address and text != "\u200b")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("DABA FIHH", "DABAFIHH"),
        ("okoyfihhxxx", "OKOYFIHHXXX"),
        ("003721291126", "003721291126"),
        ("003721291127", ""),
        ("E204503", "E204503"),
        ("FI28768767", "FI28768767"),
        ("INEXCHANGE", "INEXCHANGE"),
        ("Basware", ""),
        ("Basware Oyj", ""),
        ("Maventa1", "Maventa1"),
        (None, ""),
    ],
)
def test_E1_operators_are_codes_and_no_names(text: str | None, code: str) -> None:
    assert operator(text).address == code


WRITTEN = ["{}", " {} ", "mailto:{}", "Maija Mäki <{}>", '"Mäki, M." <{}>', "({})", "{};", "{},\u200b", "ask {}."]


@given(MAIL, st.sampled_from(WRITTEN))
def test_E2_a_mail_address_is_found_in_what_people_write(address: str, written: str) -> None:
    assert mail_address(written.format(address)) == Read(address)


@given(st.lists(MAIL, min_size=1, max_size=4, unique=True), st.sampled_from(["; ", ",", " ", "\n", " ; "]))
def test_E2_one_goes_and_the_others_are_told(several: list[str], between: str) -> None:
    assert mail_address(between.join(several)) == Read(several[0], left=tuple(several[1:]))


@pytest.mark.parametrize("text", ["n/a", "-", "a@", "@b.fi", "a@b", "a@b..fi", "a b", "\ud83d@d.fi", "łukasz@d.fi"])
def test_E2_what_is_no_address(text: str) -> None:
    assert mail_address(text) == Read(fault="is no e-mail address")


@given(st.one_of(st.none(), st.text(max_size=40)))
def test_E1_E2_any_text_becomes_what_procountor_takes(text: str | None) -> None:
    for read in (einvoice_address(text), operator(text), mail_address(text)):
        assert not (read.address and read.fault)
        assert not any(letter.isspace() for letter in read.address)
        read.address.encode("cp1252")
