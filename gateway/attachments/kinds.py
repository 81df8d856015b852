"""What a file is: by its first bytes, never by its name (X5)."""

from __future__ import annotations

from enum import StrEnum

#: How much of a file's beginning is looked at; a PDF's mark may stand anywhere in it, as viewers have it.
HEAD = 1024


class FileKind(StrEnum):
    """The kinds that go to Procountor; the value is the ending, from which Procountor tells the type."""

    GIF = "gif"
    JPEG = "jpg"
    PDF = "pdf"

    @property
    def mime_type(self) -> str:
        """As it stands in the upload's `meta`."""
        return {"gif": "image/gif", "jpg": "image/jpeg", "pdf": "application/pdf"}[self.value]


def kind_of(head: bytes) -> FileKind | None:
    """The kind by the first `HEAD` bytes, None for any other. Whether it is sound, `FileProcessor.check` says."""
    if head.startswith((b"GIF87a", b"GIF89a")):
        return FileKind.GIF
    if head.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if b"%PDF-" in head[:HEAD]:
        return FileKind.PDF
    return None
