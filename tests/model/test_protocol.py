"""SPEC Q1 by exhaustion: no interleaving makes two invoices, and each part of the protocol is needed for it."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from tests.model.protocol import Rules, can_be_settled, first_doubled


def test_Q1_no_interleaving_makes_two_invoices() -> None:
    assert first_doubled(Rules()) is None
    assert can_be_settled(Rules())


@pytest.mark.parametrize("part", [one.name for one in fields(Rules)])
def test_Q1_without_a_part_of_the_protocol_two_invoices_are_found(part: str) -> None:
    way = first_doubled(replace(Rules(), **{part: False}))
    assert way is not None
    assert way[-1] == "Procountor commits"
