"""Values of the ledger as JSON: any version reads what another wrote, or says which record it can't read."""

from __future__ import annotations

from functools import cached_property
from typing import Generic, Protocol, TypeVar

from pydantic import TypeAdapter, ValidationError

from gateway.errors import CATALOGUE, Configuration, Varying

T = TypeVar("T")

UNREADABLE = "RECORD_UNREADABLE"


class Unreadable(Configuration):
    """A record of the ledger can't be read: another version wrote it. It is left as it is, and holds its company."""

    def __init__(self, key: str, detail: str) -> None:
        self.key = key
        facts = {"key": Varying(key)}
        super().__init__(UNREADABLE, " ".join(CATALOGUE[UNREADABLE].texts(facts)), detail, **facts)

    @property
    def company(self) -> str:
        """The company whose record it is."""
        return self.key.partition("/")[0]


class Values(Protocol):
    """Where values are looked up: a home."""

    def get(self, key: str) -> bytes | None:
        """The committed value."""


class Codec(Generic[T]):
    """Reads a dataclass back from JSON. A field that it doesn't know is dropped, one that is left out has its default;
    a value of another type, or of no known enum, is unreadable.
    """

    def __init__(self, shape: type[T]) -> None:
        self._shape = shape

    def decode(self, value: bytes, key: str) -> T:
        """The value of `key`. Raises Unreadable."""
        try:
            return self._adapter.validate_json(value, strict=True)
        except ValidationError as error:
            told = error.errors(include_url=False, include_context=False, include_input=False)
            places = (f"{'.'.join(map(str, one['loc']))}: {one['type']}" for one in told)
            raise Unreadable(key, f"{key}: {', '.join(places)}") from None

    def read(self, values: Values, key: str) -> T | None:
        """What stands under `key`; None when nothing does. Raises Unreadable."""
        value = values.get(key)
        return self.decode(value, key) if value is not None else None

    @cached_property
    def _adapter(self) -> TypeAdapter[T]:
        return TypeAdapter(self._shape)  # made when it is needed: it takes tens of milliseconds
