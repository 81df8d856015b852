"""Decision 11 and B14: the marker decides which invoice in Procountor is this document."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from gateway.delivery.identity import Candidate, Compared, Verdict, identify, is_adopted, notes_of_adopted, standing
from gateway.documents import Revision, Sequence

GUID, DAY, TOTAL = "g-1", date(2026, 5, 4), Decimal("100.00")
OWN = Compared("Customer Oy", DAY, TOTAL, "EUR")
REVISION = Revision(2, Sequence(1, 1), "abcdef0123")
OURS, OLDER, SAME_CONTENT = "severa:g-1#2:abcdef01", "severa:g-1#1:99999999", "severa:g-1#1:abcdef01"


ADOPTED, ADOPTED_OLDER = "severa-adopted:g-1#1:abcdef01", "severa-adopted:g-1#1:99999999"


def candidate(
    notes: str, status: str = "UNFINISHED", total: str = "100.00", id_: int = 1, by_user: bool = False
) -> Candidate:
    return Candidate(id_, status, notes, 5, DAY, Decimal(total), by_user=by_user)


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
        ([candidate(f"paid late {ADOPTED}", total="99.00")], Verdict.ADOPTED),
        ([candidate(ADOPTED, "INVALIDATED")], Verdict.ABSENT),
        ([candidate(ADOPTED_OLDER)], Verdict.CHANGED),
        ([candidate(OURS, "INVALIDATED"), candidate(ADOPTED, id_=2, by_user=True)], Verdict.ADOPTED),
        ([candidate(OURS), candidate(OURS, total="-100.00", id_=2)], Verdict.OURS),
        ([candidate(OURS, "INVALIDATED"), candidate(OURS, total="-100.00", id_=2)], Verdict.INVALIDATED),
        ([candidate(OLDER, "INVALIDATED"), candidate(OLDER, total="-9.00", id_=2)], Verdict.ABSENT),
        ([candidate(OURS, total="-100.00")], Verdict.OURS),
        ([candidate(OURS, "INVALIDATED"), candidate(OURS, id_=2, by_user=True)], Verdict.COPIED),
        ([candidate(OURS), candidate(OURS, id_=2, by_user=True)], Verdict.OURS),
        ([candidate(OURS, by_user=True)], Verdict.OURS),
        ([candidate("severa:another#1:abcdef01")], Verdict.ANOTHER),
        ([candidate("severa:g-11#2:abcdef01")], Verdict.ANOTHER),
    ],
)
def test_B14_identify(candidates: list[Candidate], verdict: Verdict) -> None:
    assert identify(candidates, GUID, REVISION, 5, OWN).verdict is verdict


@pytest.mark.parametrize(("partner", "day"), [(6, DAY), (None, DAY), (5, date(2026, 5, 5)), (5, None)])
def test_B14_invoice_of_other_customer_or_day_is_not_adopted(partner: int | None, day: date | None) -> None:
    """The number alone is anybody's: an accountant gave it to an invoice of another customer over the same amount."""
    there = Candidate(1, "UNFINISHED", "", partner, day, TOTAL)
    assert identify([there], GUID, REVISION, 5, OWN).verdict is Verdict.ELSEWHERE


@pytest.mark.parametrize(("hours", "verdict"), [(4, Verdict.OTHER_INTEGRATION), (2, Verdict.ADOPTABLE)])
def test_B14_younger_unmarked_invoice_is_from_elsewhere(hours: int, verdict: Verdict) -> None:
    """It goes on beside us: adopted, each next invoice would be made by both. Procountor's clock has no zone."""
    horizon = datetime(2026, 5, 4, tzinfo=UTC)
    there = Candidate(1, "SENT", "", 5, DAY, TOTAL, created=horizon + timedelta(hours=hours))
    assert identify([there], GUID, REVISION, 5, OWN, horizon).verdict is verdict


def test_decision_11_copies_are_no_invoices_of_the_document() -> None:
    """Notes are copied too. A double of ours has our user and sign, a credit of a credit note the sign of a sale."""
    there = [
        candidate(OURS, id_=1),
        candidate(OURS, id_=2),
        candidate(OURS, id_=3, total="-100.00"),
        candidate(OURS, id_=4, by_user=True),
        candidate(OLDER, id_=5),
        candidate("severa:g-2#2:abcdef01", id_=6),
        candidate(OURS, "INVALIDATED", id_=7),
    ]
    assert [one.id for one in standing(there, GUID, beside=(5,))] == [1, 2]
    credit_note = [candidate(OURS, total="-9.00"), candidate(OURS, total="9.00", id_=2)]
    assert [one.id for one in standing(credit_note, GUID, ())] == [1]


@pytest.mark.parametrize("notes", ["", "Paid late.\nSee Anna", f"Copied {OLDER} by Anna", OURS, ADOPTED])
def test_decision_11_adopted_notes_keep_peoples_text(notes: str) -> None:
    wanted = notes_of_adopted(notes, GUID, REVISION)
    assert [word for word in wanted.split() if not word.startswith("severa")] == [
        word for word in notes.split() if not word.startswith("severa")
    ]
    assert is_adopted(wanted) and Candidate(1, "SENT", wanted, 5, DAY, TOTAL).made_of(REVISION.content_hash)
    assert notes_of_adopted(wanted, GUID, REVISION) == wanted
