"""B14: a company comes from another integration; and what operators say to it (decisions 11, 13, 14)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from gateway.documents import OutcomeState
from gateway.sandbox.world.demo_world import FIRMS, base_world, guid, many_invoices
from tests.system import Gateway

ACME, BOLT = FIRMS[0], FIRMS[1]
FAST = {"severa": {"requests_per_second": 50}}


def there(id_: int, number: int, total: float, **changes: Any) -> dict[str, Any]:
    """An invoice that another integration made in Procountor: no marker."""
    sums = [{"currency": "EUR", "inAccountingCurrency": False, "excludingVatTotal": total}]
    common = {"type": "SALES_INVOICE", "status": "SENT", "partnerId": 100, "notes": "", "date": "$today"}
    return {
        **common,
        "id": id_,
        "originalInvoiceNumber": str(number),
        "created": "$now-1d",
        "invoiceSumInfo": sums,
        **changes,
    }


async def test_B14_operator_decides_what_is_already_there(gateway: Callable[..., Gateway]) -> None:
    """Adopted, and marked so, where partner, date and total agree; a person decides where the sum differs; nothing is
    made twice, nor anything else of those.
    """
    world = base_world((ACME,), severa_per_second=60)
    many_invoices(world, ACME, 12, customers=1, rows=1)
    invoices = world["procountor"]["acme-fi"]["/invoices"]
    invoices += [there(n, 20_000 + n, 690.0) for n in range(1, 6)]
    invoices += [there(n, 20_000 + n, 1.0) for n in range(6, 9)]
    invoices += [there(9, 20_009, 690.0, created="$now+6h")]
    one = gateway(world, **FAST)
    one.stage.start_worker()
    documents = {document.number: document for document in one.documents}
    await one.settled(list(documents.values()))
    assert all(one.is_told(20_000 + n, OutcomeState.ADOPTED) for n in range(1, 6))
    assert all(one.is_told(20_000 + n, OutcomeState.REFUSED, "INVOICE_FROM_ELSEWHERE") for n in range(6, 9))
    assert one.is_told(20_009, OutcomeState.REFUSED, "INVOICE_FROM_OTHER_INTEGRATION")
    assert set(one.made()) == {("acme-fi", str(20_000 + n)) for n in range(10, 13)}

    one.say("adopt", documents[20_006].key, "--invoice", "6")
    one.say("create-anyway", documents[20_007].key)
    one.say("retry", documents[20_008].key)
    one.say("adopt", documents[20_009].key, "--invoice", "999")
    await one.until_told(20_006, OutcomeState.ADOPTED)
    await one.until_told(20_007, OutcomeState.CREATED)
    await one.until_told(20_008, OutcomeState.REFUSED, "INVOICE_FROM_ELSEWHERE", attempt=2)
    await one.until_told(20_009, OutcomeState.REFUSED, "ADOPT_IMPOSSIBLE")
    await one.settled(list(documents.values()))
    assert set(one.made()) == {("acme-fi", str(20_000 + n)) for n in (7, 10, 11, 12)}
    marked = {made["id"]: made["notes"] for made in one.apis.apis.world["procountor"]["acme-fi"]["/invoices"]}
    for n in range(1, 7):
        assert marked[n] == f"severa-adopted:{documents[20_000 + n].guid}#1:{marked[n][-8:]}"
    assert marked[8] == ""
    changed = Counter(entry["operation"] for entry in one.apis.journal(api="procountor") if entry["effect"])
    assert changed == {"addNotesToInvoice": 6, "saveInvoice": 4}
    attempts = one.outcome(20_008).attempt  # type: ignore[union-attr]
    await one.polls(4)
    assert one.outcome(20_008).attempt == attempts  # type: ignore[union-attr]


async def test_decision_13_a_moved_unit_waits_until_it_is_confirmed(gateway: Callable[..., Gateway]) -> None:
    world = base_world((ACME, BOLT), severa_per_second=60)
    many_invoices(world, ACME, 1)
    team = {"guid": guid("team"), "name": "Team", "parentGuid": guid(ACME.id, "unit")}
    world["severa"]["nordic"]["/v1/businessunits"].append(team)
    many_invoices(world, ACME, 1, first=30_001)
    world["severa"]["nordic"]["/v1/invoices"][1]["invoiceNumberBusinessUnitGuid"] = team["guid"]
    second = world["severa"]["nordic"]["/v1/invoices"].pop()
    one = gateway(world, **FAST, polling={"units_again": 0})
    one.stage.start_worker()
    await one.settled(one.documents)
    one.change("/v1/businessunits", {"guid": team["guid"], "parentGuid": guid(BOLT.id, "unit")})
    key = f"acme-fi/business-unit/{team['guid']}"
    await one.until(lambda: key in one.seen.current, 30, "the error about the unit")
    assert one.seen.current[key].error.code == "UNIT_MOVED"  # type: ignore[union-attr]
    one.change("/v1/invoices", second)
    await one.polls(4)
    assert one.outcome(30_001) is None
    one.say("confirm-unit", "bolt-fi", team["guid"])
    await one.until(lambda: one.outcome(30_001) is not None, 40, "its outcome")
    assert one.outcome(30_001).key.company == "bolt-fi"  # type: ignore[union-attr]
    await one.until(lambda: len(one.mails.messages) >= 1, 20, "the mail")
    assert "business unit was moved" in str(one.mails.messages[0]["Subject"])


async def test_decision_14_a_released_company_probes_at_once(gateway: Callable[..., Gateway]) -> None:
    world = base_world((ACME,), no_echo=["acme-fi"], severa_per_second=60)
    many_invoices(world, ACME, 3)
    one = gateway(world, **FAST)
    one.stage.start_worker()
    await one.until(lambda: "acme-fi/company/acme-fi" in one.seen.current, 40, "the hold")
    one.apis.apis.world["limits"]["no_echo"].clear()
    one.say("release", "acme-fi")
    await one.settled(one.documents)
    assert set(one.made().values()) == {1}


async def test_decision_9_an_extra_that_came_very_late_is_reported(gateway: Callable[..., Gateway]) -> None:
    """Procountor executes a POST long after every bound: no protocol helps, so the gateway says so an hour later."""
    world = base_world((ACME,), severa_per_second=60)
    many_invoices(world, ACME, 2)
    one = gateway(world, **FAST, delivery={"call_timeout": 1, "commit_lag": 0.5, "lease": 1, "second_look": 4})
    late = {"api": "procountor", "operation": "saveInvoice", "kind": "commit_late", "skip": 1}
    one.apis.faults({**late, "seconds": 6.0})
    one.stage.start_worker()
    documents = one.documents
    await one.settled(documents)
    await one.until(
        lambda: any(told.error and told.error.code == "INVOICE_TWICE" for told in one.seen.current.values()),
        60,
        "the report",
    )
    assert sorted(one.made().values()) == [1, 2]
