"""Values at rest, stored compactly: most of a ledger is about finished documents, which are seldom read.

They are texts of few shapes. What all values of a shape have in common is stored once. Each value stores only its own
tokens: numbers and hashes, two characters per byte, and a repeated hash once.

zlib with a preset dictionary needs as much space but two and a half times as long: a home of a million documents would
open 14 s later.
"""

from __future__ import annotations

import re
from binascii import hexlify, unhexlify
from dataclasses import dataclass

_HASH, _WHOLE, _DECIMAL = rb"[0-9a-f]{64}", rb"\d+", rb"\d+\.\d+"
_TOKEN = re.compile(rb"(?<![0-9A-Za-z.])(?!0\.0[^0-9])(" + b"|".join((_HASH, _DECIMAL, _WHOLE)) + rb")(?![0-9A-Za-z.])")
#: Separators between tokens, and decimal points, as hexadecimal digits that no number has.
_TO_HEX, _FROM_HEX = bytes.maketrans(b",.", b"ab"), bytes.maketrans(b"b", b".")
_END, _PAD = b"a", b"f"
#: The most known shapes (their mark is a byte), and the most shapes seen only once.
SHAPES, STRANGE = 255, 1000


@dataclass(frozen=True, slots=True)
class _Shape:
    """What all values of a shape have in common."""

    mark: bytes
    #: The text around the tokens.
    parts: tuple[bytes, ...]
    #: Which of a value's tokens is in each gap.
    slots: tuple[int, ...]
    #: For each token, whether it is a hash.
    hashes: tuple[bool, ...]
    pattern: re.Pattern[bytes]

    def pack(self, value: bytes) -> bytes | None:
        """The tokens of a value; None if it has another shape."""
        found = self.pattern.fullmatch(value)
        if found is None:
            return None
        tokens = b",".join(found.groups()).translate(_TO_HEX)
        return self.mark + unhexlify(tokens + _PAD if len(tokens) % 2 else tokens)

    def unpack(self, packed: bytes) -> bytes:
        """The value of packed tokens."""
        text, at, own = hexlify(packed[1:]), 0, list[bytes]()
        for is_hash in self.hashes:
            end = at + 64 if is_hash else text.find(_END, at)
            token = text[at:] if end < 0 else text[at:end]
            own.append(token if is_hash else token.translate(_FROM_HEX, _PAD))
            at = end + 1
        pieces = [self.parts[0]]
        for slot, part in zip(self.slots, self.parts[1:], strict=True):
            pieces += (own[slot], part)
        return b"".join(pieces)


def _shape(mark: bytes, value: bytes) -> _Shape:
    pieces = _TOKEN.split(value)
    own: list[bytes] = []
    slots: list[int] = []
    pattern = re.escape(pieces[0])
    for token, part in zip(pieces[1::2], pieces[2::2], strict=True):
        is_hash = len(token) == 64
        if is_hash and token in own:
            slots.append(own.index(token))
            pattern += b"\\%d(?:)" % (slots[-1] + 1)
        else:
            slots.append(len(own))
            own.append(token)
            pattern += b"(" + (_HASH if is_hash else _DECIMAL if b"." in token else _WHOLE) + b")"
        pattern += re.escape(part)
    hashes = tuple(len(token) == 64 for token in own)
    return _Shape(mark, tuple(pieces[::2]), tuple(slots), hashes, re.compile(pattern))


class Packing:
    """Learns shapes as it sees them. A value of a shape that it doesn't know yet is not packed."""

    def __init__(self) -> None:
        self._known: list[_Shape] = []
        self._by_mark: dict[int, _Shape] = {}
        self._strange: set[bytes] = set()

    def pack(self, value: bytes) -> bytes | None:
        """The packed value; None if its shape isn't known."""
        for n, shape in enumerate(self._known):
            packed = shape.pack(value)
            if packed is not None:
                if n:  # try the most common shapes first
                    self._known.insert(n - 1, self._known.pop(n))
                return packed
        return self._learnt(value)

    def unpack(self, packed: bytes) -> bytes:
        """The value that was packed."""
        return self._by_mark[packed[0]].unpack(packed)

    def _learnt(self, value: bytes) -> bytes | None:
        parts = _TOKEN.sub(b"", value)
        if parts not in self._strange or len(self._known) >= SHAPES:
            if len(self._strange) >= STRANGE:
                self._strange.clear()
            self._strange.add(parts)
            return None
        self._strange.discard(parts)
        shape = _shape(bytes([len(self._known)]), value)
        self._known.append(shape)
        self._by_mark[shape.mark[0]] = shape
        return shape.pack(value)
