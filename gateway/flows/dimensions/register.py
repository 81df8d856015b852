"""One register of an organisation in memory: read whole at first and once a day, in between what changed (F4).

All companies of the organisation share it. What changed is numbered, so that each company asks since its own last look.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gateway.rules.items import item
from gateway.rules.receipts import Axis
from gateway.rules.severa_objects import SeveraObject

#: For how many seconds a read serves all companies, and after how many everything is read again.
FRESH_S, WHOLE_S = 15.0, 86_400.0
#: How far each read overlaps the previous one, for changes that Severa stamped late.
OVERLAP = timedelta(minutes=5)

Read = Callable[[Axis, datetime | None], Awaitable[list[SeveraObject]]]


@dataclass(slots=True)
class Register:
    """The objects of one axis."""

    axis: Axis
    read: Read
    objects: dict[str, SeveraObject] = field(default_factory=dict)
    #: The number of the last read that showed a change.
    version: int = 0
    #: In which version an object, and the objects of a code, changed last.
    _changed: dict[str, int] = field(default_factory=dict)
    _touched: dict[str, int] = field(default_factory=dict)
    _by_code: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _codes: dict[str, str] = field(default_factory=dict)
    _read_at: float = float("-inf")
    _whole_at: float = float("-inf")
    _since: datetime | None = None
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def refresh(self, now: datetime, within: float = FRESH_S) -> None:
        """Read what changed, unless that was done so few seconds ago. `now`: no later than the read begins. Raises
        GatewayError.
        """
        async with self._reading:
            began = time.monotonic()
            if began - self._read_at < within:
                return
            whole = self._since is None or began - self._whole_at >= WHOLE_S
            since = None if whole or self._since is None else self._since - OVERLAP
            self._keep(await self.read(self.axis, since), whole)
            self._read_at, self._since = began, now
            if whole:
                self._whole_at = began

    def changed_since(self, version: int) -> list[str]:
        """Guids of objects that were added, changed or are gone since a version."""
        return [guid for guid, at in self._changed.items() if at > version]

    def touched_since(self, version: int) -> list[str]:
        """Codes of such objects, before and after their change."""
        return [code for code, at in self._touched.items() if at > version]

    def code_of(self, guid: str) -> str:
        """The code of an object's item; "" if it has none."""
        return self._codes.get(guid, "")

    def sharing(self, code: str) -> list[SeveraObject]:
        """The objects that share a code."""
        return [self.objects[guid] for guid in sorted(self._by_code.get(code, ()))]

    def _keep(self, read: Iterable[SeveraObject], whole: bool) -> None:
        found = {one.id: one for one in read}
        gone = self.objects.keys() - found.keys() if whole else set()
        changed = [one for one in found.values() if self.objects.get(one.id) != one]
        if not changed and not gone:
            return
        self.version += 1
        for guid in gone:
            self._forget(guid)
        for one in changed:
            self._forget(one.id)
            self.objects[one.id] = one
            if (made := item(one.code, one.name)) is not None:
                self._codes[one.id] = made.code
                self._by_code[made.code].add(one.id)
                self._touched[made.code] = self.version

    def _forget(self, guid: str) -> None:
        self.objects.pop(guid, None)
        self._changed[guid] = self.version
        if code := self._codes.pop(guid, ""):
            self._by_code[code].discard(guid)
            self._touched[code] = self.version
