from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from gateway.attachments import FileProcessor, Part

MakePart = Callable[[str, "bytes | pikepdf.Pdf"], Part]


@pytest.fixture
def file_processor() -> FileProcessor:
    return FileProcessor()


@pytest.fixture
def part(tmp_path: Path) -> MakePart:
    """Puts a file on the disk under a name that says nothing; people know it by the name given."""
    (tmp_path / "in").mkdir()

    def make(name: str, content: bytes | pikepdf.Pdf) -> Part:
        path = tmp_path / "in" / f"{len(list((tmp_path / 'in').iterdir()))}.bin"
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            content.save(path, compress_streams=False)
        return Part(path, name)

    return make
