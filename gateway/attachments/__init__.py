"""Attachments: which files are sent, their kinds and names, and several merged into one PDF, in bounded time and memory
(X1-X9).

A library of its own: it knows no API and no broker. Files are paths; a child process works on them.
"""

from gateway.attachments.file_processor import FileProcessor, Part, ProcessedFile
from gateway.attachments.kinds import HEAD, FileKind, kind_of
from gateway.attachments.limits import PROCOUNTOR_BYTES, Limits
from gateway.attachments.names import clean, unique
from gateway.attachments.present import Stored, missing
from gateway.attachments.selection import Choice, FileReference, InvoiceFiles, Piece, Rendition, select

__all__ = [
    "HEAD",
    "PROCOUNTOR_BYTES",
    "Choice",
    "FileKind",
    "FileProcessor",
    "FileReference",
    "InvoiceFiles",
    "Limits",
    "Part",
    "Piece",
    "ProcessedFile",
    "Rendition",
    "Stored",
    "clean",
    "kind_of",
    "missing",
    "select",
    "unique",
]
