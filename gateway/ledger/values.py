"""The values of a home by key, in memory: compact if at rest, plain otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.ledger.records import Rests
from gateway.ledger.resting import Packing

#: The length of a guid in bytes, and as a text.
_GUID, _TEXT = 16, 36


def never(value: bytes) -> bool:
    """No value is at rest."""
    return False


class Values:
    """The newest values by key. `rests` says which are at rest: `get` finds them, `items` omits them."""

    def __init__(self, rests: Rests = never) -> None:
        self._rests, self._packing = rests, Packing()
        self._awake: dict[str, bytes] = {}
        self._asleep: dict[str, dict[str | bytes, bytes]] = {}

    def __len__(self) -> int:
        return len(self._awake) + sum(map(len, self._asleep.values()))

    def get(self, key: str) -> bytes | None:
        """The value of a key."""
        value = self._awake.get(key)
        if value is not None:
            return value
        folder, name = _place(key)
        packed = self._asleep.get(folder, {}).get(name)
        return self._packing.unpack(packed) if packed is not None else None

    def put(self, key: str, value: bytes | None) -> None:
        """Set the value of a key; None deletes it."""
        packed = self._packing.pack(value) if value is not None and self._rests(value) else None
        folder, name = _place(key)
        if packed is not None:
            self._awake.pop(key, None)
            self._asleep.setdefault(folder, {})[name] = packed
            return
        if (asleep := self._asleep.get(folder)) is not None:
            asleep.pop(name, None)
        if value is None:
            self._awake.pop(key, None)
        else:
            self._awake[key] = bytes(memoryview(value))  # a copy: orjson's own holds a buffer of 8 KB

    def items(self, prefix: str = "") -> Iterator[tuple[str, bytes]]:
        """Keys that begin with `prefix` and their values, without those at rest: as they are now, whatever is committed
        while they are read.
        """
        return ((key, value) for key, value in list(self._awake.items()) if key.startswith(prefix))


def _place(key: str) -> tuple[str, str | bytes]:
    """Folder and name. A guid is stored as its bytes, which need half the space of its text."""
    folder, _, name = key.rpartition("/")
    if len(name) == _TEXT and name[8] == name[13] == name[18] == name[23] == "-" and name == name.lower():
        try:
            guid = bytes.fromhex(name.replace("-", ""))
        except ValueError:
            return folder, name
        if len(guid) == _GUID:
            return folder, guid
    return folder, name
