"""Refusals of one document that are found together, so that everything known is reported at once (ADR 23)."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType

from gateway.errors.family import Permanent


class Faults:
    """Collects refusals: each `with` block ends at its first one, and what follows the block is checked too."""

    def __init__(self) -> None:
        self._found: list[Permanent] = []

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Permanent):
            return False
        self.add(error)
        return True

    def add(self, error: Permanent) -> None:
        """Add a refusal."""
        self._found.append(error)

    def __contains__(self, code: str) -> bool:
        return any(one.code == code for one in _flat(self._found))

    def raise_all(self) -> None:
        """Raise one Permanent of everything that was found; return if there is nothing."""
        if self._found:
            raise together(self._found)


def together(errors: Iterable[Permanent]) -> Permanent:
    """The first of some errors with the others beside it, each cause once."""
    causes: dict[str, Permanent] = {}
    for one in _flat(errors):
        causes.setdefault(one.cause, one)
    first, *others = causes.values()
    if not others:
        return first
    found = Permanent(first.code, first.message, first.detail, **first.facts)
    found.others = tuple(others)
    return found


def _flat(errors: Iterable[Permanent]) -> list[Permanent]:
    """The errors one by one, without those that they hold."""
    return [one for error in errors for one in (_alone(error), *error.others)]


def _alone(error: Permanent) -> Permanent:
    return Permanent(error.code, error.message, error.detail, **error.facts) if error.others else error
