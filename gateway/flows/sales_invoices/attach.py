"""The invoice's files: what S16 chooses is attached once, whatever fails (X2-X9)."""

from __future__ import annotations

import tempfile
from pathlib import Path

import structlog

from gateway.attachments import (
    Choice,
    FileKind,
    InvoiceFiles,
    Part,
    Piece,
    ProcessedFile,
    Rendition,
    Stored,
    clean,
    missing,
    select,
    unique,
)
from gateway.attachments.names import shown
from gateway.delivery.attempt import Attempt
from gateway.delivery.effects import once, step_lease
from gateway.documents import RowKind, SalesInvoice, Target
from gateway.errors import Varying, refuse, transient
from gateway.http import TooLarge

log = structlog.get_logger()


async def attach(attempt: Attempt[SalesInvoice], invoice: Target) -> None:
    """Attach what the invoice lacks.

    An invoice that this attempt did not create may have its files already: they are read first (X9). A refused file
    (Permanent) leaves the invoice as it is and the document refused; the next attempt only does the rest.
    """
    pieces = await _pieces(attempt)
    if not pieces:
        return
    just_made = attempt.lease is not None
    there = [] if just_made else await attempt.context.procountor.attachments(int(invoice.id))
    if all(_is_there(piece, there) for piece in pieces):
        return
    with tempfile.TemporaryDirectory(prefix="invoice-", dir=attempt.context.folder) as folder:
        found = [(piece, await _fetched(attempt, piece, Path(folder) / str(n))) for n, piece in enumerate(pieces)]
        files = [(piece, file) for piece, file in found if file is not None]
        names = unique([(piece.name, file.kind) for piece, file in files])
        wanted = [Stored(name) for name in names]
        for at, stored in missing(there, wanted):
            await _upload(attempt, invoice, stored.name, files[at][1])


async def _pieces(attempt: Attempt[SalesInvoice]) -> tuple[Piece, ...]:
    """What must be attached. Severa is asked how the invoice groups its rows only if nothing is chosen (X3)."""
    choice = Choice(attempt.context.company.sales.attachments)
    assert attempt.document.number is not None
    grouped = False
    if choice is Choice.NONE and any(row.kind is not RowKind.FLAT_RATE for row in attempt.document.rows):
        grouped = await attempt.context.severa.groups_with_attachment(attempt.document.id)
    return select(choice, InvoiceFiles(attempt.document.number, grouped))


def _is_there(piece: Piece, there: list[Stored]) -> bool:
    """Whether it is attached, known before the download: Severa's printouts are PDFs, so the name alone decides."""
    return isinstance(piece.source, Rendition) and not missing(there, [Stored(clean(piece.name, FileKind.PDF))])


async def _fetched(attempt: Attempt[SalesInvoice], piece: Piece, raw: Path) -> ProcessedFile | None:
    """The file on disk, sound and small enough; None if Severa has none. Raises Permanent, Transient."""
    context, name = attempt.context, piece.name
    most = context.file_processor.limits.source
    try:
        if isinstance(piece.source, Rendition):
            await context.severa.invoice_pdf(attempt.document.id, piece.source, raw, most)
        else:
            await context.severa.file(piece.source.id, raw, most)
        empty = _is_empty(raw)
    except TooLarge as error:
        limit = context.file_processor.limits.size
        raise refuse("ATTACHMENT_TOO_LARGE", file=shown(name), size=Varying(error.size), limit=limit) from error
    except OSError as error:
        raise transient("ATTACHMENT_NO_ROOM", repr(error), file=shown(name)) from error
    if empty:
        return None
    finished = await context.file_processor.fit(Part(raw, name), raw.with_suffix(".pdf"))
    if finished.side is not None:
        attempt.told.append(f"{shown(name)}: pictures were reduced to {finished.side} pixels, to fit the size limit")
    if finished.repaired:
        attempt.told.append(f"{shown(name)}: the end of the file was damaged and was repaired; no page is missing")
    log.info("attachment ready", document=attempt.key, file=name, size=finished.size, pages=finished.pages)
    return finished


def _is_empty(path: Path) -> bool:
    return path.stat().st_size == 0


async def _upload(attempt: Attempt[SalesInvoice], invoice: Target, name: str, file: ProcessedFile) -> None:
    """Upload under the document's intent. It stays open if the upload fails, so that the invoice's rest is done
    later.
    """
    lease = await step_lease(attempt, invoice, f"attach {name}")
    upload = attempt.context.procountor.upload_attachment
    await once(attempt, lease, lambda: upload(int(invoice.id), name, file.path, file.kind, lease))
