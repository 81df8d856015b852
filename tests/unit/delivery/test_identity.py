"""Decision 11 and B14: the marker decides which invoice in Procountor is this document."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from gateway.delivery.identity import Candidate, Verdict, identify
from gateway.documents import Revision, Sequence

GUID, DAY, TOTAL = "g-1", date(2026, 5, 4), Decimal("100.00")
REVISION = Revision(2, Sequence(1, 1), "abcdef0123")
OURS, OLDER, SAME_CONTENT = "severa:g-1#2:abcdef01", "severa:g-1#1:99999999", "severa:g-1#1:abcdef01"


def candidate(notes: str, status: str = "UNFINISHED", total: str = "100.00", id_: int = 1) -> Candidate:
    return Candidate(id_, status, notes, 5, DAY, Decimal(total))


@pytest.mark.parametrize(
    ("candidates", "verdict"),
    [
        ([], Verdict.ABSENT),
        ([candidate(OURS)], Verdict.OURS),
        ([candidate(OURS, total="3.00")], Verdict.OURS),
        ([candidate(f"Checked by Anna. {OURS}")], Verdict.OURS),
        ([candidate(SAME_CONTENT)], Verdict.OURS),
        ([candidate(OURS, "INVALIDATED")], Verdict.INVALIDATED),
        ([candidate(OURS, "INVALIDATED"), candidate(OURS, id_=2)], Verdict.OURS),
        ([candidate(SAME_CONTENT, "INVALIDATED")], Verdict.ABSENT),
        ([candidate(OLDER)], Verdict.CHANGED),
        ([candidate(OLDER, "INVALIDATED")], Verdict.ABSENT),
        ([candidate("")], Verdict.ADOPTABLE),
        ([candidate("", total="99.00")], Verdict.ELSEWHERE),
        ([candidate("", "INVALIDATED")], Verdict.ABSENT),
        ([candidate("severa:another#1:abcdef01")], Verdict.ELSEWHERE),
        ([candidate("severa:g-11#2:abcdef01")], Verdict.ELSEWHERE),
    ],
)
def test_B14_identify(candidates: list[Candidate], verdict: Verdict) -> None:
    assert identify(candidates, GUID, REVISION, 5, DAY, TOTAL).verdict is verdict


@pytest.mark.parametrize(("partner", "day"), [(6, DAY), (None, DAY), (5, date(2026, 5, 5)), (5, None)])
def test_B14_an_invoice_of_another_customer_or_day_is_not_adopted(partner: int | None, day: date | None) -> None:
    """The number alone is anybody's: an accountant gave it to an invoice of another customer over the same amount."""
    there = Candidate(1, "UNFINISHED", "", partner, day, TOTAL)
    assert identify([there], GUID, REVISION, 5, DAY, TOTAL).verdict is Verdict.ELSEWHERE


@pytest.mark.parametrize(("hours", "verdict"), [(4, Verdict.OTHER_INTEGRATION), (2, Verdict.ADOPTABLE)])
def test_B14_an_invoice_without_a_marker_that_is_younger_than_the_horizon_is_another_integrations(
    hours: int, verdict: Verdict
) -> None:
    """It goes on beside us: adopted, each next invoice would be made by both. Procountor's clock has no zone."""
    horizon = datetime(2026, 5, 4, tzinfo=UTC)
    there = Candidate(1, "SENT", "", 5, DAY, TOTAL, created=horizon + timedelta(hours=hours))
    assert identify([there], GUID, REVISION, 5, DAY, TOTAL, horizon).verdict is verdict
