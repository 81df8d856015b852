"""Open PDFs that can be trusted: no password, no damage, bounded size, no lost page (X8).

qpdf repairs what it can and drops pages while it does: of a truncated file it keeps the pages before the cut, without
an error. So qpdf repairs nothing here, and every remark counts as damage, except for harmless habits of programs.
`ends.py` repairs the one damage that loses no page.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Self

import pikepdf

from gateway.attachments.child.fault import broken, excessive
from gateway.attachments.child.pdf_streams import count_streams
from gateway.attachments.limits import Limits

#: qpdf's remarks about sloppy but complete files.
HARMLESS = (
    "Resources is missing or invalid; repairing",
    "MediaBox is undefined; setting to letter / ANSI A",
    "appears more than once in the pages tree; creating a new page object as a copy",
    "reported number of objects",
    "stream keyword followed by",
    "stream keyword not followed by proper line terminator",
)


def open_pdf(path: Path, limits: Limits) -> pikepdf.Pdf:
    """The checked document. Its streams stay on disk until they are needed.

    A document that opens without a password is read, whatever it forbids: an owner's password doesn't stop a reader.
    Raises PasswordError for others, Fault, PdfError.

    qpdf refuses page trees with cycles, with too many levels, or that name a branch twice. A page that is named twice
    is two pages.
    """
    with _Remarks() as remarks:
        pdf = pikepdf.open(path, attempt_recovery=False, access_mode=pikepdf.AccessMode.stream)
        pages = len(pdf.pages)
    if not pages:
        raise broken("it has no page")
    if pages > limits.pages:
        raise excessive(f"it has more than {limits.pages} pages")
    count_streams(pdf, limits)
    for remark in (*remarks.heard, *pdf.get_warnings()):
        if not any(known in remark for known in HARMLESS):
            raise broken("parts of it can't be read, and pages may be missing", remark[-200:])
    return pdf


class _Remarks(logging.Handler):
    """qpdf's remarks that appear only in its log: it dropped a page whose object is null."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []
        self.log = logging.getLogger("pikepdf._core")

    def emit(self, record: logging.LogRecord) -> None:
        if text := record.getMessage().strip():
            self.heard.append(text)

    def __enter__(self) -> Self:
        self.log.propagate = False
        self.log.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        self.log.removeHandler(self)
