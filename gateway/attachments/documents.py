"""Opening a PDF so that it can be trusted: not encrypted, whole, of bounded size, no page lost (X8)."""

from __future__ import annotations

from pathlib import Path

import pikepdf

from gateway.attachments.fault import Fault, broken, excessive
from gateway.attachments.limits import Limits
from gateway.attachments.streams import count_streams


def open_pdf(path: Path, limits: Limits) -> pikepdf.Pdf:
    """The document, checked. Streams stay on disk until they are asked for.

    A damaged file is mended where qpdf can, and taken when as many pages are found as its page tree says it has.
    """
    try:
        pdf, mended = _open(path, recover=False), False
    except pikepdf.PasswordError:
        raise
    except pikepdf.PdfError:
        pdf, mended = _open(path, recover=True), True
    if pdf.is_encrypted:
        raise Fault("ATTACHMENT_ENCRYPTED")
    pages = _count_pages(pdf, limits)
    if mended and int(pdf.Root.Pages.Count) != pages:
        raise broken("pages are missing")
    count_streams(pdf, limits)
    if len(pdf.pages) != pages:
        raise broken("pages are missing")
    return pdf


def _open(path: Path, recover: bool) -> pikepdf.Pdf:
    return pikepdf.open(
        path,
        attempt_recovery=recover,
        access_mode=pikepdf.AccessMode.stream,
        inherit_page_attributes=False,
    )


def _count_pages(pdf: pikepdf.Pdf, limits: Limits) -> int:
    """Count the leaves by walking the tree ourselves: qpdf leaves out silently what isn't a page."""
    pages, seen = 0, set()
    nodes = [(pdf.Root.Pages, 0)]
    while nodes:
        node, depth = nodes.pop()
        if node.objgen in seen or depth > limits.depth:
            raise excessive("its pages are nested without an end")
        if node.is_indirect:
            seen.add(node.objgen)
        for kid in node.Kids:
            if not isinstance(kid, pikepdf.Dictionary):
                raise broken("a page is missing")
            if "/Kids" in kid:
                nodes.append((kid, depth + 1))
            else:
                pages += 1
            if pages > limits.pages:
                raise excessive(f"it has more than {limits.pages} pages")
    if not pages:
        raise broken("it has no page")
    return pages
