"""The invoice's files: what S16 chooses is attached once, whatever fails (X2-X9)."""

from __future__ import annotations

import tempfile
from functools import partial
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
from gateway.documents import RowKind, SalesInvoice
from gateway.ledger import Lease
from gateway.ledger.effects import Effect
from gateway.steps.downloads import downloaded

log = structlog.get_logger()


def attachments(attempt: Attempt[SalesInvoice]) -> tuple[Effect, ...]:
    """The effects that attach what the invoice lacks.

    A refused file (Permanent) leaves the invoice as it is and the document refused; the next attempt only does the
    rest.
    """
    choice, number = Choice(attempt.context.company.sales.attachments), attempt.document.number
    assert number is not None
    perhaps = choice is Choice.NONE and any(row.kind is not RowKind.FLAT_RATE for row in attempt.document.rows)
    files = _Files(attempt, select(choice, InvoiceFiles(number, groups_with_attachment=perhaps)), perhaps)

    def attach(at: int, piece: Piece) -> Effect:
        title = f"attach {piece.name}" + (", if its rows are grouped with a file" if perhaps else "")
        upload, look = partial(files.upload, at), partial(files.is_there, at)
        return Effect(title, upload, look, unnamed="attach file")

    return tuple(attach(at, piece) for at, piece in enumerate(files.pieces))


class _Files:
    """The files of one invoice: all of them are downloaded before the first is attached, each at most once."""

    def __init__(self, attempt: Attempt[SalesInvoice], pieces: tuple[Piece, ...], if_grouped: bool) -> None:
        self.attempt, self.pieces = attempt, pieces
        #: They are attached only if Severa groups the invoice's rows with a file: it is asked after the POST (X3).
        self._if_grouped = if_grouped
        #: What must be attached, by the piece's position; None before the downloads.
        self._wanted: dict[int, tuple[str, ProcessedFile]] | None = None

    async def is_there(self, at: int) -> bool:
        """Whether the file is attached, or Severa has none."""
        if self._wanted is None:
            self._wanted = await self._look()
        return at not in self._wanted

    async def upload(self, at: int, lease: Lease) -> None:
        """Attach the file."""
        assert self._wanted is not None
        name, file = self._wanted[at]
        upload = self.attempt.context.procountor.upload_attachment
        await upload(int(self.attempt.target.id), name, file.path, file.kind, lease)

    async def _look(self) -> dict[int, tuple[str, ProcessedFile]]:
        """What must be attached.

        An invoice that this attempt did not create may have its files already: they are read first (X9).
        """
        severa, guid = self.attempt.context.severa, self.attempt.document.id
        if self._if_grouped and not await severa.groups_with_attachment(guid):
            return {}
        just_made = self.attempt.lease is not None
        there = [] if just_made else await self.attempt.context.procountor.attachments(int(self.attempt.target.id))
        if all(_is_there(piece, there) for piece in self.pieces):
            return {}
        folder = tempfile.TemporaryDirectory(prefix="invoice-", dir=self.attempt.context.folder)
        path = Path(self.attempt.resources.enter_context(folder))
        found = [(at, await _fetched(self.attempt, one, path / str(at))) for at, one in enumerate(self.pieces)]
        files = [(at, file) for at, file in found if file is not None]
        names = unique([(self.pieces[at].name, file.kind) for at, file in files])
        lacking = missing(there, [Stored(name) for name in names])
        return {files[nth][0]: (stored.name, files[nth][1]) for nth, stored in lacking}


def _is_there(piece: Piece, there: list[Stored]) -> bool:
    """Whether it is attached, known before the download: Severa's printouts are PDFs, so the name alone decides."""
    return isinstance(piece.source, Rendition) and not missing(there, [Stored(clean(piece.name, FileKind.PDF))])


async def _fetched(attempt: Attempt[SalesInvoice], piece: Piece, raw: Path) -> ProcessedFile | None:
    """The file on disk, sound and small enough; None if Severa has none. Raises Permanent, Transient."""
    context, name, source = attempt.context, piece.name, piece.source

    async def fetch(path: Path, most: int) -> None:
        if isinstance(source, Rendition):
            await context.severa.invoice_pdf(attempt.document.id, source, path, most)
        else:
            await context.severa.file(source.id, path, most)

    if not await downloaded(context, name, fetch, raw):
        return None
    finished = await context.file_processor.fit(Part(raw, name), raw.with_suffix(".pdf"))
    if finished.side is not None:
        attempt.notes.append(f"{shown(name)}: pictures were reduced to {finished.side} pixels, to fit the size limit")
    if finished.repaired:
        attempt.notes.append(f"{shown(name)}: the end of the file was damaged and was repaired; no page is missing")
    log.info("attachment ready", document=attempt.key, file=name, size=finished.size, pages=finished.pages)
    return finished
