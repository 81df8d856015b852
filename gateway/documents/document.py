"""What every kind of document has, whatever else it holds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Protocol, Self

from gateway.documents.outcome import Subject

#: Before any horizon, so that a document is looked up before it is created: its time is absent, or nobody knows it
#: (decision 12).
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Document(Protocol):
    """A document at its source: a frozen dataclass. Fields besides these are its flow's own."""

    @property
    def id(self) -> str:
        """Its guid at the source, lower case."""

    @property
    def number(self) -> int | None:
        """Its number at the source; None before it has one."""

    @property
    def created_at(self) -> datetime:
        """When it was created at the source; aware UTC."""

    @property
    def status_id(self) -> str:
        """The guid of its status at the source."""

    @property
    def status_name(self) -> str:
        """The name of its status at the source."""

    @property
    def subject(self) -> Subject:
        """The document as people know it."""

    def head(self) -> Any:
        """The same document as its head alone shows it: without rows, and without data from other registers."""


class WithoutStatus:
    """What documents have in common that no status at their source sets apart (ADR 31)."""

    __slots__ = ()

    @property
    def status_id(self) -> str:
        """It has none."""
        return ""

    @property
    def status_name(self) -> str:
        """It has none."""
        return ""

    def head(self) -> Self:
        """Itself: it has nothing that is read elsewhere."""
        return self
