"""The invoice's files: what S16 chooses goes along with it, each once, whatever dies when (X2-X9)."""

from __future__ import annotations

import tempfile
from pathlib import Path

import structlog

from gateway.attachments import (
    Choice,
    FileKind,
    Finished,
    InvoiceFiles,
    Part,
    Piece,
    Rendition,
    Stored,
    clean,
    missing,
    select,
    unique,
)
from gateway.attachments.names import shown
from gateway.delivery.context import Work
from gateway.delivery.effects import licensed, once
from gateway.documents import ProcountorInvoice, RowKind
from gateway.errors import Varying, refuse, transient
from gateway.http import TooLarge

log = structlog.get_logger()


async def attach(work: Work, invoice: ProcountorInvoice) -> None:
    """Attach what the invoice lacks.

    An invoice that this attempt didn't make may have its files already: they are read first (X9). A file that is
    refused (Permanent) leaves the invoice as it is, and the document refused: the next attempt has only the rest to do.
    """
    pieces = await _pieces(work)
    if not pieces:
        return
    just_made = work.lease is not None
    there = [] if just_made else await work.desk.procountor.attachments(invoice.id)
    if all(_is_there(piece, there) for piece in pieces):
        return
    with tempfile.TemporaryDirectory(prefix="invoice-", dir=work.desk.folder) as folder:
        found = [(piece, await _fetched(work, piece, Path(folder) / str(n))) for n, piece in enumerate(pieces)]
        files = [(piece, file) for piece, file in found if file is not None]
        names = unique([(piece.name, file.kind) for piece, file in files])
        wanted = [Stored(name) for name in names]
        for at, stored in missing(there, wanted):
            await _upload(work, invoice, stored.name, files[at][1])


async def _pieces(work: Work) -> tuple[Piece, ...]:
    """What is to go. Only where nothing is chosen is Severa asked how the invoice groups its rows (X3)."""
    choice = Choice(work.desk.company.sales.attachments)
    assert work.invoice.number is not None
    grouped = False
    if choice is Choice.NONE and any(row.kind is not RowKind.FLAT_RATE for row in work.invoice.rows):
        grouped = await work.desk.severa.groups_with_attachment(work.invoice.id)
    return select(choice, InvoiceFiles(work.invoice.number, grouped))


def _is_there(piece: Piece, there: list[Stored]) -> bool:
    """Known before it is fetched: what Severa draws is a PDF, and only the name decides."""
    return isinstance(piece.source, Rendition) and not missing(there, [Stored(clean(piece.name, FileKind.PDF))])


async def _fetched(work: Work, piece: Piece, raw: Path) -> Finished | None:
    """On disk, sound and small enough; None when Severa has nothing to show. Raises Permanent, Transient."""
    desk, name = work.desk, piece.name
    most = desk.workshop.limits.source
    try:
        if isinstance(piece.source, Rendition):
            await desk.severa.invoice_pdf(work.invoice.id, piece.source, raw, most)
        else:
            await desk.severa.file(piece.source.id, raw, most)
        empty = _is_empty(raw)
    except TooLarge as error:
        limit = desk.workshop.limits.size
        raise refuse("ATTACHMENT_TOO_LARGE", file=shown(name), size=Varying(error.size), limit=limit) from error
    except OSError as error:
        raise transient("ATTACHMENT_NO_ROOM", repr(error), file=shown(name)) from error
    if empty:
        return None
    finished = await desk.workshop.fit(Part(raw, name), raw.with_suffix(".pdf"))
    if finished.side is not None:
        work.told.append(f"{shown(name)}: pictures were made smaller, to {finished.side} pixels, so that it fits")
    if finished.repaired:
        work.told.append(f"{shown(name)}: the end of the file was damaged and was repaired; it has all its pages")
    log.info("file ready", document=work.key, file=name, size=finished.size, pages=finished.pages)
    return finished


def _is_empty(path: Path) -> bool:
    return path.stat().st_size == 0


async def _upload(work: Work, invoice: ProcountorInvoice, name: str, file: Finished) -> None:
    """Under the document's intent, which stays open when it fails: it is what brings the rest of the invoice."""
    lease = await licensed(work, invoice, f"attach {name}")
    upload = work.desk.procountor.upload_attachment
    await once(work, lease, lambda: upload(invoice.id, name, file.path, file.kind, lease))
