"""What the judge, the people and the builders of worlds must know of a kind of document."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from tests.chaos.evidence import Book
from tests.chaos.flows.registers import Registers

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Document(ABC):
    """A document that waits in a status of Severa, with all that Severa has of it now.

    Attributes:
    card        its customer or user
    rows        its rows or lines, in their order
    unit        the code of its project's business unit
    code        why it is refused; "" when it goes over
    adopts      the invoice of another integration that it is
    """

    #: As keys have it; its part of a company's settings; its type in Procountor.
    KIND: ClassVar[str]
    SECTION: ClassVar[str]
    TYPE: ClassVar[str]
    #: Statuses before and after the transfer; the field of a head that has it; lists of heads and of statuses.
    BEFORE: ClassVar[str]
    AFTER: ClassVar[str]
    STATUS: ClassVar[str]
    HEADS: ClassVar[str]
    STATUSES: ClassVar[str]
    #: The operation that reads its rows: the last of a whole document's.
    READS: ClassVar[str]
    #: The action that leads to each status in Procountor, in their order; the action's operation.
    STEPS: ClassVar[Mapping[str, str]]
    #: The status from which an accountant takes an approval back, and the status that it is then in.
    TAKEN_BACK: ClassVar[tuple[str, str]]
    #: Whether its files are sent with the invoice.
    SENT_WITH: ClassVar[bool]
    #: What a user fixes; what is true for a while, when a user changes rows.
    FIXED: ClassVar[str]
    SUMS: ClassVar[tuple[str, ...]]

    key: str
    book: Book
    head: Json
    card: Json
    rows: list[Json]
    unit: str = ""
    code: str = ""
    adopts: int = 0

    @property
    def number(self) -> str:
        """Severa's number."""
        return str(self.head["number"])

    @property
    def marker(self) -> str:
        """How the internal notes of its invoice begin."""
        return f"severa:{self.head['guid']}#"

    @property
    def own(self) -> Json:
        """Its company's settings of its flow."""
        found: Json = self.book.settings[self.SECTION]
        return found

    @property
    def status(self) -> str:
        """Its status in Severa."""
        return str(self.head[self.STATUS]["name"])

    @property
    def waits(self) -> bool:
        """Whether it is in the status before transfer."""
        return self.status == self.BEFORE

    @property
    def is_moved(self) -> bool:
        """Whether it is in the status after transfer."""
        return self.status == self.AFTER

    @property
    def target(self) -> str:
        """S10, S14: the status in which it is left."""
        return str(self.own.get("target_status", "UNFINISHED"))

    def draft(self) -> None:
        """Its user takes it out of the status."""
        self.head[self.STATUS] = {"guid": self.head[self.STATUS]["guid"][::-1], "name": "Draft"}

    def put_back(self, severa: Json) -> None:
        """Its user wants it transferred once more. `severa`: all of its organisation."""
        status = next(one for one in severa[self.STATUSES] if one["name"] == self.BEFORE)
        self.head[self.STATUS] = {"guid": status["guid"], "name": self.BEFORE}

    @classmethod
    @abstractmethod
    def all_of(cls, severa: Json, books: Mapping[str, Book]) -> Iterator[Document]:
        """All of an organisation, as far as their companies want them transferred. `books`: by their units."""

    @abstractmethod
    def judged(self, there: Registers) -> tuple[str, int]:
        """The code that it is refused with, and the invoice of another integration that it adopts. `there`: the
        company's registers when the run began.
        """

    @abstractmethod
    def body(self) -> Json:
        """What POST /invoices must hold, by path (docs/fields.md); `rows`: the same of each row."""

    @abstractmethod
    def files(self) -> Mapping[str, int]:
        """The names of its attachments (docs/attachments.md), each with its pages; 0 for any."""

    @abstractmethod
    def entries(self) -> list[Json]:
        """Account, amount and dimensions of each row on the ledger receipt; an account "" is whatever is booked."""

    @abstractmethod
    def party_differs(self, invoice: Json, there: Registers) -> Iterator[str]:
        """What is wrong about whom the invoice is for, and about its products."""

    @abstractmethod
    def edit(self, text: str) -> None:
        """A user changes its head."""

    @abstractmethod
    def change_rows(self) -> None:
        """A user changes a row, and with it the total."""

    @abstractmethod
    def fix(self) -> None:
        """A user fixes what it is refused for (FIXED)."""


def at(tree: Any, path: str) -> Any:
    """A value of a tree, by the names that lead to it."""
    for name in path.split("."):
        tree = (tree or {}).get(name)
    return tree
