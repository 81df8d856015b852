"""What a command says of itself: taken, or that there is nothing of the kind (decision 14)."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

from gateway.documents import OutcomeState
from gateway.sandbox.world.demo_world import FIRMS, base_world, many_invoices
from tests.system import Gateway

ACME = FIRMS[0]


@pytest.mark.timeout(180)
async def test_decision_14_command_says_whether_it_was_taken(
    gateway: Callable[..., Gateway],
) -> None:
    world = base_world((ACME,))
    many_invoices(world, ACME, 2)
    world["severa"]["nordic"]["/v1/invoices"][1]["receiverAddress"] = {"addressline": "x"}
    one = gateway(world)
    good, bad = sorted(one.documents, key=lambda document: document.number)
    one.stage.start_worker()
    await one.until_told(good.number, OutcomeState.CREATED)
    await one.until_told(bad.number, OutcomeState.REFUSED, "COUNTRY_MISSING", attempt=1)

    unknown = str(uuid.UUID(int=7))
    for words, why in (
        (("retry", f"acme-fi/sales-invoice/{unknown}"), "the gateway has no outcome of this document"),
        (
            ("adopt", f"acme-fi/sales-invoice/{unknown}", "--invoice", "1"),
            "the gateway has no outcome of this document",
        ),
        (("create-anyway", good.key), "the document is not refused: it is settled"),
        (("confirm-unit", "acme-fi", unknown), "the gateway doesn't know the business unit"),
        (("release", "acme-fi"), "the company is not on hold"),
    ):
        ran = one.command(*words)
        assert (ran.returncode, ran.stdout) == (1, "")
        assert why in ran.stderr and ran.stderr.endswith("Nothing was sent.\n")

    ran = one.command("retry", bad.key)
    assert (ran.returncode, ran.stdout.startswith("A worker has taken the command.")) == (0, True), ran.stderr
    await one.until_told(bad.number, OutcomeState.REFUSED, "COUNTRY_MISSING", attempt=2)
    said = [line["event"] for line in one.log() if line["event"].startswith("command")]
    assert said == ["command taken"]

    one.stage.stop_worker()
    ran = one.command("retry", bad.key, "--wait", "1")
    assert (ran.returncode, ran.stdout.startswith("The command was sent.")) == (0, True), ran.stderr
