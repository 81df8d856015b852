"""Which files of a sales invoice are sent to Procountor (X2, X3, S16): references in, references out.

Severa creates both PDFs itself (`pdfGetOptions`): `All` has the invoice, the users' files and the breakdown,
`AttachmentAndBreakdown` has the last two. So an invoice has at most one file, and no file of it is sent separately.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Choice(StrEnum):
    """S16, as in a company's settings."""

    FULL = "full"
    BREAKDOWN = "breakdown"
    NONE = "none"


class Rendition(StrEnum):
    """A PDF of the invoice that Severa creates; the value is its `pdfGetOptions`."""

    ALL = "All"
    ATTACHMENT_AND_BREAKDOWN = "AttachmentAndBreakdown"


@dataclass(frozen=True, slots=True)
class FileReference:
    """A file by reference (decision 16)."""

    id: str
    name: str
    size: int | None = None
    #: As its source says; the content decides (X5).
    type: str | None = None


@dataclass(frozen=True, slots=True)
class InvoiceFiles:
    """What the rule needs to know about an invoice."""

    number: int
    #: One of its groupings in Severa is `Group+Attachment`.
    groups_with_attachment: bool = False
    #: The file of that grouping, if it is known as a separate file.
    grouping_file: FileReference | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A future attachment: a rendition or a file, and the name from which its own is made (X6)."""

    source: Rendition | FileReference
    name: str


def select(choice: Choice, invoice: InvoiceFiles) -> tuple[Piece, ...]:
    """The files to send. If the settings choose none but rows are grouped with a file, that file is still sent (X3)."""
    breakdown = Piece(Rendition.ATTACHMENT_AND_BREAKDOWN, f"invoice-{invoice.number}-breakdown.pdf")
    match choice:
        case Choice.FULL:
            return (Piece(Rendition.ALL, f"invoice-{invoice.number}.pdf"),)
        case Choice.BREAKDOWN:
            return (breakdown,)
        case Choice.NONE if invoice.grouping_file:
            return (Piece(invoice.grouping_file, invoice.grouping_file.name),)
        case Choice.NONE if invoice.groups_with_attachment:
            return (breakdown,)
        case Choice.NONE:
            return ()
