"""The decompressed size of a PDF's streams, counted without storing it: decompression bombs (X8)."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Iterable, Iterator

import pikepdf

from gateway.attachments.child.fault import broken, excessive
from gateway.attachments.limits import Limits

_CHUNK = 65_536
_TEXT = {"/ASCII85Decode": "85", "/ASCIIHexDecode": "hex"}
#: Filters of pictures: their size is in the stream's dictionary, and they are not decoded here.
_PICTURE = ("/DCTDecode", "/JPXDecode", "/JBIG2Decode", "/CCITTFaxDecode")
_KNOWN = ("/FlateDecode", "/RunLengthDecode", "/LZWDecode", *_TEXT, *_PICTURE)


def count_streams(pdf: pikepdf.Pdf, limits: Limits) -> None:
    """Decompress each stream once, in pieces. Raises Fault for damaged streams and for too much data."""
    total = 0
    for item in pdf.objects:
        if not isinstance(item, pikepdf.Stream):
            continue
        _check_picture(item, limits)
        total += _unpacked(item, limits)
        if total > limits.unpacked:
            raise excessive(f"it unpacks to more than {limits.unpacked} bytes")


def _check_picture(item: pikepdf.Stream, limits: Limits) -> None:
    if item.get("/Subtype") == "/Image" and int(item.get("/Width", 0)) * int(item.get("/Height", 0)) > limits.pixels:
        raise excessive(f"a picture in it has more than {limits.pixels} pixels")


def filters_of(item: pikepdf.Stream) -> list[str]:
    """The names of a stream's filters, in the order of decoding."""
    found = item.get("/Filter")
    if found is None:
        return []
    return [str(one) for one in found] if isinstance(found, pikepdf.Array) else [str(found)]


def _unpacked(item: pikepdf.Stream, limits: Limits) -> int:
    filters = filters_of(item)
    if len(filters) > limits.layers:
        raise excessive("its data is compressed many times over")
    if any(name not in _KNOWN for name in filters):
        raise broken("a part of it is compressed in an unknown way")
    if not filters or filters[0] in _PICTURE:
        return 0
    if "/LZWDecode" in filters:  # rare and old; qpdf decodes it whole, within the memory limit
        size = len(item.read_bytes()) if filters[-1] not in _PICTURE else 0
        return _within(size, limits)
    chunks: Iterable[bytes] = [item.read_raw_bytes()]
    for name in filters:
        if name == "/FlateDecode":
            chunks = _inflated(_bounded(chunks, limits))
        elif name == "/RunLengthDecode":
            chunks = _repeated(b"".join(_bounded(chunks, limits)))
        elif name in _TEXT:
            chunks = [_plain(b"".join(_bounded(chunks, limits)), _TEXT[name])]
        else:
            break
    return sum(map(len, _bounded(chunks, limits)))


def _bounded(chunks: Iterable[bytes], limits: Limits) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size = _within(size + len(chunk), limits)
        yield chunk


def _within(size: int, limits: Limits) -> int:
    if size > limits.stream:
        raise excessive(f"a part of it unpacks to more than {limits.stream} bytes")
    return size


def _inflated(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Decode Flate in pieces. A missing end is left to viewers, which show what exists; wrong data is damage."""
    machine = zlib.decompressobj()
    try:
        for chunk in chunks:
            while chunk and not machine.eof:
                yield machine.decompress(chunk, _CHUNK)
                chunk = machine.unconsumed_tail
            if machine.eof:
                return
        yield machine.flush(_CHUNK)
    except zlib.error as error:
        raise broken("a part of it can't be decompressed", str(error)) from error


def _repeated(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data) and (length := data[at]) != 128:
        if length < 128:
            yield data[at + 1 : at + 2 + length]
            at += length + 2
        else:
            yield data[at + 1 : at + 2] * (257 - length)
            at += 2


def _plain(data: bytes, kind: str) -> bytes:
    data = b"".join(data.split())
    try:
        if kind == "hex":
            data = data.rstrip(b">")
            return binascii.unhexlify(data + b"0" * (len(data) % 2))
        return base64.a85decode(data.removeprefix(b"<~").removesuffix(b"~>").removesuffix(b"~"))
    except ValueError as error:
        raise broken("a part of it can't be decompressed", str(error)) from error
