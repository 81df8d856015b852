"""Ledger values as JSON: every version reads what another wrote, or says which record it can't read."""

from __future__ import annotations

from functools import cached_property
from typing import Generic, Protocol, TypeVar

from pydantic import TypeAdapter, ValidationError

from gateway.errors import CATALOGUE, Configuration, Varying

T = TypeVar("T")

UNREADABLE = "RECORD_UNREADABLE"


class Unreadable(Configuration):
    """Another version wrote this ledger record, and this version can't read it. The record stays as it is, and its
    company is held.
    """

    def __init__(self, key: str, detail: str) -> None:
        self.key = key
        facts = {"key": Varying(key)}
        super().__init__(UNREADABLE, " ".join(CATALOGUE[UNREADABLE].texts(facts)), detail, **facts)

    @property
    def company(self) -> str:
        """The company whose record it is."""
        return self.key.partition("/")[0]


class Values(Protocol):
    """Looks up values by key: a home."""

    def get(self, key: str) -> bytes | None:
        """The committed value."""


class Codec(Generic[T]):
    """Reads a dataclass from JSON. Unknown fields are dropped, absent fields get their default; a value of the wrong
    type is unreadable.
    """

    def __init__(self, shape: type[T]) -> None:
        self._shape = shape

    def decode(self, value: bytes, key: str) -> T:
        """The value of `key`. Raises Unreadable."""
        try:
            return self._adapter.validate_json(value, strict=True)
        except ValidationError as error:
            faults = error.errors(include_url=False, include_context=False, include_input=False)
            places = (f"{'.'.join(map(str, one['loc']))}: {one['type']}" for one in faults)
            raise Unreadable(key, f"{key}: {', '.join(places)}") from None

    def read(self, values: Values, key: str) -> T | None:
        """The value under `key`; None if there is none. Raises Unreadable."""
        value = values.get(key)
        return self.decode(value, key) if value is not None else None

    @cached_property
    def _adapter(self) -> TypeAdapter[T]:
        return TypeAdapter(self._shape)  # built when it is first needed: that takes tens of milliseconds
