"""Which companies each worker of the group serves, and which of them nobody serves.

Workers of one prefix must have the same settings. While they differ, by mistake or during a change, a home may belong
to a worker that knows nothing of a company that others have: its invoices would wait, and nobody would say so. Faust's
assignor gives all members the address of each with its partitions; ours is no place, it names what a worker serves.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import structlog

from gateway.ledger import partition_of
from gateway.settings import GatewaySettings

log = structlog.get_logger()

SCHEME = "gateway"

#: Partitions by topic, by address of their owner.
Owners = Mapping[str, Mapping[str, Sequence[int]]]


class Served(NamedTuple):
    """A company with its Severa organisation, whose home it lives in."""

    organisation: str
    company: str


def served_by(settings: GatewaySettings) -> list[Served]:
    """What a worker with these settings serves."""
    return [Served(of.name, one.id) for of in settings.organisations for one in of.companies if one.active]


def address(serves: Iterable[Served]) -> str:
    """A worker's own: two of the same settings must differ, or one would stand for both."""
    return f"{SCHEME}://{uuid.uuid4().hex}/{','.join(':'.join(one) for one in serves)}"


def unserved(owners: Owners, partitions: int) -> dict[Served, int]:
    """Companies that a live worker serves and the owner of their home doesn't, each with that home.

    A worker of a version that doesn't say what it serves is not accused.
    """
    told = {owner: serves for owner in owners if (serves := _told(owner)) is not None}
    homes = {number: owner for owner, topics in owners.items() for ones in topics.values() for number in ones}
    found = {}
    for one in sorted(frozenset().union(*told.values())):
        number = partition_of(one.organisation, partitions)
        owner = homes.get(number, "")
        if owner in told and one not in told[owner]:
            found[one] = number
    return found


def _told(owner: str) -> frozenset[Served] | None:
    scheme, _, rest = owner.partition("://")
    if scheme != SCHEME:
        return None
    return frozenset(Served(*one.split(":", 1)) for one in rest.partition("/")[2].split(",") if ":" in one)


class Watch:
    """What nobody serves since the last assignment; a change is logged by every worker."""

    def __init__(self, partitions: int) -> None:
        self._partitions = partitions
        self.unserved: dict[Served, int] = {}

    def assigned(self, owners: Owners) -> None:
        """Whose the homes are now."""
        before, self.unserved = self.unserved, unserved(owners, self._partitions)
        for one, home in self.unserved.items():
            if one not in before:
                log.error(
                    "company is not served: the worker of its home has other settings", **one._asdict(), home=home
                )
        for one in before.keys() - self.unserved.keys():
            log.info("company is served again", **one._asdict())
