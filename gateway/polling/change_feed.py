"""What was changed in Severa lately beside the heads that the poll lists: it may mend a refusal (Q3, ADR 7)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from gateway.ledger import Home

#: How far each read goes back behind the one before: what Severa stamped late.
OVERLAP = timedelta(minutes=5)
#: Changes that are remembered: those of hours, and what was refused before is tried again each hour.
REMEMBERED = 10_000

Read = Callable[[datetime], Awaitable[Mapping[str, tuple[str, str]]]]
"""Objects of one kind that were added or changed since a time: by guid, what each belongs to, and Severa's stamp."""


@dataclass(slots=True)
class Changes:
    """What was seen to have changed, in the order of the home's commits: no clock says what came first."""

    home: Home
    _seen: dict[str, int] = field(default_factory=dict)

    def saw(self, owners: Iterable[str]) -> None:
        """These have changed."""
        for owner in owners:
            self._seen.pop(owner, None)
            self._seen[owner] = self.home.commits
        while len(self._seen) > REMEMBERED:
            del self._seen[next(iter(self._seen))]

    def since(self, commit: int, owner: str | None = None) -> bool:
        """Whether a change was seen after this commit: of what belongs to `owner`, or of any."""
        last = next(reversed(self._seen), "") if owner is None else owner
        return self._seen.get(last, -1) >= commit


@dataclass(slots=True)
class ChangeFeed:
    """Changes of one kind of object. `since`: the oldest refusal that the ledger has; `_stamps`: what the last read
    showed, since the next one shows some of it again.
    """

    read: Read
    home: Home
    since: datetime | None = None
    changes: Changes = field(init=False)
    _stamps: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.changes = Changes(self.home)

    async def refresh(self, refused: bool) -> None:
        """Take over what changed; nothing is asked while nothing is refused."""
        if not refused:
            self.since = None
            return
        now = datetime.fromtimestamp(self.home.broker_time(), UTC)
        if self.since is not None:
            read = await self.read(self.since - OVERLAP)
            self.changes.saw({owner for guid, (owner, stamp) in read.items() if self._stamps.get(guid) != stamp})
            self._stamps = {guid: stamp for guid, (_, stamp) in read.items()}
        self.since = now
