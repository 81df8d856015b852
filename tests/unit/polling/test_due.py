"""What the poll does with a waiting document (decisions 1, 5, 14)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.delivery.record import State, TransferRecord, WriteBack
from gateway.documents import Revision, Sequence
from gateway.polling.due import Due, Waiting, due, next_revision
from gateway.polling.units import companies_of_units
from gateway.severa.responses import BusinessUnit

SEEN = Waiting("h", record_older=False, in_flight=False, resting=False, intent_open=False, intent_expired=False)
SETTLED = TransferRecord(Revision(3, Sequence(1, 1), "c"), State.SETTLED, 1, write_back=WriteBack(head_hash="h"))


def verdict(record: TransferRecord | None, seen: Waiting = SEEN, changed: bool = False, old: bool = False) -> Due:
    return due(record, seen, changed, old)


def test_a_new_document_is_read() -> None:
    assert verdict(None) is Due.READ


@pytest.mark.parametrize("seen", [replace(SEEN, in_flight=True), replace(SEEN, resting=True)])
def test_decision_2_what_is_under_way_is_left_alone(seen: Waiting) -> None:
    assert verdict(None, seen) is Due.NOTHING


def test_decision_9_an_open_intent_waits_until_it_has_expired() -> None:
    assert verdict(SETTLED, replace(SEEN, intent_open=True)) is Due.NOTHING
    assert verdict(SETTLED, replace(SEEN, intent_open=True, intent_expired=True)) is Due.READ


def test_decision_6_settled_and_waiting_is_written_back() -> None:
    assert verdict(SETTLED) is Due.WRITE_BACK
    assert verdict(SETTLED.with_write_back(head_hash="other")) is Due.READ


def test_decision_5_waiting_again_counts_after_write_back() -> None:
    """Only once that was recorded."""
    back = SETTLED.with_write_back(done=True)
    assert verdict(back) is Due.NOTHING
    assert verdict(back, replace(SEEN, record_older=True)) is Due.READ


def test_Q3_refused_document_costs_no_call_until_a_change() -> None:
    """Or until an hour has passed."""
    refused = replace(SETTLED, state=State.REFUSED)
    assert verdict(refused) is Due.NOTHING
    assert verdict(refused, changed=True) is Due.READ
    assert verdict(refused, old=True) is Due.READ


def test_decision_9_not_found_in_three_rounds_is_due_hourly() -> None:
    """Its intent stays open, expired; it is refused nevertheless (Q3)."""
    refused, seen = replace(SETTLED, state=State.REFUSED), replace(SEEN, intent_open=True, intent_expired=True)
    assert verdict(refused, seen) is Due.NOTHING
    assert verdict(refused, seen, old=True) is Due.READ
    assert verdict(refused, seen, changed=True) is Due.READ
    assert verdict(refused.with_write_back(head_hash="other"), seen) is Due.READ
    assert verdict(refused, replace(seen, intent_expired=False), changed=True, old=True) is Due.NOTHING
    assert verdict(replace(refused, state=State.OPEN), seen) is Due.READ


def test_decision_5_number_rises_with_content_and_wish() -> None:
    assert next_revision(None, "c", False) == 1
    assert next_revision(SETTLED, "other", False) == 4
    assert next_revision(SETTLED, "c", written_back_before=True) == 4
    assert next_revision(SETTLED, "c", written_back_before=False) == 3
    assert next_revision(replace(SETTLED, state=State.WITHDRAWN), "c", False) == 4
    assert next_revision(replace(SETTLED, state=State.REFUSED), "c", False) == 3


def test_decision_13_a_unit_belongs_to_its_nearest_company() -> None:
    units = [
        BusinessUnit("root", "Group"),
        BusinessUnit("acme", "Acme", "root", "FI01120389"),
        BusinessUnit("oulu", "Oulu", "acme"),
        BusinessUnit("bolt", "Bolt", "acme", "FI2"),
        BusinessUnit("loop", "Loop", "loop"),
    ]
    assert companies_of_units(units, {"acme": "acme-fi"}) == {"acme": "acme-fi", "oulu": "acme-fi"}
