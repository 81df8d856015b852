"""A company held for long was without the gateway: people may have typed its invoices by hand (decision 12)."""

from __future__ import annotations

from datetime import timedelta

from gateway.delivery.work import Work
from gateway.ledger import horizon_from_now


async def look_first_after_a_long_hold(work: Work) -> None:
    """Its horizon is set again by the probe that may end the hold, so that the documents after it are looked up too.

    Raises HomeLost.
    """
    desk, held = work.desk, work.held
    if held is None:
        return
    long_ago = desk.now() - timedelta(seconds=desk.delivery.absence)
    if held.since < long_ago.isoformat() and desk.horizon < long_ago:
        at, horizon = horizon_from_now(work.home, desk.company.id, desk.organisation)
        await work.home.commit(writes=[horizon])
        desk.horizon = at
