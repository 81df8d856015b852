"""The horizon of a company: what is older may have been transferred before the ledger knew (decision 12)."""

from __future__ import annotations

from datetime import datetime, timedelta

from gateway.ledger.home import Home
from gateway.ledger.records import Write


def looked_up_first(created_at: datetime, horizon: datetime, margin: timedelta = timedelta(hours=24)) -> bool:
    """Whether a document made at `created_at` must be looked up before its first POST."""
    return created_at < horizon + margin


async def ensure_horizon(home: Home, company: str, organisation: str, now: datetime, active: bool = True) -> datetime:
    """The company's horizon; `now` is recorded where the ledger has none (new, lost, or a new company).

    That of a company which isn't `active` is forgotten: others may transfer its documents until it is active again.
    """
    key = f"{company}/horizon"
    known = home.get(key)
    if not active:
        if known is not None:
            await home.commit(writes=[Write(key, None, organisation)])
        return now
    if known is not None:
        return datetime.fromisoformat(known.decode())
    await home.commit(writes=[Write(key, now.isoformat().encode(), organisation)])
    return now
