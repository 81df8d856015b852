"""A user as Severa has it, who is kept as a person in Procountor (F5, S12).

Neither the personal identity number nor the whole bank account is part of it: both are read for one step (R3, ADR 32).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.documents.document import WithoutStatus
from gateway.documents.outcome import Subject
from gateway.documents.sales_invoice import Address


class NumberState(StrEnum):
    """The user's personal identity number, as far as an event may say it: nothing of it can be guessed from this."""

    MISSING = "missing"
    VALID = "valid"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class User(WithoutStatus):
    """One user. Texts that look like a personal identity number are masked or left out."""

    id: str
    created_at: datetime
    updated_at: datetime | None
    is_active: bool
    first_name: str
    last_name: str
    job_title: str | None
    email: str | None
    phone: str | None
    address: Address
    language: str | None
    personal_id: NumberState
    #: The bank account's first and last four characters, so that another account is another content.
    account: str | None

    @property
    def name(self) -> str:
        """Both names."""
        return " ".join(one for one in (self.first_name.strip(), self.last_name.strip()) if one)

    @property
    def number(self) -> None:
        """Users have none."""
        return None

    @property
    def subject(self) -> Subject:
        """The user's name."""
        return Subject("", self.name)
