"""The list of guards, each with what takes it out of the product (`guards/`, a file a room); and how one is applied."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
GUARDS = Path(__file__).parent / "guards"


class Rotten(Exception):
    """A text to replace doesn't stand in its file exactly once: the product has moved on, the list hasn't."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One guard less. `of`: the requirement or decision that it keeps; `tests`: who should notice, asked first."""

    name: str
    of: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def applied(self, text: str) -> str:
        """The file's text without the guard. Raises Rotten."""
        count = text.count(self.old)
        if count != 1:
            raise Rotten(f"{self.name}: {count} times in {self.file}: {self.old!r}")
        return text.replace(self.old, self.new)


def load() -> list[Mutant]:
    """The list."""
    trees = [tree for path in sorted(GUARDS.glob("*.toml")) for tree in tomllib.loads(path.read_text())["mutant"]]
    return [Mutant(**{**tree, "tests": tuple(tree["tests"])}) for tree in trees]
