"""PDFs with a damaged end: bytes behind it, or a truncated tail (X8).

Readers open such files, since all content is there. Only the entry is missing: the table of objects.
"""

from __future__ import annotations

import re
from pathlib import Path

import pikepdf

#: The end of a complete file. Readers look for it in the last 1024 bytes.
_WHOLE = re.compile(rb"startxref\s+\d+\s+%%EOF\s*\Z")
_START = re.compile(rb"startxref\s+(\d+)(?=\s|\Z)")
_OBJECT = re.compile(rb"\b\d+\s+\d+\s+obj\b")
_TABLE = re.compile(rb"\s*xref\b")
#: qpdf's remarks when it searches a file for objects because the table can't be read.
_SEARCHED = ("file is damaged", "can't find startxref", "xref", "reconstruct", "trailer")


def restored(path: Path, target: Path) -> bool:
    """Write the file with a complete end to `target`. False if its end is fine, or if a page may have been lost.

    Bytes behind the end are dropped, unless they contain an object: a later version of the document was truncated then.
    If the table of objects is truncated, qpdf searches for the objects. Its result counts only if the table begins
    after the last object, so that no object is missing, and the document has as many pages as it says.
    """
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 1024))
        if _WHOLE.search(file.read()):
            return False
    data = path.read_bytes()
    found = list(_START.finditer(data))
    if found and not _OBJECT.search(data, found[-1].end()):
        target.write_bytes(data[: found[-1].end()] + b"\n%%EOF\n")
        if _opens(target):
            return True
    last = data.rfind(b"endobj") + len(b"endobj")
    whole = _TABLE.match(data, last) is not None and not _OBJECT.search(data, last)
    return whole and _searched(path, target)


def _opens(path: Path) -> bool:
    try:
        with pikepdf.open(path, attempt_recovery=False, access_mode=pikepdf.AccessMode.stream) as pdf:
            return bool(pdf.pages)
    except pikepdf.PdfError:
        return False


def _searched(path: Path, target: Path) -> bool:
    try:
        with pikepdf.open(path, access_mode=pikepdf.AccessMode.stream) as pdf:
            whole = len(pdf.pages) == int(pdf.Root.Pages.Count)
            if not whole or any(not any(known in one for known in _SEARCHED) for one in pdf.get_warnings()):
                return False
            pdf.save(target, encryption=pdf.is_encrypted, deterministic_id=not pdf.is_encrypted)
            return True
    except (pikepdf.PdfError, AttributeError, TypeError, ValueError):
        return False
