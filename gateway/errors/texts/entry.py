"""The texts of one error code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: Characters of one fact that a text shows, at the most.
SHOWN = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """Texts of one code. `what` and `remedy` are format strings over the error's facts.

    `who` acts: `finance` (a user of Severa or Procountor), `operator` (who runs the gateway) or `nobody`.
    """

    what: str
    remedy: str
    who: str = "finance"

    def told(self, facts: Mapping[str, object]) -> tuple[str, str]:
        """Both texts about these facts; a row's text of pages is told by its beginning."""
        short = {name: _short(value) for name, value in facts.items()}
        return self.what.format(**short), self.remedy.format(**short)


def _short(value: object) -> object:
    return f"{value[:SHOWN]}..." if isinstance(value, str) and len(value) > SHOWN else value
