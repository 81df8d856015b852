"""What an operator asks for (decisions 11, 13, 14). It stands in the ledger before it is acknowledged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CommandKind(StrEnum):
    """RETRY, ADOPT and CREATE_ANYWAY speak of a refused document; RELEASE of a company; CONFIRM_UNIT of a unit."""

    RETRY = "retry"
    ADOPT = "adopt"
    CREATE_ANYWAY = "create_anyway"
    RELEASE = "release"
    CONFIRM_UNIT = "confirm_unit"


#: Commands about one document.
OF_DOCUMENTS = (CommandKind.RETRY, CommandKind.ADOPT, CommandKind.CREATE_ANYWAY)


@dataclass(frozen=True, slots=True)
class Command:
    """One wish. `about` is the guid of the document or of the business unit, or the company's id.

    `invoice_id` is the invoice in Procountor that ADOPT names.
    """

    organisation: str
    company: str
    kind: CommandKind
    about: str
    at: datetime
    by: str
    invoice_id: int | None = None
