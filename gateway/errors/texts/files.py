"""Files of a document (X1-X8)."""

from __future__ import annotations

from gateway.errors.texts.entry import Entry

FILES: dict[str, Entry] = {
    "ATTACHMENTS_TOO_LARGE": Entry(
        "The files of {file} make {size} bytes as one PDF, with their pictures made smaller too. Procountor takes at "
        "most {limit}. The largest of them is {largest} ({largest_size} bytes).",
        "Replace {largest} in Severa by a smaller one: fewer pages, or pictures of a lower resolution.",
    ),
    "ATTACHMENTS_TOO_MANY": Entry(
        "{file} would be made of {count} files. At most {limit} are possible.",
        "Put several of them into one PDF, and attach that in Severa in their place.",
    ),
    "ATTACHMENT_BROKEN": Entry(
        "The file {file} is damaged: {what}.",
        "Open it, save it as a new PDF, and attach the new one in Severa in its place.",
    ),
    "ATTACHMENT_ENCRYPTED": Entry(
        "The file {file} needs a password to be opened.",
        "Print it into a new PDF without protection, and attach that in Severa in its place.",
    ),
    "ATTACHMENT_EXCESSIVE": Entry(
        "The file {file} can't be handled safely: {what}.",
        "Print it into a new PDF, of a lower resolution or in parts, and attach that in Severa in its place.",
    ),
    "ATTACHMENT_INTERRUPTED": Entry(
        "The handling of the file {file} was interrupted.", "Nothing: it is tried again.", "nobody"
    ),
    "ATTACHMENT_NO_ROOM": Entry(
        "The gateway's disk has no room for the file {file}.",
        "Make room on the disk of the gateway's work folder. It is tried again.",
        "operator",
    ),
    "ATTACHMENT_TOO_LARGE": Entry(
        "The file {file} has {size} bytes. Procountor takes at most {limit}, and it can't be made small enough.",
        "Save it with fewer pages or with pictures of a lower resolution, and attach that in Severa in its place.",
    ),
    "ATTACHMENT_TYPE": Entry(
        "The file {file} is neither a PDF nor a JPEG nor a GIF, whatever its name says.",
        "Save it as a PDF, and attach that in Severa in its place.",
    ),
}
