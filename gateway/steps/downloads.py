"""Files of the source on disk, before they are worked on (X7, X8)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from gateway.attachments.names import shown
from gateway.delivery.company import CompanyContext
from gateway.errors import Varying, refuse, transient
from gateway.http import TooLarge

#: Downloads a file of at most so many bytes to a path.
Fetch = Callable[[Path, int], Awaitable[None]]


async def downloaded(context: CompanyContext, name: str, fetch: Fetch, path: Path) -> bool:
    """Download a file; False if the source has none. Raises Permanent if it is too large, Transient if the disk is
    full.
    """
    limits = context.file_processor.limits
    try:
        await fetch(path, limits.source)
        return not _is_empty(path)
    except TooLarge as error:
        size = Varying(error.size)
        raise refuse("ATTACHMENT_TOO_LARGE", file=shown(name), size=size, limit=limits.size) from error
    except OSError as error:
        raise transient("ATTACHMENT_NO_ROOM", repr(error), file=shown(name)) from error


def _is_empty(path: Path) -> bool:
    return path.stat().st_size == 0
