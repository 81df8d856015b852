"""Which share is which allocation (ADR 28)."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from gateway.flows.purchase_invoices.rules.identity import numbered
from gateway.flows.purchase_invoices.rules.shares import Share, shares
from tests.unit.allocations import PROJECTS, an_entry

VAT = Decimal("25.5")
SHARES = st.lists(
    st.builds(
        Share,
        st.integers(1, 3),
        st.integers(-3, 3).map(Decimal),
        st.sampled_from([VAT, Decimal(14)]),
        st.sampled_from(["Design", "Travel", ""]),
    ),
    max_size=8,
)


def share(item: int = 11, amount: str = "100", text: str = "Design") -> Share:
    return Share(item, Decimal(amount), VAT, text)


@given(SHARES, st.randoms())
def test_U2_a_receipt_in_another_order_changes_no_fee(found: list[Share], random: object) -> None:
    """Procountor created it again: the same shares, under other ids, in another order."""
    known = numbered(found, {})
    random.shuffle(found)  # type: ignore[attr-defined]
    assert numbered(found, known) == known


@given(SHARES, SHARES, SHARES)
def test_U2_each_share_has_one_number_of_its_own(found: list[Share], live: list[Share], gone: list[Share]) -> None:
    """And a number is new only if no live one is left."""
    known = numbered(live, {})
    withdrawn = {n + len(live): one for n, one in numbered(gone, {}).items()}
    now = numbered(found, known, withdrawn)
    assert Counter(now.values()) == Counter(found)
    new = set(now) - set(known) - set(withdrawn)
    assert not (new or set(now) & set(withdrawn)) or set(known) <= set(now)
    assert not set(known) - set(now) or len(found) < len(live)


def test_U3_the_second_share_stays_when_the_first_is_removed() -> None:
    known = numbered([share(amount="100"), share(amount="200")], {})
    assert numbered([share(amount="200")], known) == {2: share(amount="200")}


def test_U3_a_share_that_moved_keeps_its_number() -> None:
    """Its fee is corrected: a billed one on the old project can't stay beside a new one."""
    known = numbered([share(11, "100"), share(12, "50", "Travel")], {})
    assert numbered([share(13, "100"), share(12, "50", "Travel")], known)[1] == share(13, "100")


def test_U3_a_share_whose_amount_changed_keeps_its_number() -> None:
    known = numbered([share(amount="100"), share(amount="100", text="Travel")], {})
    now = numbered([share(amount="100", text="Travel"), share(amount="60"), share(12, "40")], known)
    assert now == {1: share(amount="60"), 2: share(amount="100", text="Travel"), 3: share(12, "40")}


def test_U3_a_counted_share_is_matched_before_a_withdrawn_one() -> None:
    now = numbered([share(amount="100")], {1: share(amount="60")}, {2: share(amount="100")})
    assert set(now) == {1}


def test_U4_a_share_that_never_had_a_fee_keeps_its_number() -> None:
    """Nothing is known of one that was refused; under another number it would be reported again."""
    first, second = share(11, "100"), share(12, "50", "Travel")
    assert numbered([first, second], {}) == {1: first, 2: second}
    assert numbered([first, second], {2: second}) == {1: first, 2: second}


def test_U3_an_unrelated_share_takes_no_withdrawn_number() -> None:
    """Otherwise its fee would get what users had filled in on the fee of another cost."""
    gone = {1: share(11, "100")}
    assert numbered([share(12, "40", "Travel")], {}, gone) == {2: share(12, "40", "Travel")}
    assert numbered([share(11, "40", "Travel")], {}, gone) == {2: share(11, "40", "Travel")}
    for same in (share(11, "40"), share(12, "100"), share(11, "100", "Travel")):
        assert numbered([same], {}, gone) == {1: same}


@given(
    st.dictionaries(st.integers(11, 13), st.integers(-(10**7), 10**7).filter(bool), min_size=1),
    st.dictionaries(st.integers(11, 13), st.integers(-(10**7), 10**7).filter(bool)),
)
def test_U1_shares_sum_to_the_entry_whatever_else_divides_it(ours: dict[int, int], others: dict[int, int]) -> None:
    """Another dimension divides the same entry once more: it adds no cost."""
    entry = an_entry(shares={item: str(Decimal(cents) / 100) for item, cents in ours.items()})
    other = an_entry(shares={item: str(Decimal(cents) / 100) for item, cents in others.items()}).dimensions
    cost_center = tuple(type(one)(PROJECTS + 1, one.item_id, one.value) for one in other)
    found = shares([type(entry)(1, "ENTRY", entry.value, VAT, "", (*cost_center, *entry.dimensions))], PROJECTS)
    assert sum((one.amount for one in found), Decimal(0)) == entry.value
    assert [one.item_id for one in found] == list(ours)


def test_U1_only_entries_of_rows_with_a_project_count() -> None:
    """Neither payables nor rounding, nor a row for no project, nor an item without an amount."""
    entries = [an_entry(1, kind="REVERSING_ENTRY"), an_entry(2, kind="RECONCILIATION_ENTRY"), an_entry(3, shares={})]
    assert shares([*entries, an_entry(4, shares={11: "0"}), an_entry(5)], PROJECTS + 1) == ()
    assert [one.amount for one in shares([*entries, an_entry(4, shares={11: "0"}), an_entry(5)], PROJECTS)] == [100]
