"""Q3: what tells one cause of a refusal from another."""

from __future__ import annotations

from gateway.delivery.outcomes import describe
from gateway.errors import Varying, codes_of, refuse, together
from gateway.procountor import client as procountor
from tests.unit.told import told


def test_Q3_a_fact_that_varies_is_told_and_makes_no_other_cause() -> None:
    """The size of a record: else it is reported again each hour."""
    first, again = (refuse("RECORD_TOO_LARGE", number=7, size=Varying(size)) for size in (1_000_001, 1_000_002))
    assert "1 000 001 bytes" in first.message
    assert first.cause == again.cause == "RECORD_TOO_LARGE|number=7"
    one, two = ({"errors": [{"field": "date", "message": text}]} for text in ("wrong", "missing"))
    known = [procountor.ANSWERS.own(told(tree, 400)) for tree in (one, two)]
    assert len({refuse("PROCOUNTOR_REFUSED", operation="read", said=said).cause for said in known}) == 2


def test_Q3_the_cause_of_several_errors_is_their_set() -> None:
    """Rows that change places are no news; one that was corrected is: what is left is told."""
    one, two, three = (refuse("VAT_MISSING", row=row, text="x" * 9000) for row in (1, 2, 3))
    other = refuse("COUNTRY_MISSING")
    whole = together([one, two, other])
    assert whole.cause == together([other, two, one, two]).cause == together([together([two, other]), one]).cause
    assert codes_of(whole.cause) == ["COUNTRY_MISSING", "VAT_MISSING"]
    assert len(whole.cause) < 100
    others = ([one, two], [one, two, three], [one, two, three, other])
    assert len({whole.cause, one.cause, *(together(some).cause for some in others)}) == 5
    assert (together([one]), codes_of(one.cause)) == (one, ["VAT_MISSING"])


def test_B8_first_of_many_rows_are_named_others_counted() -> None:
    """An outcome stays small, also of an invoice of 1 000 rows."""
    rows = [refuse("VAT_MISSING", row=row, text="x" * 500) for row in range(1, 1001)]
    said = describe(together([refuse("COUNTRY_MISSING"), *rows]))
    assert [one.code for one in said.others] == ["VAT_MISSING"] * 10
    assert said.others[-1].message.endswith("990 more rows have the same error.")
    assert describe(rows[0]).others == ()
