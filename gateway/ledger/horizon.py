"""The horizon of a company: what is older may have been transferred before the ledger knew (decision 12)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from gateway.ledger.codec import Codec, Unreadable
from gateway.ledger.home import Home
from gateway.ledger.records import Write

HORIZON = "/horizon"


@dataclass(frozen=True, slots=True)
class _Horizon:
    at: datetime
    organisation: str


_HORIZONS = Codec(_Horizon)


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
    at, owner = _read(known, key) if known is not None else (now, "")
    if not owner:
        value = orjson.dumps({"at": at.isoformat(), "organisation": organisation})
        await home.commit(writes=[Write(key, value, organisation)])
    return at


async def forget_horizons(home: Home, configured: Collection[str]) -> None:
    """Companies that the settings name no more are as those that aren't active, should they ever come back.

    One of the version before says no organisation, so it can't be deleted from here.
    """
    known = [(key, value) for key, value in home.items() if key.endswith(HORIZON)]
    strange = [(key, _owner(value, key)) for key, value in known if key.removesuffix(HORIZON) not in configured]
    gone = [(key, owner) for key, owner in strange if owner]
    if gone:
        await home.commit(writes=[Write(key, None, owner) for key, owner in gone])


def _owner(value: bytes, key: str) -> str:
    """The organisation; "" when it isn't known."""
    try:
        return _read(value, key)[1]
    except Unreadable:
        return ""


def _read(value: bytes, key: str) -> tuple[datetime, str]:
    """Time and organisation; the version before wrote the time alone. Raises Unreadable."""
    if not value.startswith(b"{"):
        return datetime.fromisoformat(value.decode()), ""
    kept = _HORIZONS.decode(value, key)
    return kept.at, kept.organisation
