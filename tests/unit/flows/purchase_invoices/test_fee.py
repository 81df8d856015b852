"""The body of a project fee, and its marker (U1, U2)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.documents import DocumentKey, Kind
from gateway.errors import Permanent
from gateway.flows.purchase_invoices.rules.fee import FeeProfile, map_fee, replacing
from gateway.flows.purchase_invoices.rules.marker import Mark, mark_of, own_fee, without_marker
from gateway.flows.purchase_invoices.rules.memo import deleting
from tests.unit.allocations import KEY, PROFILE, PROJECT, a_fee, a_revision, an_allocation, eur


def test_U1_a_fee_has_cost_vat_date_supplier_and_number() -> None:
    one = an_allocation()
    mapped = map_fee(one, PROJECT.id, PROFILE, KEY, a_revision(one))
    assert mapped.body == {
        "project": {"guid": "p-guid"},
        "name": "Design work",
        "description": "Tukku Oy, invoice 2026-77 (5001 in Procountor)\n"
        f"procountor:acme-fi/4711-1#1:{a_revision(one).content_hash[:8]}",
        "quantity": 1,
        "unitCost": {"amount": Decimal(100), "currencyCode": "EUR"},
        "vatRate": Decimal("25.5"),
        "eventDate": "2026-03-02",
        "productType": "Subcontracting",
        "isBillable": False,
    }
    assert mapped.truncations == ()


def test_U1_a_foreign_fee_says_what_the_invoice_has() -> None:
    one = an_allocation(currency="USD", currency_rate=Decimal("1.08"), text=" ", supplier_number=None, number=None)
    mapped = map_fee(one, PROJECT.id, PROFILE, KEY, a_revision(one))
    assert (mapped.name, mapped.story) == ("Tukku Oy", "Tukku Oy, invoice\n108.00 USD at 1.08 USD/EUR")


def test_S20_a_billable_fee_is_billed_at_its_cost() -> None:
    one = an_allocation()
    mapped = map_fee(one, PROJECT.id, FeeProfile("Materials", billable=True), KEY, a_revision(one))
    assert mapped.body["unitPrice"] == mapped.body["unitCost"] == {"amount": Decimal(100), "currencyCode": "EUR"}
    assert (mapped.body["isBillable"], mapped.body["productType"]) == (True, "Materials")


def test_T1_a_long_text_is_cut_and_the_marker_stays() -> None:
    one = an_allocation(text="x" * 300, supplier="Ω" * 1200)
    mapped = map_fee(one, PROJECT.id, PROFILE, KEY, a_revision(one))
    lost = {(loss.field, loss.kind) for loss in mapped.truncations}
    assert lost == {("name", "cut"), ("description", "cut"), ("description", "replaced")}
    assert len(str(mapped.body["description"])) <= 1000
    assert mark_of(str(mapped.body["description"])) is not None


@given(st.text(), st.text())
def test_U2_a_marker_is_found_in_whatever_users_write_around_it(before: str, after: str) -> None:
    fee = a_fee()
    mark = mark_of(f"{before}\n{fee.description}\n{after}")
    assert mark == Mark("acme-fi", "4711-1", 1, a_revision(an_allocation()).content_hash[:8])
    assert without_marker(fee.description) == "Tukku Oy, invoice 2026-77 (5001 in Procountor)"


def test_U2_a_fee_is_known_by_company_and_allocation() -> None:
    """Another company of the organisation has an invoice with the same id; another share has another number."""
    fee = a_fee()
    other = replace(fee, id="other", description=fee.description.replace("acme-fi", "bolt-fi"))
    second = replace(fee, id="second", description=fee.description.replace("4711-1#", "4711-11#"))
    by_hand = replace(fee, id="by hand", description="Tukku Oy, invoice 2026-77")
    assert own_fee(KEY, [other, second, by_hand, fee]) == fee
    assert own_fee(DocumentKey("bolt-fi", Kind.COST_ALLOCATION, "4711-1"), [fee, other]) == other
    assert own_fee(KEY, [other, second, by_hand]) is None


def test_U2_a_copied_fee_is_not_ours_where_ours_is_known() -> None:
    """A copy carries the marker. Without the ledger nothing says which one is ours."""
    fee, copy = a_fee(), a_fee(id="copy", project_name="Copied project")
    assert own_fee(KEY, [copy, fee], known_id="f-guid") == fee
    assert own_fee(KEY, [fee, fee]) == fee
    with pytest.raises(Permanent, match="Copied project, Renewal"):
        own_fee(KEY, [copy, fee])


def test_U3_a_replaced_fee_keeps_what_users_filled_in() -> None:
    users = {"phase": {"guid": "phase"}, "isBillable": True}
    old, now = a_fee(users=users, unit_price=eur("120")), an_allocation(amount=eur("60"))
    mapped = map_fee(now, PROJECT.id, PROFILE, KEY, a_revision(now, 2))
    same, moved = (replacing(mapped, deleting(old), project) for project in (PROJECT.id, "other project"))
    assert same == {**mapped.body, **users, "unitPrice": {"amount": Decimal(120), "currencyCode": "EUR"}}
    assert "phase" not in moved
    at_cost = deleting(replace(old, unit_price=eur("100")))
    assert "unitPrice" not in replacing(mapped, at_cost, PROJECT.id)
