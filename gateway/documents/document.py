"""What every kind of document has, whatever else it holds."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from gateway.documents.outcome import Subject


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
