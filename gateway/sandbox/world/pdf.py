"""Small PDFs, as large, as damaged and as encrypted as a world wants."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import pikepdf
from PIL import Image

Json = dict[str, Any]

#: What a file's `description` in a world may ask for.
DAMAGED, ENCRYPTED, TEXT = "damaged", "encrypted", "text"
#: Pictures by the end of their name.
PICTURES = {"gif": "GIF", "jpg": "JPEG", "jpeg": "JPEG"}


def invoice_pdf(number: Any, rendition: str, files: Sequence[Json]) -> bytes:
    """Severa's PDF: as large as the users' files in it, and damaged or encrypted if one of them is."""
    pages = {"All": ["", "breakdown"], "InvoiceOnly": [""], "AttachmentAndBreakdown": ["breakdown"]}[rendition]
    texts = [f"Invoice {number} {page}".strip() for page in pages]
    made = pdf([*texts, *(one["name"] for one in files)], sum(int(one.get("size") or 0) for one in files))
    return _as_asked(made, [one.get("description") for one in files])


def some_file(one: Json) -> bytes:
    """A user's file of about its `size`: a small picture if its name ends so, otherwise a PDF."""
    kind = PICTURES.get(one["name"].rpartition(".")[2].lower())
    if kind:
        return _picture(kind)
    return _as_asked(pdf([one["name"]], int(one.get("size") or 0)), [one.get("description")])


def pages(file: bytes) -> int:
    """The number of pages of a PDF; 0 if it is none, or can't be read."""
    try:
        with pikepdf.open(io.BytesIO(file), attempt_recovery=False) as there:
            return len(there.pages)
    except pikepdf.PdfError:
        return 0


@lru_cache(maxsize=4)
def _picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(out, kind)
    return out.getvalue()


def _as_asked(made: bytes, wishes: Sequence[str | None]) -> bytes:
    if TEXT in wishes:
        return b"This is no PDF.\n" * (len(made) // 16 + 1)
    if ENCRYPTED in wishes:
        out = io.BytesIO()
        pikepdf.open(io.BytesIO(made)).save(out, encryption=pikepdf.Encryption(owner="owner", user="user"))
        return out.getvalue()
    return made[: len(made) // 2] if DAMAGED in wishes else made


def pdf(texts: Sequence[str], size: int = 0) -> bytes:
    """A PDF with a page per text. If it must have at least `size` bytes, they are on its first page and can't be
    compressed.
    """
    pages = [f"{4 + 2 * n} 0 R" for n in range(len(texts))]
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{' '.join(pages)}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    more = f" /Metadata {4 + 2 * len(texts)} 0 R" if size else ""
    for n, text in enumerate(texts):
        drawn = f"BT /F1 18 Tf 72 720 Td ({_plain(text)}) Tj ET".encode()
        page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >>"
        objects.append(f"{page} /Contents {5 + 2 * n} 0 R{'' if n else more} >>".encode())
        objects.append(_stream(b"", drawn))
    if size:
        objects.append(_stream(b"/Type /Metadata /Subtype /XML", _noise(size)))
    return _written(objects)


def _plain(text: str) -> str:
    return "".join(one if one.isascii() and one.isalnum() else " " for one in text)


def _stream(more: bytes, data: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (more, len(data), data)


@lru_cache(maxsize=4)
def _noise(size: int) -> bytes:
    return random.Random(size).randbytes(size)


def _written(objects: Sequence[bytes]) -> bytes:
    made, places = bytearray(b"%PDF-1.4\n"), []
    for n, one in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (n, one)
    table = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        made += b"%010d 00000 n \n" % place
    made += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(made)
