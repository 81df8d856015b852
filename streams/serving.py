"""Which companies each worker of the group serves, and which companies no worker serves.

Workers of one prefix must have the same settings. While they differ, by mistake or during a change, a home may belong
to a worker that doesn't know a company that others know: its invoices would wait, and nobody would say so. Faust's
assignor sends all members the address of each worker with its partitions; our addresses are not places, they name what
a worker serves.
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
    """A company with its organisation in Severa, whose home it lives in."""

    organisation: str
    company: str


def served_by(settings: GatewaySettings) -> list[Served]:
    """What a worker with these settings serves."""
    return [Served(of.name, one.id) for of in settings.organisations for one in of.companies if one.active]


def address(serves: Iterable[Served]) -> str:
    """The address of one worker. Two workers with the same settings need different addresses, or one would stand for
    both.
    """
    return f"{SCHEME}://{uuid.uuid4().hex}/{','.join(':'.join(one) for one in serves)}"


def unserved(owners: Owners, partitions: int) -> dict[Served, int]:
    """Companies that a live worker serves but the owner of their home doesn't, each with its home.

    A worker of a version that doesn't say what it serves is not reported.
    """
    served = {owner: serves for owner in owners if (serves := _served(owner)) is not None}
    homes = {number: owner for owner, topics in owners.items() for ones in topics.values() for number in ones}
    found = {}
    for one in sorted(frozenset().union(*served.values())):
        number = partition_of(one.organisation, partitions)
        owner = homes.get(number, "")
        if owner in served and one not in served[owner]:
            found[one] = number
    return found


def _served(owner: str) -> frozenset[Served] | None:
    scheme, _, rest = owner.partition("://")
    if scheme != SCHEME:
        return None
    return frozenset(Served(*one.split(":", 1)) for one in rest.partition("/")[2].split(",") if ":" in one)


class Watch:
    """The companies that nobody serves since the last assignment; every worker logs a change."""

    def __init__(self, partitions: int) -> None:
        self._partitions = partitions
        self.unserved: dict[Served, int] = {}

    def assigned(self, owners: Owners) -> None:
        """The homes' owners are known now."""
        before, self.unserved = self.unserved, unserved(owners, self._partitions)
        for one, home in self.unserved.items():
            if one not in before:
                log.error(
                    "company is not served: the worker of its home has other settings", **one._asdict(), home=home
                )
        for one in before.keys() - self.unserved.keys():
            log.info("company is served again", **one._asdict())
