"""The number of pictures in a GIF, counted by its blocks: decoders silently drop truncated ones (X8)."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from gateway.attachments.child.fault import broken, excessive

_EXTENSION, _IMAGE, _TRAILER = b"\x21", b"\x2c", b"\x3b"


def count_frames(path: Path, most: int) -> int:
    """Walk the blocks without decompressing them. Raises Fault for a truncated file, for no picture, and for
    too many.
    """
    frames = 0
    with path.open("rb") as file:
        _skip_colours(file, _read(file, 13)[10])
        while (block := _read(file, 1)) != _TRAILER:
            if block == _IMAGE:
                frames += 1
                if frames > most:
                    raise excessive(f"it has more than {most} pictures")
                _skip_colours(file, _read(file, 9)[8])
                _read(file, 1)
            elif block == _EXTENSION:
                _read(file, 1)
            else:
                raise broken("the picture is incomplete")
            while size := _read(file, 1)[0]:
                _read(file, size)
    if not frames:
        raise broken("it has no picture")
    return frames


def _skip_colours(file: BinaryIO, flags: int) -> None:
    if flags & 0x80:
        _read(file, 3 << ((flags & 7) + 1))


def _read(file: BinaryIO, size: int) -> bytes:
    data = file.read(size)
    if len(data) < size:
        raise broken("its end is missing")
    return data
