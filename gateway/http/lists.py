"""Paged lists, read to their end whatever the length of a page suggests (decision 9)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.errors import Transient, transient


@dataclass(slots=True)
class Listed:
    """The entries of a list that were read so far.

    An API may return fewer entries per page than it was asked for, so a short page is not the last.
    """

    api: str
    #: The operation that reads the list.
    name: str
    #: The field that distinguishes entries.
    key: str
    #: Reads an entry as soon as its page is there, so that a list of 20 000 is never read at once.
    read: Callable[[Any], Any] = lambda entry: entry
    #: How many entries came, including repeated ones of a list that changed while it was read.
    received: int = 0
    _found: dict[object, Any] = field(default_factory=dict)
    _page: Sequence[Any] = ()
    _tokens: set[str] = field(default_factory=set)

    def add(self, page: Sequence[Any]) -> None:
        """Add a page. Raises Transient if the page has nothing new: the API ignored where the page begins, and the list
        would never end.
        """
        before = len(self._found)
        self.keep(page)
        if page and (len(self._found) == before or page == self._page):
            raise self.endless()
        self._page = page

    def keep(self, page: Sequence[Any]) -> None:
        """Add a page of a list that says itself where it continues. Such a page may have nothing new, or be empty."""
        for n, one in enumerate(page, start=self.received):
            own = one.get(self.key) if isinstance(one, dict) else None
            key = own if own and isinstance(own, str | int) else f"without {n}"
            if key not in self._found:
                self._found[key] = self.read(one)
        self.received += len(page)

    def follow(self, token: str | None) -> str | None:
        """The token of the next page. Raises Transient if the token was used before."""
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
        """Each entry once, as it was first read."""
        return list(self._found.values())
