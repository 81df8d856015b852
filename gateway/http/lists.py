"""Lists that come in pages: read to their end, whatever a page's length seems to say (decision 9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.errors import Transient, transient


@dataclass(slots=True)
class Listed:
    """What was read of a list so far. `key` is the field that tells its entries apart; `name` says which list it is.

    An API may cap a page lower than what was asked for, so a short page isn't the last. `received` counts all entries,
    also those that came twice since the list changed meanwhile.
    """

    api: str
    name: str
    key: str
    received: int = 0
    _found: dict[object, Any] = field(default_factory=dict)
    _page: Sequence[Any] = ()
    _tokens: set[str] = field(default_factory=set)

    def add(self, page: Sequence[Any]) -> None:
        """A page came. Raises Transient when it brings nothing new: where it began was ignored, the list has no end."""
        before = len(self._found)
        self.keep(page)
        if page and (len(self._found) == before or page == self._page):
            raise self.endless()
        self._page = page

    def keep(self, page: Sequence[Any]) -> None:
        """A page of a list that says itself where it goes on: it may hold nothing new, or nothing."""
        for n, one in enumerate(page, start=self.received):
            key = one.get(self.key) if isinstance(one, dict) else None
            self._found.setdefault(key if key and isinstance(key, str | int) else f"without {n}", one)
        self.received += len(page)

    def follow(self, token: str | None) -> str | None:
        """The token of the next page. Raises Transient when it came before."""
        if token is not None and token in self._tokens:
            raise self.endless()
        if token is not None:
            self._tokens.add(token)
        return token

    def endless(self) -> Transient:
        """The error that names the list."""
        detail = f"{self.name}: the same page came again after {self.received} entries"
        return transient("LIST_ENDLESS", detail=detail, api=self.api, operation=self.name)

    @property
    def entries(self) -> list[Any]:
        """Each entry once, as it was first shown."""
        return list(self._found.values())
