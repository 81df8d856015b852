"""Texts that are made of several: contact persons, additional information without HTML."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.flows.sales_invoices.rules.wording import CREDITS, additional_information, contact_persons
from gateway.rules.text.plain import plain
from tests.unit.invoices import an_invoice

NAMES = st.one_of(st.none(), st.text(max_size=40))


@given(NAMES, NAMES)
def test_table_contact_persons_are_both_or_the_one_that_is_there(receiver: str | None, sender: str | None) -> None:
    found = contact_persons(an_invoice(receiver_contact=receiver, sender_contact=sender))
    there = [" ".join(one.split()) for one in (receiver, sender) if one and one.strip()]
    assert found == "/".join(there)
    other = contact_persons(an_invoice(receiver_contact=receiver, sender_contact=sender), sender_first=True)
    assert other == "/".join(there[::-1])


@pytest.mark.parametrize(
    ("receiver", "sender", "name"),
    [("Maija  Meri", None, "Maija Meri"), (" ", "Ville Virta", "Ville Virta"), (None, None, ""), ("A", "B", "A/B")],
)
def test_table_one_contact_person_stands_without_a_stroke(receiver: str | None, sender: str | None, name: str) -> None:
    assert contact_persons(an_invoice(receiver_contact=receiver, sender_contact=sender)) == name


PARTS = ("our_reference", "your_reference", "notes", "free_text_above", "free_text_below")


@given(st.lists(st.booleans(), min_size=5, max_size=5))
def test_table_additional_information_keeps_its_order(there: list[bool]) -> None:
    texts: dict[str, Any] = {name: name if given else None for name, given in zip(PARTS, there, strict=True)}
    assert additional_information(an_invoice(**texts), "FINNISH").split("\n") == (
        [name for name in PARTS if texts[name]] or [""]
    )


@pytest.mark.parametrize("language", CREDITS)
def test_table_credit_note_names_the_reimbursed_invoice(language: str) -> None:
    credit = an_invoice(is_credit_note=True, reimburses=998)
    assert additional_information(credit, language).startswith(f"{CREDITS[language]} 998\nour\n")
    assert "998" not in additional_information(an_invoice(reimburses=998), language)
    assert additional_information(an_invoice(is_credit_note=True), language).startswith("our")


@given(st.text(st.characters(exclude_characters="<&\x00")))
def test_table_plain_text_stays_as_it_is(text: str) -> None:
    assert plain(text) == text.strip()


@pytest.mark.parametrize("text", ["<u viikko 12>", "<b 12 h>", "<a & b>", "<p ja>", "< p >", "<i/o-kortti>"])
def test_table_a_text_in_angle_brackets_that_is_no_tag_stays(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    "tag",
    [
        "<u>",
        "<P CLASS=MsoNormal STYLE='margin:0cm; color:red'>",
        '<a href="https://x.fi/?a=1&b=2" >',
        "<td nowrap>",
        "<br/>",
        "<br />",
        "</p >",
        "<o:p>",
        '<font size="2" color=#fff>',
        "<ol reversed start=3>",
        "<hr noshade/>",
    ],
)
def test_table_a_tag_goes_with_its_attributes(tag: str) -> None:
    assert plain(f"{tag}x") in ("x", "- x")


@given(st.text("<>&;/ab p\n", max_size=40))
def test_table_any_text_has_a_plain_one(text: str) -> None:
    assert "<p>" not in plain(text)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        (None, ""),
        ("<p>Hello <b>you</b></p>\n<p>two</p>", "Hello you\ntwo"),
        ("one<br/>two<BR>three", "one\ntwo\nthree"),
        ("<ul><li>one</li><li>two &amp; three</li></ul>", "- one\n- two & three"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n3"),
        ("<style>p { color: red }</style><div>hi</div><div>ho</div>", "hi\nho"),
        ("<!-- hidden --><span style='x'>shown</span>", "shown"),
        ("a < b & c > d", "a < b & c > d"),
        ("<5 kg, <matti@asiakas.fi>", "<5 kg, <matti@asiakas.fi>"),
        ("R&amp;D &lt;x&gt; &#228; &auml; &euro;5", "R&D <x> ä ä €5"),
        ("AT&T &nosuch; &copy", "AT&T &nosuch; &copy"),
        ("one\n\ntwo", "one\n\ntwo"),
        ("one\n<b>two</b>", "one\ntwo"),
        ("<p>one\ntwo</p>", "one two"),
    ],
)
def test_table_html_becomes_plain(text: str | None, seen: str) -> None:
    assert plain(text) == seen
