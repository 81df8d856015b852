"""A fault of one file, found in the child process: a code of the catalogue and the facts of its texts."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import pikepdf

#: Errors of the machine, not of the file: the child ends with them, and the worker retries.
_OF_THE_MACHINE = (errno.EIO, errno.ENOENT, errno.EACCES, errno.EMFILE, errno.ENFILE, errno.ESTALE)


class Fault(Exception):
    """Raised only in the child; the worker turns it into an error of the catalogue."""

    def __init__(self, code: str, detail: str = "", **facts: object) -> None:
        super().__init__(code, detail, facts)
        self.code, self.detail, self.facts = code, detail, facts


def broken(what: str, detail: str = "") -> Fault:
    """The file can't be read as the kind that it claims to be."""
    return Fault("ATTACHMENT_BROKEN", detail, what=what)


def excessive(what: str, detail: str = "") -> Fault:
    """Processing the file would cost more than any real file."""
    return Fault("ATTACHMENT_EXCESSIVE", detail, what=what)


@contextmanager
def of_the_file() -> Iterator[None]:
    """Anything raised while a file is read is a fault of the file, except errors of the machine."""
    try:
        yield
    except Fault:
        raise
    except pikepdf.PasswordError as error:
        raise Fault("ATTACHMENT_ENCRYPTED") from error
    except MemoryError as error:
        raise excessive("it needs too much memory") from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Fault("ATTACHMENT_NO_ROOM", str(error)) from error
        if error.errno == errno.EFBIG:
            raise excessive("it becomes too large on the disk") from error
        if error.errno in _OF_THE_MACHINE:
            raise
        raise broken("it can't be read", _detail(error)) from error
    except Exception as error:
        if "bad_alloc" in str(error):
            raise excessive("it needs too much memory", _detail(error)) from error
        if pikepdf.settings.qpdf_limit_errors():
            raise excessive("it is built unlike any real file", _detail(error)) from error
        raise broken("it can't be read", _detail(error)) from error


def _detail(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]
