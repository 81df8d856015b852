"""A company that was held for long had no gateway: people may have entered its invoices by hand (decision 12)."""

from __future__ import annotations

from datetime import timedelta

from gateway.delivery.company import CompanyContext
from gateway.delivery.holds import Hold
from gateway.ledger import Home, horizon_from_now


async def look_first_after(context: CompanyContext, home: Home, held: Hold | None) -> None:
    """Set the horizon again if the company was held for long, for the probe that may end the hold and for everything
    after it. A hold that began in the future began by a wrong clock, so perhaps long ago. Raises HomeLost.
    """
    absence = timedelta(seconds=context.delivery.absence)
    earliest, latest = context.now() - absence, context.now() + absence
    if held is None or earliest.isoformat() <= held.since <= latest.isoformat():
        return
    if context.horizon < earliest:
        at, horizon = horizon_from_now(home, context.company.id, context.organisation)
        await home.commit(writes=[horizon])
        context.horizon = at
