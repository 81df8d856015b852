"""Some seconds of fuzzing: what is read returns a value or raises one of its own errors (X7, Q5, ADR 17)."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st

from tests.fuzz.damage import damaged, odd_json
from tests.fuzz.readers import all_readers
from tests.fuzz.target import NoEnd, Reader, fuzz

READERS = {one.name: one for one in all_readers()}


@pytest.mark.sends_wrong_requests
@pytest.mark.parametrize("name", READERS)
def test_X7_damaged_input_is_a_value_or_an_error(name: str) -> None:
    """The same inputs each time; `make fuzz` has others."""
    fuzz(READERS[name], 15, seed=1)


def test_X7_an_unexpected_error_is_a_finding() -> None:
    """With the smallest input that shows it."""

    def read(value: bytes) -> None:
        if b"\xff" in value:
            raise KeyError("no such thing")

    with pytest.raises(KeyError) as finding:
        fuzz(Reader("broken", damaged([b"a sample"]), read, (ValueError,)), 200, seed=1)
    assert "\\xff" in str(finding.value.__notes__)


def test_X7_work_without_an_end_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.fuzz.target.MOST_S", -1.0)
    with pytest.raises(NoEnd):
        fuzz(Reader("slow", st.just(b""), len), 1, seed=1)


def test_X7_samples_are_damaged_in_every_way() -> None:
    seen = set[bytes]()
    fuzz(Reader("json", odd_json([{"a": [1, {"b": "c"}]}]), seen.add), 120, seed=1)
    assert len(seen) > 50
    assert any(b"1e9999999" in one for one in seen) and any(len(one) > 10_000 for one in seen)
    assert {b"{}", b'{"a": [1, {"b": "c"}]}'} <= seen
