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
    at, owner = _read(known) if known is not None else (now, "")
    if not owner:
        value = orjson.dumps({"at": at.isoformat(), "organisation": organisation})
        await home.commit(writes=[Write(key, value, organisation)])
    return at


async def forget_horizons(home: Home, configured: Collection[str]) -> None:
    """Companies that the settings name no more are as those that aren't active, should they ever come back.

    One of the version before says no organisation, so it can't be deleted from here.
    """
    known = [(key, _read(value)[1]) for key, value in home.items() if key.endswith(HORIZON)]
    gone = [(key, owner) for key, owner in known if owner and key.removesuffix(HORIZON) not in configured]
    if gone:
        await home.commit(writes=[Write(key, None, owner) for key, owner in gone])


def _read(value: bytes) -> tuple[datetime, str]:
    """Time and organisation; the version before wrote the time alone."""
    if not value.startswith(b"{"):
        return datetime.fromisoformat(value.decode()), ""
    tree = orjson.loads(value)
    return datetime.fromisoformat(tree["at"]), tree["organisation"]
