"""Which files of a sales invoice go to Procountor (X2, X3, S16): references in, references out.

Severa makes both PDFs itself (`pdfGetOptions`): `All` has the invoice, the files that users attached and the breakdown,
`AttachmentAndBreakdown` has the last two. So an invoice has one file at most, and no file of it goes beside.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Choice(StrEnum):
    """S16, as it stands in a company's settings."""

    FULL = "full"
    BREAKDOWN = "breakdown"
    NONE = "none"


class Rendition(StrEnum):
    """A PDF that Severa makes of the invoice; the value is its `pdfGetOptions`."""

    ALL = "All"
    ATTACHMENT_AND_BREAKDOWN = "AttachmentAndBreakdown"


@dataclass(frozen=True, slots=True)
class FileReference:
    """A file by reference (decision 16). `type` is what its source says; the content decides (X5)."""

    id: str
    name: str
    size: int | None = None
    type: str | None = None


@dataclass(frozen=True, slots=True)
class InvoiceFiles:
    """What the rule needs to know of an invoice.

    `groups_with_attachment`: one of its groupings in Severa is `Group+Attachment`. `grouping_file`: the file of that
    grouping, where it is known as a file of its own.
    """

    number: int
    groups_with_attachment: bool = False
    grouping_file: FileReference | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """One attachment to be: a rendition or a file, and the name from which its own is made (X6)."""

    source: Rendition | FileReference
    name: str


def select(choice: Choice, invoice: InvoiceFiles) -> tuple[Piece, ...]:
    """What goes. None chosen, but rows grouped with a file: that file still does (X3)."""
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
