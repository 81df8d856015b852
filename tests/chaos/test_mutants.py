"""Q1-Q3: the judge at work on the product itself, on real parts, with one kind of effect left out in a company."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest

from tests.chaos.collect import gather
from tests.chaos.flows.sales_invoices.flow import SALES_INVOICES
from tests.chaos.judge import judge
from tests.chaos.worker import Options
from tests.chaos.world import FIRMS, a_world, book
from tests.system import Gateway

#: What is left out in a company, and how the judge names it. Nothing is left out in the others.
LEFT_OUT = {
    "acme-fi": ("attachment", "attachment: invoice-"),
    "bolt-fi": ("send", "send: invoice"),
    "cirrus-se": ("mail", "CUSTOMER_NUMBER_MISSING was not mailed to finance@cirrus-se.example"),
    "delta-fi": ("approve", "approve: invoice"),
    "fjord-se": ("receipt", "receipt: no entry"),
    "glade-fi": ("outcome", "outcome: its status is moved, told is nothing"),
    "haven-fi": ("write-back", "write-back: its invoice is there, its status is not moved"),
    "ivory-se": ("content", "orderReference is None"),
    "lumen-se": ("partner fields", "address.zip is None"),
}


@pytest.mark.timeout(240, func_only=True)
async def test_Q1_each_missing_effect_is_named_alone(
    gateway: Callable[..., Gateway],
) -> None:
    """Twelve companies with two invoices each: nine lack something, three are whole."""
    world = a_world(2 * len(FIRMS), flows=(SALES_INVOICES,))
    client = world["credentials"]["procountor"]
    procountor = {"client_id": client["client_id"], "client_secret": client["client_secret"]}
    rates = {"severa": {"requests_per_second": 50}, "procountor": {**procountor, "requests_per_second": 200}}
    one = gateway(world, firms=FIRMS, **rates)
    options = Options(leaves_out={company: effect for company, (effect, _) in LEFT_OUT.items()})
    one.stage.start_worker(*options.arguments())
    deadline = time.monotonic() + 150
    while said := await asyncio.to_thread(wrong, one):
        assert time.monotonic() < deadline, f"{said}\n{one.stage.log_of_worker()}"
        await asyncio.sleep(0.5)


def wrong(one: Gateway) -> list[str]:
    """What the judge doesn't name yet, and what it names of companies that are whole."""
    verdict = judge(gather(one.stage, [book(firm) for firm in FIRMS]))
    found = [(finding.where.partition("/")[0], str(finding)) for finding in verdict.findings]
    unnamed = [
        f"not named: {company}: {line}"
        for company, (_, line) in LEFT_OUT.items()
        if not any(where == company and line in text for where, text in found)
    ]
    return [*unnamed, *(text for where, text in found if where not in LEFT_OUT)]
