"""What identifies a document, its revisions and their order (decisions 5 and 11)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Kinds of documents, as they stand in keys and topic names."""

    SALES_INVOICE = "sales-invoice"
    COMPANY = "company"
    BUSINESS_UNIT = "business-unit"


#: Kinds of what is transferred. The others concern all documents of a company or of a business unit.
OF_DOCUMENTS = frozenset(Kind) - {Kind.COMPANY, Kind.BUSINESS_UNIT}
#: The name of each kind's topic of changes, behind the prefix.
CHANGE_TOPICS = {Kind.SALES_INVOICE: "sales-invoices"}


@dataclass(frozen=True, slots=True)
class DocumentKey:
    """`company/kind/id`: the record key on every topic. `id` is Severa's guid, lower case."""

    company: str
    kind: Kind
    id: str

    def __str__(self) -> str:
        return f"{self.company}/{self.kind}/{self.id}"

    @classmethod
    def parse(cls, text: str) -> DocumentKey:
        """Read a key back. Raises ValueError when it is not of the form."""
        company, kind, id_ = text.split("/", 2)
        return cls(company, Kind(kind), id_)


@dataclass(frozen=True, slots=True, order=True)
class Sequence:
    """Order of revisions over owners: the home's epoch, then a counter within it."""

    epoch: int
    counter: int


@dataclass(frozen=True, slots=True)
class Revision:
    """A content of a document that someone wants transferred (decision 5).

    `content_hash` is the SHA-256 (hex) of the content without its status.
    """

    number: int
    sequence: Sequence
    content_hash: str

    def marker(self, guid: str) -> str:
        """`severa:<guid>#<revision>:<hash8>`, kept in Procountor's internal notes (decision 11)."""
        return f"severa:{guid}#{self.number}:{self.content_hash[:8]}"
