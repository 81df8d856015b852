"""A company held for long was without the gateway: people may have typed its invoices by hand (decision 12)."""

from __future__ import annotations

from datetime import timedelta

from gateway.delivery.desk import Desk
from gateway.delivery.holds import Hold
from gateway.ledger import Home, horizon_from_now


async def look_first_after(desk: Desk, home: Home, held: Hold | None) -> None:
    """Set the horizon again once the company was held for long: for the probe that may end the hold, and for what goes
    on after it. Raises HomeLost.
    """
    long_ago = desk.now() - timedelta(seconds=desk.delivery.absence)
    if held is not None and held.since < long_ago.isoformat() and desk.horizon < long_ago:
        at, horizon = horizon_from_now(home, desk.company.id, desk.organisation)
        await home.commit(writes=[horizon])
        desk.horizon = at
