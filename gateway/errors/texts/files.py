"""Errors of a document's files (X1-X8)."""

from __future__ import annotations

from gateway.errors.texts.entry import Entry

FILES: dict[str, Entry] = {
    "ATTACHMENT_TYPE": Entry(
        "The content of the file {file} is neither PDF, JPEG nor GIF, whatever its name says.",
        "Save the file as a PDF, and attach the PDF in Severa instead.",
    ),
    "ATTACHMENT_TOO_LARGE": Entry(
        "The file {file} has {size} bytes. Procountor accepts at most {limit}, and the gateway can't make the file "
        "small enough.",
        "Save the file with fewer pages or with pictures of a lower resolution, and attach the smaller file in Severa "
        "instead.",
    ),
    "ATTACHMENTS_TOO_LARGE": Entry(
        "Merged into one PDF, the files of {file} have {size} bytes, even with smaller pictures. Procountor accepts at "
        "most {limit}. The largest file is {largest} ({largest_size} bytes).",
        "Replace {largest} in Severa with a smaller file: fewer pages, or pictures with a lower resolution.",
    ),
    "ATTACHMENTS_TOO_MANY": Entry(
        "{file} would be merged from {count} files. The gateway merges at most {limit}.",
        "Merge several of the files into one PDF, and attach this PDF in Severa instead.",
    ),
    "ATTACHMENT_ENCRYPTED": Entry(
        "The file {file} can't be opened without a password.",
        "Print the file into a new PDF without protection, and attach the new PDF in Severa instead.",
    ),
    "ATTACHMENT_BROKEN": Entry(
        "The file {file} is damaged: {what}.",
        "Open the file, save it as a new PDF, and attach the new PDF in Severa instead.",
    ),
    "ATTACHMENT_EXCESSIVE": Entry(
        "The file {file} can't be processed safely: {what}.",
        "Print the file into a new PDF with a lower resolution, or into several, and attach these in Severa instead.",
    ),
    "ATTACHMENT_NO_ROOM": Entry(
        "The gateway's disk has no space for the file {file}.",
        "Free space on the disk of the gateway's work folder. The gateway then retries by itself.",
        "operator",
    ),
    "ATTACHMENT_INTERRUPTED": Entry(
        "Processing the file {file} was interrupted.",
        "Nothing: the gateway retries by itself.",
        "nobody",
    ),
}
