"""The reimbursement's file: Severa's printout and all receipts, in order, as one PDF (X1).

It is made while the transfer is planned: a broken receipt refuses the reimbursement before anything is created.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import structlog

from gateway.attachments import FileKind, Part, ProcessedFile, Stored, clean, missing
from gateway.delivery.attempt import Attempt
from gateway.documents import TravelReimbursement
from gateway.ledger import Lease
from gateway.ledger.effects import Effect
from gateway.steps.downloads import Fetch, downloaded

log = structlog.get_logger()


class Package:
    """The one file of a travel invoice."""

    def __init__(self, attempt: Attempt[TravelReimbursement]) -> None:
        self.attempt = attempt
        self.name = clean(f"travel-{attempt.document.number}.pdf", FileKind.PDF)
        self._file: ProcessedFile | None = None

    async def make(self) -> None:
        """Download and merge. Raises Permanent for a file's fault, Transient for the worker's."""
        folder = tempfile.TemporaryDirectory(prefix="travel-", dir=self.attempt.context.folder)
        path = Path(self.attempt.resources.enter_context(folder))
        parts = await self._parts(path)
        if not parts:
            return
        processor, target = self.attempt.context.file_processor, path / "merged.pdf"
        self._file = file = await processor.merge(parts, target, self.name)
        if file.side is not None:
            self.attempt.notes.append(
                f"Pictures of receipts were reduced to {file.side} pixels, to fit the size limit."
            )
        log.info("attachment ready", document=self.attempt.key, file=self.name, size=file.size, pages=file.pages)

    def effects(self) -> tuple[Effect, ...]:
        """The effect that attaches it."""
        return (Effect(f"attach {self.name}", self._upload, self._is_there, unnamed="attach file"),)

    async def _is_there(self) -> bool:
        """Whether it is attached, or there is none. An invoice that this attempt created has none yet (X9)."""
        context, made = self.attempt.context, self.attempt.target
        if self.attempt.lease is None and not missing(
            await context.procountor.attachments(int(made.id)), [Stored(self.name)]
        ):
            return True
        if self._file is None:
            await self.make()
        return self._file is None

    async def _upload(self, lease: Lease) -> None:
        """Attach it. It is for the books: nobody is sent it (`sendWithInvoice` false)."""
        made, file = self.attempt.target, self._file
        assert file is not None
        upload = self.attempt.context.procountor.upload_attachment
        await upload(int(made.id), self.name, file.path, file.kind, lease, sent_with=False)

    async def _parts(self, folder: Path) -> list[Part]:
        """Severa's printout, then the receipts of each line, as files on disk."""
        severa, document = self.attempt.context.severa.travel, self.attempt.document
        wanted: list[tuple[str, Fetch]] = [(self.name, lambda path, most: severa.pdf(document.id, path, most))]
        for line in document.paid_back:
            for receipt in await severa.receipts(line.id, line.receipts):
                wanted.append((receipt.name, lambda path, most, id_=receipt.id: severa.file(id_, path, most)))  # type: ignore[misc]
        found = [await self._fetched(name, fetch, folder / str(n)) for n, (name, fetch) in enumerate(wanted)]
        return [one for one in found if one is not None]

    async def _fetched(self, name: str, fetch: Fetch, path: Path) -> Part | None:
        return Part(path, name) if await downloaded(self.attempt.context, name, fetch, path) else None
