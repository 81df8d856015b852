"""Recent changes in Severa besides the heads that the poll lists: they may fix a refusal (Q3, ADR 7)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog

from gateway.errors import GatewayError
from gateway.ledger import Home

log = structlog.get_logger()

#: How far each read overlaps the previous one, for changes that Severa stamped late.
OVERLAP = timedelta(minutes=5)
#: How many changes are remembered: those of hours. Anything refused earlier has been retried by then.
REMEMBERED = 10_000

Read = Callable[[datetime], Awaitable[Mapping[str, tuple[str, str]]]]
"""Objects of one kind that were added or changed since a time: by guid, what each belongs to, and Severa's stamp."""


@dataclass(slots=True)
class Changes:
    """Changes that were seen, in the order of the home's commits: no clock says which came first."""

    home: Home
    _seen: dict[str, int] = field(default_factory=dict)

    def saw(self, owners: Iterable[str]) -> None:
        """These objects have changed."""
        for owner in owners:
            self._seen.pop(owner, None)
            self._seen[owner] = self.home.commits
        while len(self._seen) > REMEMBERED:
            del self._seen[next(iter(self._seen))]

    def since(self, commit: int, owner: str | None = None) -> bool:
        """Whether a change was seen after this commit: of something that belongs to `owner`, or of anything."""
        last = next(reversed(self._seen), "") if owner is None else owner
        return self._seen.get(last, -1) >= commit


@dataclass(slots=True)
class ChangeFeed:
    """The changes of one kind of object."""

    read: Read
    home: Home
    #: The oldest refusal in the ledger.
    since: datetime | None = None
    changes: Changes = field(init=False)
    #: What the last read showed, since the next one overlaps it.
    _stamps: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.changes = Changes(self.home)

    async def refresh(self, refused: bool) -> None:
        """Read what changed; nothing is read while nothing is refused."""
        if not refused:
            self.since = None
            return
        now = datetime.fromtimestamp(self.home.broker_time(), UTC)
        if self.since is not None:
            read = await self.read(self.since - OVERLAP)
            self.changes.saw({owner for guid, (owner, stamp) in read.items() if self._stamps.get(guid) != stamp})
            self._stamps = {guid: stamp for guid, (_, stamp) in read.items()}
        self.since = now


async def read_if_possible(name: str, feed: Awaitable[None]) -> None:
    """Read a feed. If it can't be read now, the next poll retries, and the list continues."""
    try:
        await feed
    except GatewayError as error:
        log.warning("changes in Severa can't be read", feed=name, code=error.code, detail=error.detail)
    except Exception:  # an answer that no model can read
        log.exception("changes in Severa can't be read", feed=name)
