"""Workers of one prefix whose settings differ (S18, Q4): nobody starves in silence."""

from __future__ import annotations

from collections.abc import Callable

import yaml

from gateway.documents import OutcomeState
from gateway.sandbox.world.demo_world import FIRMS, base_world, many_invoices
from tests.system import Gateway

ACME, CIRRUS = FIRMS[0], FIRMS[2]
COMPANY = "cirrus-se/company/cirrus-se"


async def test_S18_organisation_of_newer_settings_is_served_at_last(
    gateway: Callable[..., Gateway],
) -> None:
    """A change of the settings half way: the older worker has the only home. When it has gone, all heals by itself."""
    world = base_world((ACME, CIRRUS))
    for firm in (ACME, CIRRUS):
        many_invoices(world, firm, 1)
    one = gateway(world, kafka={"partitions": 1})
    newer, file = one.stage.settings_file.read_text(), one.stage.settings_file
    older = yaml.safe_load(newer)
    older["organisations"] = [each for each in older["organisations"] if each["name"] != "svea"]
    documents = one.documents
    file.write_text(yaml.safe_dump(older))
    one.stage.start_worker()
    await one.settled([each for each in documents if each.company == "acme-fi"])
    file.write_text(newer)
    one.stage.start_worker()
    await one.until(lambda: COMPANY in one.seen.current, 60, "the outcome of the company")
    error = one.seen.current[COMPANY].error
    assert error is not None and error.code == "COMPANY_UNSERVED"
    assert [one.health(worker)["unserved"] for worker in (0, 1)] == [["cirrus-se"]] * 2
    for worker in (0, 1):
        (line,) = [line for line in one.log(worker) if line["event"].startswith("company is not served")]
        assert (line["level"], line["company"], line["home"]) == ("error", "cirrus-se", 0)
    one.stage.workers[0].terminate()
    await one.settled(documents)
    await one.until(lambda: one.seen.current[COMPANY].state is OutcomeState.WITHDRAWN, 20, "the end of its error")
    assert one.health(1)["unserved"] == []
