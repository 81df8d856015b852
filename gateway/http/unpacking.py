"""The body of an answer, unpacked in small pieces, so that a few packed bytes never fill the memory of a worker (X7).

httpx would unpack each piece from the socket as a whole: 64 KB of gzip can become 64 MB, and of gzip within gzip 64 GB,
before anything is counted.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterator

import httpx

#: The packings that are read. Calls ask for gzip, downloads for none.
PACKED, PLAIN = ("gzip", "x-gzip"), ("", "identity")
#: The most bytes of one piece of an unpacked body.
MOST_PIECE = 65_536
_GZIP = zlib.MAX_WBITS | 16


class BodyUnreadable(Exception):
    """A body is packed in another way than was asked for, or is damaged."""


async def unpacked(answer: httpx.Response) -> AsyncIterator[bytes]:
    """The body in pieces; a packed one in pieces of at most MOST_PIECE bytes. The caller counts, and stops where it is
    enough. Raises BodyUnreadable.
    """
    packing = (answer.headers.get("Content-Encoding") or "").strip().lower()
    if packing not in (*PACKED, *PLAIN):
        raise BodyUnreadable(f"packed as {packing!r:.40}")
    assert isinstance(answer.stream, httpx.AsyncByteStream)
    gzip = _Gzip() if packing in PACKED else None
    async for raw in answer.stream:
        for piece in gzip.pieces(raw) if gzip else (raw,):
            yield piece
    if gzip and not gzip.has_ended:
        raise BodyUnreadable("gzip without its end")


class _Gzip:
    """Unpacks gzip: one member, or several behind each other."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP)
        #: Whether nothing was read, or the last member was read to its end.
        self.has_ended = True

    def pieces(self, raw: bytes) -> Iterator[bytes]:
        """What `raw` unpacks to."""
        try:
            piece = b""
            while raw or len(piece) == MOST_PIECE:  # a whole piece: more may be left without any input
                if self._member.eof:
                    self._member = zlib.decompressobj(_GZIP)
                piece = self._member.decompress(raw, MOST_PIECE)
                raw = self._member.unconsumed_tail or self._member.unused_data
                self.has_ended = self._member.eof
                yield piece
        except zlib.error as error:
            raise BodyUnreadable(f"damaged gzip ({error})") from error
