"""The child's jobs: check one file, make one fit, merge several (X1, X7, X8)."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pikepdf

from gateway.attachments.child.documents import open_pdf
from gateway.attachments.child.fault import Fault, excessive, of_the_file
from gateway.attachments.child.pictures import add_picture, check_picture
from gateway.attachments.child.shrinking import save, shrink
from gateway.attachments.ends import restored
from gateway.attachments.kinds import HEAD, FileKind, kind_of
from gateway.attachments.limits import Limits

#: Called with the place of the current file, so that the faulty file is known even if the child dies of it.
At = Callable[[int | None], None]


@dataclass(frozen=True, slots=True)
class Made:
    """The result of a job."""

    kind: FileKind
    pages: int
    size: int
    as_is: bool = False
    #: The longest side of its pictures in pixels, if they were reduced.
    side: int | None = None
    #: Whether the end of a PDF had to be restored.
    repaired: bool = False


def check(path: Path, limits: Limits) -> Made:
    """Kind, pages and size of a file. Raises Fault."""
    kind, size = _look(path, limits)
    with of_the_file():
        if kind is FileKind.PDF:
            with open_pdf(path, limits) as pdf:
                return Made(kind, len(pdf.pages), size, as_is=True)
        return Made(kind, check_picture(path, kind, limits), size, as_is=True)


def fit(path: Path, target: Path, limits: Limits, at: At) -> Made:
    """The file as it is if it is small enough; otherwise a PDF of all its pages that is. Raises Fault."""
    if path.stat().st_size > limits.size:
        return merge([path], target, limits, at)
    kind, _ = _look(path, limits)
    if _end_restored(path, kind, target):
        return replace(check(target, limits), as_is=False, repaired=True)
    return check(path, limits)


def merge(paths: list[Path], target: Path, limits: Limits, at: At) -> Made:
    """One PDF of all files, in order: pages of PDFs, and a page per picture. Raises Fault."""
    total, pages, side, repaired = sum(path.stat().st_size for path in paths), 0, None, False
    if total > limits.source:
        raise _too_large(paths, total, limits)
    with ExitStack() as open_until_saved:
        whole: pikepdf.Pdf | None = None
        for place, path in enumerate(paths):
            at(place)
            kind, _ = _look(path, limits)
            with of_the_file():
                if kind is FileKind.PDF:
                    copy = target.with_suffix(f".{place}")
                    restoring = _end_restored(path, kind, copy)
                    repaired = repaired or restoring
                    source = open_until_saved.enter_context(open_pdf(copy if restoring else path, limits))
                    pages += len(source.pages)
                    if len(paths) == 1:
                        whole = source  # keeps content that belongs to no page, too
                        break
                    whole = whole if whole is not None else pikepdf.new()
                    whole.add_pages_from(source)
                else:
                    whole = whole if whole is not None else pikepdf.new()
                    pages += check_picture(path, kind, limits)
                    add_picture(whole, path, kind, limits)
            if pages > limits.pages:
                raise excessive(f"with this file, the merged PDF has more than {limits.pages} pages")
        at(0 if len(paths) == 1 else None)
        with of_the_file():
            assert whole is not None
            size = save(whole, target)
    with of_the_file():
        if size > limits.size:
            large = target.with_suffix(".large")
            os.replace(target, large)
            size, side = shrink(large, target, limits)
        if size > limits.size:
            raise _too_large(paths, size, limits)
        _count_again(target, pages)
    return Made(FileKind.PDF, pages, size, side=side, repaired=repaired)


def _end_restored(path: Path, kind: FileKind, target: Path) -> bool:
    """Whether `target` is now the same PDF with its missing end restored."""
    with of_the_file():
        return kind is FileKind.PDF and restored(path, target)


def _look(path: Path, limits: Limits) -> tuple[FileKind, int]:
    size = path.stat().st_size
    with path.open("rb") as file:
        kind = kind_of(file.read(HEAD))
    if kind is None:
        raise Fault("ATTACHMENT_TYPE")
    if size > limits.source:
        raise Fault("ATTACHMENT_TOO_LARGE", size=size, limit=limits.size)
    return kind, size


def _count_again(target: Path, pages: int) -> None:
    with pikepdf.open(target, access_mode=pikepdf.AccessMode.stream) as made:
        if len(made.pages) != pages:
            raise Fault("ATTACHMENT_BROKEN", f"{len(made.pages)} pages of {pages}", what="a page was lost")


def _too_large(paths: list[Path], size: int, limits: Limits) -> Fault:
    if len(paths) == 1:
        return Fault("ATTACHMENT_TOO_LARGE", size=paths[0].stat().st_size, limit=limits.size)
    sizes = [path.stat().st_size for path in paths]
    largest = max(range(len(paths)), key=sizes.__getitem__)
    return Fault("ATTACHMENTS_TOO_LARGE", size=size, limit=limits.size, largest_at=largest, largest_size=sizes[largest])
