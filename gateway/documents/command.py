"""An operator's commands (decisions 11, 13, 14). Each is in the ledger before it is acknowledged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.documents.keys import DocumentKey


class CommandKind(StrEnum):
    """RETRY, ADOPT, CREATE_ANYWAY are about a refused document; RELEASE about a company; CONFIRM_UNIT about a unit."""

    RETRY = "retry"
    ADOPT = "adopt"
    CREATE_ANYWAY = "create_anyway"
    RELEASE = "release"
    CONFIRM_UNIT = "confirm_unit"


#: Commands about one document.
OF_DOCUMENTS = (CommandKind.RETRY, CommandKind.ADOPT, CommandKind.CREATE_ANYWAY)


@dataclass(frozen=True, slots=True)
class Command:
    """An operator's command."""

    organisation: str
    kind: CommandKind
    #: The document, company or business unit that it is about.
    key: DocumentKey
    #: When it was given.
    at: datetime
    #: Who gave it.
    by: str
    #: The id in the other system that ADOPT names.
    target_id: str | None = None

    @property
    def company(self) -> str:
        """The company whose owner carries it out."""
        return self.key.company
