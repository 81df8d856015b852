from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.documents import CutKind
from gateway.rules.text import fit


@given(st.text(max_size=60), st.integers(0, 40), st.booleans())
def test_T1_T2_any_text_fits_and_each_loss_is_recorded(text: str, limit: int, lines: bool) -> None:
    kept, losses = fit("f", text, limit, lines)
    kept.encode("cp1252")
    assert len(kept) <= limit
    whole, _ = fit("f", text, 10_000, lines)
    assert whole.startswith(kept)
    assert any(one.kind is CutKind.CUT for one in losses) == (len(whole) > limit)


@given(st.text(max_size=40))
def test_T2_a_second_time_changes_nothing(text: str) -> None:
    once, _ = fit("f", text, 10_000)
    assert fit("f", once, 10_000) == (once, [])


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("é “quoted” €", "é “quoted” €"),
        ("漢", "?"),
        ("Łódź", "Lódz"),
        ("e\u0301", "é"),
        ("👩‍👩‍👧 ok", "? ok"),
        ("🇫🇮", "?"),
        ("a−b ≤ c", "a-b <= c"),
        ("x\u0323y", "xy"),
        ("two\r\nlines", "two lines"),
        ("zero\u200bwidth", "zerowidth"),
    ],
)
def test_T2_the_nearest_character_or_a_question_mark(text: str, kept: str) -> None:
    assert fit("f", text, 100)[0] == kept


def test_T1_the_record_tells_field_and_full_length() -> None:
    kept, losses = fit("street", "a" * 90, 80)
    assert (len(kept), losses[0].field, losses[0].full_length, losses[0].kept_length) == (80, "street", 90, 80)


def test_T1_lines_stay_where_they_may() -> None:
    assert fit("f", "one\r\ntwo", 100, lines=True)[0] == "one\ntwo"
