"""What a comparison finds: a thing, its state, and the step that mends it (S2, L3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """`note`: nobody must act. `failed`: it could not be looked at. All but `ok` and `note` are to be mended."""

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
    """Who mends it (`finance`: a user of Severa or Procountor; `operator`: who runs the gateway), where, and how."""

    who: str
    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a report; `part` is the heading that it stands under. `always_shown`: also where it is well."""

    part: str
    thing: str
    state: State
    told: str = ""
    step: Step | None = None
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
    """In order, each once, with commas."""
    return ", ".join(sorted(set(words)))
