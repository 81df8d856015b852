"""Q1 by exhaustion: no interleaving makes two invoices, and each part of the protocol is needed for it."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from tests.model.protocol import COMMON, Bounds, Rules, can_be_settled, first_doubled

#: A third owner, who finds a horizon that the second had begun to count out.
THREE_OWNERS = Bounds(moves=3, freezes=0, posts=2)
#: Where the lack of a part is found; of the others in the common walk.
FOUND_IN = {"quarantine_outlives_its_owner": THREE_OWNERS}


@pytest.mark.parametrize("bounds", [COMMON, THREE_OWNERS])
def test_Q1_no_interleaving_makes_two_invoices(bounds: Bounds) -> None:
    assert first_doubled(Rules(), bounds) is None


def test_Q1_the_protocol_comes_to_its_end() -> None:
    assert can_be_settled(Rules())


@pytest.mark.parametrize("part", [one.name for one in fields(Rules)])
def test_Q1_protocol_without_a_part_creates_two_invoices(part: str) -> None:
    way = first_doubled(replace(Rules(), **{part: False}), FOUND_IN.get(part, COMMON))
    assert way is not None
    assert way[-1] == "Procountor commits"
