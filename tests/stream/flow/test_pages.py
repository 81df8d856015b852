"""Answers that are not the API's own, on real parts: a proxy, a firewall or a login portal stands before both APIs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gateway.documents import OutcomeState
from gateway.sandbox.world.demo_world import AFTER, BEFORE, FIRMS, Firm, base_world, many_invoices
from tests.system import PROFILE, Gateway

ACME = FIRMS[0]
FAST = {"severa": {"requests_per_second": 80}}
WRITING = ("saveInvoice", "saveAttachment", "approveInvoice1", "send")
READING = ("searchInvoice", "searchBusinessPartners", "getProducts", "getLedgerReceipt", "getCompanyInfo")


def page(operation: str, kind: str = "page", api: str = "procountor", **more: Any) -> dict[str, Any]:
    return {"api": api, "operation": operation, "kind": kind, **more}


async def test_Q1_what_a_page_says_of_a_call_is_not_believed(gateway: Callable[..., Gateway]) -> None:
    """A firewall's 200, or 403, before the call reached the API and behind it: each invoice is made and sent once, has
    its file once, and its status is moved only then.
    """
    sales = {"status_before": BEFORE, "status_after": AFTER, "target_status": "SENT", "attachments": "full"}
    names = [f"{kind}-{operation.lower()}" for kind in ("before", "after") for operation in WRITING]
    firms = tuple(Firm(name, "nordic", name, settings={"sales": sales}) for name in names)
    world = base_world(firms, severa_per_second=100, procountor_per_second=200)
    for firm in firms:
        many_invoices(world, firm, 1)
    one = gateway(world, firms=firms, delivery={**PROFILE, "call_timeout": 2.5}, **FAST)
    fates = [(kind, operation) for kind in ("page", "page_after") for operation in WRITING]
    strikes = {firm.name: fate for firm, fate in zip(firms, fates, strict=True)}
    one.apis.faults(*(page(operation, kind, company=name) for name, (kind, operation) in strikes.items()))
    documents = one.documents
    one.stage.start_worker()
    await one.settled(documents, 120)
    assert {entry["company"] for entry in one.apis.journal() if entry.get("fault")} == set(strikes)
    effects = [
        (entry["company"], entry["operation"]) for entry in one.apis.journal(api="procountor") if entry["effect"]
    ]
    expected = sorted((firm.name, operation) for firm in firms for operation in WRITING)
    assert sorted(one_ for one_ in effects if one_[1] in WRITING) == expected


async def test_decision_5_404_of_a_proxy_withdraws_no_document(
    gateway: Callable[..., Gateway],
) -> None:
    """On Severa's heads, and on all that a transfer reads of Procountor: they are retried, and nobody is mailed."""
    world = base_world((ACME,), severa_per_second=100, procountor_per_second=200)
    many_invoices(world, ACME, 6)
    one = gateway(world, **FAST)
    heads = page("invoicesGetInvoice", api="severa", status=404, times=4)
    one.apis.faults(heads, *(page(operation, status=404, times=2) for operation in READING))
    documents = one.documents
    one.stage.start_worker()
    await one.settled(documents, 100)
    assert {entry["operation"] for entry in one.apis.journal() if entry.get("fault")} >= {"invoicesGetInvoice"}
    await one.polls(3)
    assert [told.error for told in one.seen.current.values() if told.error is not None] == []
    assert one.mails.messages == []
    assert set(one.made().values()) == {1}


async def test_decision_14_login_page_is_one_hold_and_no_loop(gateway: Callable[..., Gateway]) -> None:
    """What isn't Procountor's own answer is silence: the company is held, reported once, and goes on by itself."""
    world = base_world((ACME,), severa_per_second=100, procountor_per_second=200)
    many_invoices(world, ACME, 20)
    one = gateway(world, delivery={**PROFILE, "down_after": 4.0}, **FAST)
    one.apis.faults(page("token", times=0))
    documents = one.documents
    one.stage.start_worker()
    await one.until(lambda: len(one.mails.messages) == 1, 60, "the mail of the hold")
    assert [told.error.code for told in one.seen.current.values() if told.error] == ["API_DOWN"]
    assert "dead letter" not in one.stage.log_of_worker()
    one.apis.faults()
    await one.settled(documents, 100)
    assert all(told.state is not OutcomeState.REFUSED for told in one.seen.current.values() if told.subject.number)
    assert set(one.made().values()) == {1}


async def test_Q4_what_is_odd_of_one_head_holds_up_no_other(gateway: Callable[..., Gateway]) -> None:
    """Three heads of two companies: a project null, a day in another form, a number as a text. They are reported."""
    world = base_world(FIRMS[:2], severa_per_second=100, procountor_per_second=200)
    for n, firm in enumerate(FIRMS[:2]):
        many_invoices(world, firm, 4, first=1000 * n + 1)
    one = gateway(world, firms=FIRMS[:2], delivery={**PROFILE, "report_after": 6.0}, **FAST)
    whole = one.documents
    heads = one.apis.apis.world["severa"]["nordic"]["/v1/invoices"]
    odd = {heads[0]["number"]: {"projects": [None]}, heads[1]["number"]: {"date": "27.11.2026"}}
    odd[heads[4]["number"]] = {"currencyRate": "1.0"}
    for head in heads:
        head |= odd.get(head["number"], {})
    one.stage.start_worker()
    await one.settled([each for each in whole if each.number not in odd], 60)
    for number in odd:
        await one.until_told(number, OutcomeState.REFUSED, "NOT_YET_TRANSFERRED")
    assert len(one.made()) == 8 - len(odd)
