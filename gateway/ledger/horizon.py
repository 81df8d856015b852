"""The horizon of a company: what is older may have been transferred before the ledger knew (decision 12)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import orjson

from gateway.ledger.home import Home
from gateway.ledger.records import Write

HORIZON = "/horizon"


def looked_up_first(created_at: datetime, horizon: datetime, margin: timedelta = timedelta(hours=24)) -> bool:
    """Whether a document made at `created_at` must be looked up before its first POST."""
    return created_at < horizon + margin


async def ensure_horizon(home: Home, company: str, organisation: str, now: datetime, active: bool = True) -> datetime:
    """The company's horizon; `now` is recorded where the ledger has none (new, lost, or a new company).

    That of a company which isn't `active` is forgotten: others may transfer its documents until it is active again.
    """
    key = company + HORIZON
    known = home.get(key)
    if not active:
        if known is not None:
            await home.commit(writes=[Write(key, None, organisation)])
        return now
    if known is not None:
        return datetime.fromisoformat(orjson.loads(known)["at"])
    value = orjson.dumps({"at": now.isoformat(), "organisation": organisation})
    await home.commit(writes=[Write(key, value, organisation)])
    return now


async def forget_horizons(home: Home, configured: Collection[str]) -> None:
    """Companies that the settings name no more are as those that aren't active, should they ever come back."""
    gone = [(key, value) for key, value in home.items() if key.endswith(HORIZON)]
    writes = [
        Write(key, None, orjson.loads(value)["organisation"])
        for key, value in gone
        if key.removesuffix(HORIZON) not in configured
    ]
    if writes:
        await home.commit(writes=writes)
