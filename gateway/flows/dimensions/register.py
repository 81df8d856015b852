"""One register of an organisation in memory: read whole at first and once a day, in between what changed (F4).

All companies of the organisation share it. What changed is numbered, so that each company asks since its own last look.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gateway.http import in_turns
from gateway.rules.items import item
from gateway.rules.receipts import Axis
from gateway.rules.severa_objects import SeveraObject

#: For how many seconds a read serves all companies, and after how many everything is read again.
FRESH_S, WHOLE_S = 15.0, 86_400.0
#: How far each read overlaps the previous one, for changes that Severa stamped late.
OVERLAP = timedelta(minutes=5)

Read = Callable[[Axis, datetime | None], Awaitable[list[SeveraObject]]]


@dataclass(slots=True)
class _Contents:
    """The objects after a read. A read changes a copy, in turns, which then takes the place of the former."""

    #: The number of the last read that showed a change.
    version: int = 0
    objects: dict[str, SeveraObject] = field(default_factory=dict)
    #: In which version an object, and the objects of a code, changed last.
    changed: dict[str, int] = field(default_factory=dict)
    touched: dict[str, int] = field(default_factory=dict)
    by_code: dict[str, tuple[str, ...]] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)

    def next(self) -> _Contents:
        """A copy, as the next version."""
        copies = (self.objects, self.changed, self.touched, self.by_code, self.codes)
        return _Contents(self.version + 1, *(dict(one) for one in copies))  # type: ignore[arg-type]  # in this order

    def put(self, one: SeveraObject) -> None:
        """An object was added or changed."""
        self.drop(one.id)
        self.objects[one.id] = one
        wanted = item(one.code, one.name)
        if wanted is not None:
            self.codes[one.id] = wanted.code
            self.by_code[wanted.code] = (*self.by_code.get(wanted.code, ()), one.id)
            self.touched[wanted.code] = self.version

    def drop(self, guid: str) -> None:
        """An object is gone."""
        self.objects.pop(guid, None)
        self.changed[guid] = self.version
        if code := self.codes.pop(guid, ""):
            self.by_code[code] = tuple(other for other in self.by_code[code] if other != guid)
            self.touched[code] = self.version


@dataclass(slots=True)
class Register:
    """The objects of one axis."""

    axis: Axis
    read: Read
    _now: _Contents = field(default_factory=_Contents)
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
            await self._keep(await self.read(self.axis, since), whole)
            self._read_at, self._since = began, now
            if whole:
                self._whole_at = began

    @property
    def version(self) -> int:
        """The number of the last read that showed a change."""
        return self._now.version

    def get(self, guid: str) -> SeveraObject | None:
        """An object; None if there is none."""
        return self._now.objects.get(guid)

    def changed_since(self, version: int) -> list[str]:
        """Guids of objects that were added, changed or are gone since a version."""
        return [guid for guid, at in self._now.changed.items() if at > version]

    def touched_since(self, version: int) -> list[str]:
        """Codes of such objects, before and after their change."""
        return [code for code, at in self._now.touched.items() if at > version]

    def code_of(self, guid: str) -> str:
        """The code of an object's item; "" if it has none."""
        return self._now.codes.get(guid, "")

    def sharing(self, code: str) -> list[SeveraObject]:
        """The objects that share a code."""
        return [self._now.objects[guid] for guid in sorted(self._now.by_code.get(code, ()))]

    async def _keep(self, read: Collection[SeveraObject], whole: bool) -> None:
        found, before = {one.id: one for one in read}, self._now.objects
        gone = before.keys() - found.keys() if whole else set()
        changed = [one for one in found.values() if before.get(one.id) != one]
        if not changed and not gone:
            return
        contents = self._now.next()
        async for guid in in_turns(gone):
            contents.drop(guid)
        async for one in in_turns(changed):
            contents.put(one)
        self._now = contents
