"""Project fees: whatever Severa answers, and whatever becomes of it (U1-U3)."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from gateway.documents import CostAllocation, Money
from gateway.errors import Transient
from gateway.flows.purchase_invoices.rules.fee import FeeProfile, map_fee, replacing
from gateway.flows.purchase_invoices.rules.memo import deleting
from gateway.http import HttpTransport, RateBudget, Request, Response, reading
from gateway.ledger import Lease
from gateway.rules.purchases import ProjectFee
from gateway.sandbox import facts
from gateway.severa import fees_responses as responses
from gateway.severa.fees import SeveraFees
from tests.severa_trees import trees
from tests.unit.allocations import KEY, PROJECT, a_revision, an_allocation

READ = Request("read project fee", "GET", "/v1/projectfees/f")
POST = next(one for one in facts.operations("severa") if one.name == "projectFeesPostProjectFee")
AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9)
ALLOCATIONS = st.builds(
    lambda amount, text, supplier, number, currency: an_allocation(
        amount=Money(amount, "EUR"), text=text, supplier=supplier, supplier_number=number, currency=currency
    ),
    AMOUNTS, st.text(), st.text(), st.none() | st.text(), st.sampled_from(["EUR", "USD", "JPY", ""]),
)  # fmt: skip


def accepted(body: object) -> list[str]:
    """What Severa's own model finds wrong with a body, as it comes off the wire."""
    return facts.problems(POST, [], json.loads(Request("", "POST", "", body=body).content() or b""), True)


@given(trees("ProjectFeeOutputModel"))
def test_U2_any_fee_is_read_or_stops_the_search(tree: dict[str, Any]) -> None:
    """A fee that can't be read might be the one that is looked for."""
    try:
        with reading("Severa", READ):
            fee = responses.fee(tree)
    except Transient:
        return
    assert fee.id
    assert fee.cost.is_finite()


@given(ALLOCATIONS, trees("ProjectFeeOutputModel"), st.booleans())
def test_U1_any_body_of_a_fee_is_one_that_severa_takes(
    allocation: CostAllocation, tree: dict[str, Any], billable: bool
) -> None:
    """Also of a fee that replaces another one, whatever users filled in there."""
    mapped = map_fee(allocation, PROJECT.id, FeeProfile("Materials", billable), KEY, a_revision(allocation))
    assert accepted(mapped.body) == []
    old = fee_or_none(tree)
    if old is not None:
        assert accepted(replacing(mapped, deleting(old), PROJECT.id)) == []


def fee_or_none(tree: dict[str, Any]) -> ProjectFee | None:
    """As it comes off the wire: there, half a surrogate pair is the unknown character."""
    answer = Response(200, {}, json.dumps(tree).encode())
    try:
        with reading("Severa", READ):
            return responses.fee(answer.json())
    except Transient:
        return None


async def test_U3_an_empty_answer_alone_is_no_deletion() -> None:
    """A proxy can answer 204 as well: the fee is read again (ADR 17)."""
    fee = {"guid": "f-guid", "unitCost": {"amount": 1, "currencyCode": "EUR"}}
    there: dict[str, object] = {"fee": fee}

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/token":
            return httpx.Response(200, json={"access_token": "t", "access_token_expires_in": 3600})
        if request.method == "DELETE":
            return httpx.Response(204)
        return httpx.Response(200, json=there["fee"]) if "fee" in there else httpx.Response(404)

    transport = HttpTransport("Severa", "http://severa", RateBudget(1000), 5, httpx.MockTransport(answer))
    severa = SeveraFees("nordic", "client", SecretStr("secret"), transport)
    lease = Lease("k", 1e12, lambda: 0.0, lambda: None)
    with pytest.raises(Transient, match="still there"):
        await severa.delete_fee("f-guid", lease)
    del there["fee"]
    await severa.delete_fee("f-guid", lease)
    await transport.close()


def test_U3_the_answer_to_a_creation_is_one_fee() -> None:
    assert responses.created([{"guid": "f", "quantity": Decimal(1)}]).id == "f"
    for odd in ([], [{"guid": "f"}, {"guid": "g"}], {"guid": "f"}):
        with pytest.raises(Transient), reading("Severa", READ):
            responses.created(odd)
