"""The kind of a file, by its first bytes and never by its name (X5)."""

from __future__ import annotations

from enum import StrEnum

#: How many bytes of a file's beginning are checked. A PDF's mark may be anywhere in them, as in viewers.
HEAD = 1024


class FileKind(StrEnum):
    """The kinds that are sent to Procountor. The value is the file extension, from which Procountor derives the
    type.
    """

    GIF = "gif"
    JPEG = "jpg"
    PDF = "pdf"

    @property
    def mime_type(self) -> str:
        """The type in the upload's `meta`."""
        return {"gif": "image/gif", "jpg": "image/jpeg", "pdf": "application/pdf"}[self.value]


def kind_of(head: bytes) -> FileKind | None:
    """The kind by the first `HEAD` bytes; None for any other. `FileProcessor.check` says whether the file is sound."""
    if head.startswith((b"GIF87a", b"GIF89a")):
        return FileKind.GIF
    if head.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if b"%PDF-" in head[:HEAD]:
        return FileKind.PDF
    return None
