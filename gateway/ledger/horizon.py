"""The horizon of a company: what is older may have been transferred before the ledger knew (decision 12).

It is set anew when the ledger may not know all since: the company is new to it, records were deleted from it, or the
home was without an owner for long. What the ledger may have lost may be under way as well, so its look-ups are counted
out like those of any open intent (decision 9): a new horizon is an open intent of its company.
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
    """A company of the settings whose home this is; one that isn't `active` has no horizon."""

    organisation: str
    active: bool


@dataclass(frozen=True, slots=True)
class Horizon:
    """As the ledger keeps it. `start`: the first offset that the ledger had then; more were deleted since if it has a
    later one now. A version before this one wrote none; the one before that wrote the time alone.
    """

    at: datetime
    organisation: str = ""
    start: int = 0

    def encode(self) -> bytes:
        """As it stands in the ledger."""
        return orjson.dumps(self)


_HORIZONS = Codec(Horizon)


def looked_up_first(created_at: datetime, horizon: datetime, margin: timedelta = timedelta(hours=24)) -> bool:
    """Whether a document made at `created_at` must be looked up before its first POST."""
    return created_at < horizon + margin


async def set_horizons(home: Home, covered: Mapping[str, Covered], absence: timedelta) -> dict[str, datetime]:
    """The horizon by company, for an owner that has just taken the home. Its time is the broker's. Raises HomeLost.

    All are written in one transaction: its records end the silence by which a later owner would know of the absence.
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


def horizon_from_now(home: Home, company: str, organisation: str) -> tuple[datetime, Write]:
    """A new horizon of a company whose home has been open for a while, and its record, for the caller to commit."""
    at = datetime.fromtimestamp(home.broker_time(), UTC)
    return at, Write(company + HORIZON, Horizon(at, organisation, home.taken.start).encode(), organisation)


def seconds_until_known(home: Home, company: str) -> float:
    """Seconds until a look-up may speak for the company: 0 unless its horizon is new and not counted out."""
    key = company + HORIZON
    return home.seconds_until_expired(key) if home.intent(key) is not None else 0.0


async def wait_out_quarantine(home: Home, company: str) -> None:
    """Wait until a look-up may speak, and let no later owner count again. Raises HomeLost."""
    left = seconds_until_known(home, company)
    if left > 0:
        await asyncio.sleep(left)
        await wait_out_quarantine(home, company)  # by the home's clock
    elif home.intent(company + HORIZON) is not None:
        await home.commit(settles=[company + HORIZON])


async def _begin_counting(home: Home, company: str, organisation: str) -> None:
    """What the ledger may have lost may be under way: as after any intent that is found open, by whichever owner."""
    if home.intent(company + HORIZON) is None:
        await home.open_intent(company + HORIZON, b"", organisation)


def _owner(company: str, before: Horizon | None, covered: Mapping[str, Covered]) -> str:
    """The organisation of a company that has no horizon any more: others may transfer its documents until it is back.

    Where the settings don't name the company it has left, or another deployment of the gateway has the same prefix.
    """
    if company in covered:
        return covered[company].organisation
    organisation = before.organisation if before is not None else ""
    log.error("company is in the ledger but not in the settings", company=company, organisation=organisation)
    return organisation


def _holds(taken: Taken, horizon: Horizon, absence: timedelta) -> bool:
    """Whether the ledger knows all since then: nothing was deleted from it, somebody has owned the home all the while,
    and no clock was set in between.
    """
    return horizon.start == taken.start and horizon.at <= taken.at and abs(taken.silence) <= absence


def _read(key: str, value: bytes) -> Horizon | None:
    """None where another version wrote what this one can't read: the horizon is set again then."""
    try:
        if not value.startswith(b"{"):
            return Horizon(datetime.fromisoformat(value.decode()))
        return _HORIZONS.decode(value, key)
    except (ValueError, Unreadable):
        return None
