"""Texts that fit, and the record of what was lost."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.documents import Truncation, TruncationKind
from gateway.rules.text.characters import clusters, nearest
from gateway.rules.text.fit import blank, fit

ANY = st.text(st.characters(), max_size=60) | st.text(st.characters(categories=["L", "M", "S", "Cs", "Cf", "Zs"]))
#: Characters of a reader, each of several code points or none that Windows-1252 has.
READERS = st.lists(
    st.sampled_from(
        ["a", "é", "e\u0301", "a\u0302\u0323", "x\u0336", "👩‍👩‍👧", "👍🏽", "🇫🇮", "≤", "ﬁ", "漢", "1️⃣", " ", "Ж", "≠"]
    ),
    max_size=30,
)


@given(ANY, st.integers(0, 40), st.booleans())
@example("\ud83d", 1, False)
@example("0\r\x1b", 9, False)
def test_T1_T2_any_text_fits_and_each_loss_is_recorded(text: str, limit: int, lines: bool) -> None:
    kept, losses = fit("f", text, limit, lines)
    kept.encode("cp1252")
    assert len(kept) <= limit
    whole, _ = fit("f", text, 10_000, lines)
    assert whole.startswith(kept)
    truncations = [one for one in losses if one.kind is TruncationKind.CUT]
    assert bool(truncations) == (len(whole) > limit)
    assert all((one.full_length, one.kept_length, one.kept) == (len(whole), len(kept), kept) for one in losses)
    assert blank(text) == (not whole)


@given(ANY)
@example("\ufe70")
@example("a \u0301")
@example("\u0301 a")
@example("a\u02d8")
def test_T2_a_second_time_changes_nothing(text: str) -> None:
    once, _ = fit("f", text, 10_000)
    assert fit("f", once, 10_000) == (once, [])


@given(ANY, st.integers(0, 20))
def test_B6_a_record_can_always_be_written(text: str, limit: int) -> None:
    """Also of half a surrogate pair, which no encoder takes."""
    for one in fit("f", text, limit)[1]:
        json.dumps(one.replaced, ensure_ascii=False).encode()
        assert len(one.replaced) <= 40


@given(READERS, st.integers(0, 40))
def test_T1_a_cut_stands_between_the_characters_of_a_reader(made: list[str], limit: int) -> None:
    text = "".join(made)
    if made and made[0] == " ":
        return
    kept, _ = fit("f", text, limit)
    pieces = [nearest(unicodedata.normalize("NFC", one)) for one in made]
    prefixes = {"".join(pieces[:n]).rstrip() for n in range(len(pieces) + 1)}
    assert kept in prefixes


@given(READERS)
def test_T1_characters_are_those_of_a_reader(made: list[str]) -> None:
    assert list(clusters(unicodedata.normalize("NFC", "".join(made)))) == [
        unicodedata.normalize("NFC", one) for one in made
    ]


@given(st.sampled_from("aeiouyAEOUsczn"), st.sampled_from(["\u0301", "\u0302", "\u0308", "\u0327", "\u030c", "\u0303"]))
def test_T1_mark_joins_its_base_where_windows_1252_has_both(base: str, mark: str) -> None:
    one = unicodedata.normalize("NFC", base + mark)
    try:
        one.encode("cp1252")
    except UnicodeEncodeError:
        one = base
    assert fit("f", base + mark + "b", 10)[0] == one + "b"
    assert fit("f", "b" + base + mark, 2)[0] == "b" + one


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("é “quoted” €", "é “quoted” €"),
        ("漢", "?"),
        ("Łódź", "Lódz"),
        ("e\u0301", "é"),
        ("ậ", "â"),
        ("ǘ", "ü"),
        ("👩‍👩‍👧 ok", "? ok"),
        ("🇫🇮", "?"),
        ("🏴\U000e0067\U000e0062\U000e007f", "?"),
        ("1️⃣", "1"),
        ("a−b ≤ c ≠ d → e", "a-b <= c != d -> e"),
        ("x\u0323y", "xy"),
        ("Жуков", "Zhukov"),
        ("50 ㎡, № 4, ⅓, Ａ１", "50 m2, No 4, 1/3, A1"),
        ("٣", "3"),
        ("two\r\nlines", "two lines"),
        ("two\u2028lines\x0bthree", "two lines three"),
        ("zero\u200bwidth", "zerowidth"),
        ("\u202edrow\u202c", "drow"),
        ("soft\u00adhyphen", "soft\u00adhyphen"),
        ("\ud83d", "?"),
        ("\ufe70", "?"),
        ("a \u0301", "a?"),
        ("a\u2003b", "a b"),
    ],
)
def test_T2_the_nearest_character_or_a_question_mark(text: str, kept: str) -> None:
    assert fit("f", text, 100)[0] == kept


def test_T1_the_record_tells_field_full_length_and_what_was_kept() -> None:
    assert fit("street", "a" * 90, 80)[1] == [Truncation("street", TruncationKind.CUT, 90, 80, kept="a" * 80)]


def test_T1_T2_cut_and_changed_text_is_reported_twice() -> None:
    """With what was kept."""
    _, losses = fit("street", "漢" + "a" * 90, 80)
    kept = "?" + "a" * 79
    assert losses == [
        Truncation("street", TruncationKind.REPLACED, 91, 80, "漢", kept),
        Truncation("street", TruncationKind.CUT, 91, 80, "", kept),
    ]


def test_B6_of_a_long_text_the_first_200_characters_are_told() -> None:
    one = fit("additionalInformation", "a" * 10_001, 10_000)[1][0]
    assert (one.full_length, one.kept_length, one.kept) == (10_001, 10_000, "a" * 200)


def test_B6_what_was_replaced_stands_in_the_record_once() -> None:
    _, losses = fit("f", "漢字 漢字 " + "👩‍👩‍👧", 100)
    assert [(one.kind, one.full_length, one.replaced) for one in losses] == [(TruncationKind.REPLACED, 7, "漢字👩‍👩‍👧")]


def test_T1_a_replacement_of_two_characters_is_not_parted() -> None:
    assert fit("f", "ab≤", 3)[0] == "ab"


def test_T1_lines_stay_where_they_may() -> None:
    assert fit("f", "one\r\ntwo", 100, lines=True)[0] == "one\ntwo"
