"""The findings of a comparison: a thing, its state, and the step that fixes it (S2, L3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """`note`: nobody must act. `failed`: it could not be checked. Everything but `ok` and `note` must be fixed."""

    OK = "ok"
    NOTE = "note"
    MISSING = "missing"
    DIFFERENT = "different"
    FAILED = "failed"

    @property
    def good(self) -> bool:
        """Whether nobody must act."""
        return self in (State.OK, State.NOTE)


@dataclass(frozen=True, slots=True)
class Step:
    """Who fixes it, where, and how."""

    #: `finance` (a user of Severa or Procountor) or `operator` (who runs the gateway).
    who: str
    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a report."""

    #: The heading.
    part: str
    thing: str
    state: State
    message: str = ""
    step: Step | None = None
    #: Shown even without a problem.
    always_shown: bool = False


def in_severa(what: str) -> Step:
    """A user of Severa acts."""
    return Step("finance", "Severa", what)


def in_procountor(what: str) -> Step:
    """A user of Procountor acts."""
    return Step("finance", "Procountor", what)


def in_settings(what: str) -> Step:
    """Whoever runs the gateway acts."""
    return Step("operator", "settings", what)


def listed(words: Iterable[str]) -> str:
    """In order, without duplicates, separated by commas."""
    return ", ".join(sorted(set(words)))
