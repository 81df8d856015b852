"""The horizon of a company: what is older may have been transferred before the ledger knew it (decision 12).

It is set again if the ledger may not know everything since: the company is new to it, records were deleted, or the home
had no owner for long. Calls that the ledger lost may be under way as well, so look-ups wait as for any open intent
(decision 9): a new horizon is an open intent of its company.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import orjson
import structlog

from gateway.ledger.codec import Codec, Unreadable
from gateway.ledger.home import Home
from gateway.ledger.reading import Taken
from gateway.ledger.records import Write

log = structlog.get_logger()

HORIZON = "/horizon"


@dataclass(frozen=True, slots=True)
class Covered:
    """A company in the settings whose home this is. Only an active company has a horizon."""

    organisation: str
    active: bool


@dataclass(frozen=True, slots=True)
class Horizon:
    """The ledger's record of a horizon."""

    at: datetime
    organisation: str = ""
    #: The ledger's first offset then. A later first offset now means that records were deleted.
    start: int = 0

    def encode(self) -> bytes:
        """The ledger's form."""
        return orjson.dumps(self)


_HORIZONS = Codec(Horizon)


def looked_up_first(created_at: datetime, horizon: datetime, margin: timedelta = timedelta(hours=24)) -> bool:
    """Whether a document created at `created_at` must be looked up before its first POST."""
    return created_at < horizon + margin


async def set_horizons(home: Home, covered: Mapping[str, Covered], absence: timedelta) -> dict[str, datetime]:
    """The horizon per company, for an owner that has just opened the home. Its time is the broker's. Raises HomeLost.

    All horizons are written in one transaction: its records end the silence by which a later owner would recognise the
    absence.
    """
    known = {key.removesuffix(HORIZON): _read(key, value) for key, value in home.items() if key.endswith(HORIZON)}
    active = {company: own for company, own in covered.items() if own.active}
    now = Horizon(home.taken.at, start=home.taken.start)
    horizons, writes = dict[str, datetime](), list[Write]()
    for company, own in active.items():
        before = known.get(company)
        horizon = before if before is not None and _holds(home.taken, before, absence) else now
        horizons[company] = horizon.at
        if before is None or before.start != now.start:
            await _begin_counting(home, company, own.organisation)
        if before != (after := replace(horizon, organisation=own.organisation)):
            log.info("horizon set", company=company, at=after.at.isoformat())
            writes.append(Write(company + HORIZON, after.encode(), own.organisation))
    gone = {company: _owner(company, before, covered) for company, before in known.items() if company not in active}
    writes += [Write(company + HORIZON, None, owner) for company, owner in gone.items() if owner]
    if writes:
        await home.commit(writes=writes, settles=[company + HORIZON for company in gone])
    return horizons


async def begin_horizon(home: Home, company: str, organisation: str) -> datetime:
    """A new horizon, with its quarantine, of a company that becomes active while its home is open: nobody knows what
    was transferred for it before. Raises HomeLost.
    """
    await _begin_counting(home, company, organisation)
    at, horizon = horizon_from_now(home, company, organisation)
    await home.commit(writes=[horizon])
    return at


def horizon_from_now(home: Home, company: str, organisation: str) -> tuple[datetime, Write]:
    """A new horizon of a company whose home has been open for a while, and its record, for the caller to commit."""
    at = datetime.fromtimestamp(home.broker_time(), UTC)
    return at, Write(company + HORIZON, Horizon(at, organisation, home.taken.start).encode(), organisation)


def seconds_until_known(home: Home, company: str) -> float:
    """Seconds until a look-up is conclusive for the company: 0 unless its horizon is new and its quarantine runs."""
    key = company + HORIZON
    return home.seconds_until_expired(key) if home.intent(key) is not None else 0.0


async def wait_out_quarantine(home: Home, company: str) -> None:
    """Wait until a look-up is conclusive, and spare later owners this wait. Raises HomeLost."""
    left = seconds_until_known(home, company)
    if left > 0:
        await asyncio.sleep(left)
        await wait_out_quarantine(home, company)  # by the home's clock
    elif home.intent(company + HORIZON) is not None:
        await home.commit(settles=[company + HORIZON])


async def end_quarantine(home: Home, company: str) -> None:
    """Close the company's quarantine once its time is over: a later owner would begin it again. Raises HomeLost."""
    if seconds_until_known(home, company) <= 0:
        await wait_out_quarantine(home, company)


async def _begin_counting(home: Home, company: str, organisation: str) -> None:
    """Start the quarantine: calls that the ledger lost may be under way, as after any intent that is found open."""
    if home.intent(company + HORIZON) is None:
        await home.open_intent(company + HORIZON, b"", organisation)


def _owner(company: str, before: Horizon | None, covered: Mapping[str, Covered]) -> str:
    """The organisation of a company that no longer has a horizon: others may transfer its documents until it returns.

    A company that the settings don't name was removed, or another deployment of the gateway has the same prefix.
    """
    if company in covered:
        return covered[company].organisation
    organisation = before.organisation if before is not None else ""
    log.error("company is in the ledger but not in the settings", company=company, organisation=organisation)
    return organisation


def _holds(taken: Taken, horizon: Horizon, absence: timedelta) -> bool:
    """Whether the ledger knows everything since then: nothing was deleted, the home always had an owner, and no clock
    was set back.
    """
    return horizon.start == taken.start and horizon.at <= taken.at and abs(taken.silence) <= absence


def _read(key: str, value: bytes) -> Horizon | None:
    """The horizon; None if this version can't read it: the horizon is then set again."""
    try:
        if not value.startswith(b"{"):
            return Horizon(datetime.fromisoformat(value.decode()))
        return _HORIZONS.decode(value, key)
    except (ValueError, Unreadable):
        return None
