"""The identity of documents and revisions, and their order (decisions 5, 11)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Kinds of documents, as in keys and topic names."""

    SALES_INVOICE = "sales-invoice"
    TRAVEL_REIMBURSEMENT = "travel-reimbursement"
    COST_ALLOCATION = "cost-allocation"
    USER = "user"
    DIMENSION_ITEM = "dimension-item"
    COMPANY = "company"
    BUSINESS_UNIT = "business-unit"


#: Kinds that are transferred. The others concern all documents of a company or of a business unit.
OF_DOCUMENTS = frozenset(Kind) - {Kind.COMPANY, Kind.BUSINESS_UNIT}
#: What a document of each kind is in Procountor, by the type of invoices there. A search of one type finds no other.
INVOICE_TYPES = {Kind.SALES_INVOICE: "SALES_INVOICE", Kind.TRAVEL_REIMBURSEMENT: "TRAVEL_INVOICE"}
#: The name of each kind's change topic, after the prefix.
CHANGE_TOPICS = {
    Kind.SALES_INVOICE: "sales-invoices",
    Kind.TRAVEL_REIMBURSEMENT: "travel-reimbursements",
    Kind.COST_ALLOCATION: "cost-allocations",
    Kind.USER: "users",
    Kind.DIMENSION_ITEM: "dimension-items",
}


@dataclass(frozen=True, slots=True)
class Words:
    """What people call a document of a kind."""

    document: str
    #: The other party.
    party: str


WORDS = {
    Kind.SALES_INVOICE: Words("invoice", "Customer"),
    Kind.TRAVEL_REIMBURSEMENT: Words("travel reimbursement", "Traveller"),
    Kind.COST_ALLOCATION: Words("purchase invoice", "Supplier"),
    Kind.USER: Words("user", "Name"),
    Kind.DIMENSION_ITEM: Words("dimension item", "Name"),
    Kind.COMPANY: Words("document", "Company"),
    Kind.BUSINESS_UNIT: Words("document", "Company"),
}


@dataclass(frozen=True, slots=True)
class DocumentKey:
    """`company/kind/id`: the record key on every topic. `id` is the document's id at its source, lower case."""

    company: str
    kind: Kind
    id: str

    def __str__(self) -> str:
        return f"{self.company}/{self.kind}/{self.id}"

    @property
    def word(self) -> str:
        """What people call the document."""
        return WORDS[self.kind].document

    @classmethod
    def parse(cls, text: str) -> DocumentKey:
        """Read a key. Raises ValueError if it doesn't have the form."""
        company, kind, id_ = text.split("/", 2)
        return cls(company, Kind(kind), id_)


@dataclass(frozen=True, slots=True, order=True)
class Sequence:
    """The order of revisions across owners: the home's epoch, then a counter within it."""

    epoch: int
    counter: int


@dataclass(frozen=True, slots=True)
class Revision:
    """One version of a document's content that is waiting to be transferred (decision 5)."""

    number: int
    sequence: Sequence
    #: SHA-256 (hex) of the content without its status.
    content_hash: str

    def is_same(self, other: Revision) -> bool:
        """Whether both name one revision, whenever they were published. The number alone doesn't tell: two contents
        that were published before either was handled have the same number.
        """
        return (self.number, self.content_hash) == (other.number, other.content_hash)

    def marker(self, guid: str) -> str:
        """`severa:<guid>#<revision>:<hash8>`, kept in Procountor's internal notes (decision 11)."""
        return f"severa:{guid}#{self.number}:{self.content_hash[:8]}"
