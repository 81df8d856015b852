"""SPEC Q3: what tells one cause of a refusal from another."""

from __future__ import annotations

from gateway.errors import Varying, refuse
from gateway.procountor import client as procountor
from tests.unit.told import told


def test_Q3_a_fact_that_varies_is_told_and_makes_no_other_cause() -> None:
    """The size of a record: else it is told anew each hour."""
    first, again = (refuse("RECORD_TOO_LARGE", number=7, size=Varying(size)) for size in (1_000_001, 1_000_002))
    assert "1000001" in first.message
    assert first.cause == again.cause == "RECORD_TOO_LARGE|number=7"
    one, two = ({"errors": [{"field": "date", "message": text}]} for text in ("wrong", "missing"))
    known = [procountor.ANSWERS.own(told(tree, 400)) for tree in (one, two)]
    assert len({refuse("PROCOUNTOR_REFUSED", operation="read", said=said).cause for said in known}) == 2
