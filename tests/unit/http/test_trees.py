"""Fields of an answer, by their declared type."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gateway.http import Response
from gateway.http.trees import DIGITS, Odd, integer, number


def of(text: str) -> object:
    return Response(200, {}, b'{"n": ' + text.encode() + b"}").json()


@pytest.mark.parametrize("text", ["1e9999999", "-1E99999999999", "1e-9999999", f"1e{DIGITS + 1}", "9" * (DIGITS + 2)])
def test_X7_a_number_of_endless_digits_is_odd(text: str) -> None:
    """Found by fuzzing: an event with 1e9999999 kept its encoder, and with it the worker, busy for five minutes."""
    for read in (number, integer):
        with pytest.raises(Odd, match=r"^n: "):
            read(of(text), "n")


@pytest.mark.parametrize("text", ["0", "-0.0", "1e308", "5e-324", "0.30000000000000004", "123456789012345678.12345678"])
def test_X7_each_number_that_a_double_holds_is_read(text: str) -> None:
    assert number(of(text), "n") == Decimal(text)
