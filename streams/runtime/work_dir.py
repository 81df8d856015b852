"""The worker's own folder for files under way. It is removed with the worker; folders of killed workers are removed
too.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

log = structlog.get_logger()

_NAME, _LOCK = "gateway-work-", "lock"


@contextmanager
def work_folder(base: Path | None = None) -> Iterator[Path]:
    """A new folder in `base` (by default the system's folder for temporary files, TMPDIR), locked while this process
    lives.

    Several workers may share `base`: only unlocked folders are removed.
    """
    base = base or Path(tempfile.gettempdir())
    for left in base.glob(f"{_NAME}*"):
        _remove_unless_in_use(left)
    made = Path(tempfile.mkdtemp(prefix=".gateway-work-", dir=base))
    lock = _locked(made / _LOCK)
    folder = made.rename(base / f"{_NAME}{made.name.rpartition('-')[2]}")  # others see it only once it is locked
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def _remove_unless_in_use(left: Path) -> None:
    try:
        lock = _locked(left / _LOCK)
    except OSError:  # another user's, or removed in between
        return
    if lock is not None:
        log.info("work folder of a killed worker removed", folder=str(left))
        shutil.rmtree(left, ignore_errors=True)
        os.close(lock)


def _locked(path: Path) -> int | None:
    """The open and locked file; None if another process holds the lock. Raises OSError."""
    file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    return file
