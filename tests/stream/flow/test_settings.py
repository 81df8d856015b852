"""What a company's settings change, on the real path: one run, a company for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gateway.documents import OutcomeState
from gateway.sandbox.demo_world import AFTER, BEFORE, FIRMS, Firm, base_world, guid, many_invoices
from tests.system import Gateway

SALES = {"status_before": BEFORE, "status_after": AFTER}
FAST = {"severa": {"requests_per_second": 50}}


def firm(name: str, country: str = "FI", **settings: Any) -> Firm:
    return Firm(name, "nordic", name, country, {"create_customers": True, "create_products": True, **settings})


COMPANIES = (
    firm("approved", sales={**SALES, "target_status": "NOT_SENT"}),
    firm("sent", sales={**SALES, "target_status": "SENT"}),
    firm("off", enabled=False),
    firm("sales-off", sales={**SALES, "enabled": False}),
    firm("no-customers", create_customers=False),
    firm("no-products", create_products=False),
    firm("by-mail", sales={**SALES, "send_by_email": True}),
    firm("swedish", "SE"),
)


async def test_S3_S14_S17_S18_F7_settings_by_company(gateway: Callable[..., Gateway]) -> None:
    """S14 by actions; S18 off: nothing polled, published or sent; M2, P2 refused where S3 says no; E2, E3; F6, F7.

    (M2, P2, S3, S14, S17, S18.)
    """
    world = base_world(COMPANIES, severa_per_second=60, procountor_per_second=100)
    for one_firm in COMPANIES:
        many_invoices(world, one_firm, 1)
    world["procountor"]["no-customers"]["/businesspartners"].clear()
    for head in world["severa"]["nordic"]["/v1/invoices"]:
        if head["invoiceNumberBusinessUnitGuid"] == guid("by-mail", "unit"):
            head["receiverContactEmail"] = "maija@asiakas.fi"
    for line in world["severa"]["nordic"]["/v1/invoicerows"]:
        if line["invoiceGuid"] == guid("no-products", "invoice", 20_001):
            line["code"] = ["NONE"]
    one = gateway(world, firms=COMPANIES, **FAST)
    one.stage.start_worker()
    await one.settled([document for document in one.documents if not document.company.endswith("off")])
    made = {name: there["/invoices"] for name, there in one.apis.apis.world["procountor"].items()}
    status = {name: invoices[0]["status"] for name, invoices in made.items() if invoices}
    assert status == {
        "approved": "NOT_SENT",
        "sent": "SENT",
        "by-mail": "UNFINISHED",
        "swedish": "UNFINISHED",
    }
    codes = {outcome.key.company: outcome.error.code for outcome in one.seen.current.values() if outcome.error}
    assert codes == {"no-customers": "PARTNER_MISSING", "no-products": "PRODUCT_MISSING"}
    assert {entry["company"] for entry in one.apis.journal(api="procountor")}.isdisjoint({"off", "sales-off"})
    assert one.seen.changes == 6
    assert made["by-mail"][0]["invoiceChannel"] == "EMAIL"
    swedish = made["swedish"][0]
    assert (swedish["invoiceChannel"], swedish["language"]) == ("MAIL", "SWEDISH")
    assert swedish["counterParty"]["counterPartyAddress"]["country"] == "SWEDEN"
    assert swedish["paymentInfo"]["currency"] == "SEK"


async def test_B9_put_back_after_a_finished_transfer(gateway: Callable[..., Gateway]) -> None:
    """In Procountor still: an error that says what to do. Invalidated there: created anew (decision 5)."""
    acme = FIRMS[0]
    world = base_world((acme,))
    many_invoices(world, acme, 1)
    one = gateway(world, **FAST)
    one.stage.start_worker()
    await one.settled(one.documents)
    own = guid("acme-fi", "invoice", 20_001)
    waiting = {"guid": guid("nordic", "status", BEFORE), "name": BEFORE}

    def outcome_of(revision: int, state: OutcomeState) -> Callable[[], bool]:
        def reached() -> bool:
            outcome = one.outcome(20_001)
            return outcome is not None and (outcome.revision.number, outcome.state) == (revision, state)

        return reached

    one.change("/v1/invoices", {"guid": own, "status": waiting, "orderNumber": "changed"})
    await one.until(outcome_of(2, OutcomeState.REFUSED), 20, "the refusal of revision 2")
    assert one.outcome(20_001).error.code == "INVOICE_CHANGED_AFTER_TRANSFER"  # type: ignore[union-attr]
    one.change("/invoices", {"id": 1, "status": "INVALIDATED"}, api="procountor", owner="acme-fi")
    one.change("/v1/invoices", {"guid": own, "orderNumber": "changed again"})
    await one.until(outcome_of(3, OutcomeState.CREATED), 20, "revision 3")
    assert one.made() == {("acme-fi", "20001"): 2}
    await one.until(lambda: one.documents == [], 20, "the write-back")
