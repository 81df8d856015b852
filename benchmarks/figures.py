"""What a benchmark prints, and how it is printed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `floor`: what is possible at best, or the baseline of the same run; `ratio` = value / floor."""

    name: str
    value: float
    unit: str
    floor: float
    floor_is: str

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        ratio = self.value / self.floor if self.floor else 0.0
        return {**asdict(self), "value": round(self.value, 3), "floor": round(self.floor, 3), "ratio": round(ratio, 2)}


def show(figures: list[Figure]) -> None:
    """A table on stdout."""
    table = Table(title="Single runs; on a shared machine only the ratios mean something", title_justify="left")
    for name in ("figure", "value", "unit", "floor", "what the floor is", "ratio"):
        table.add_column(name, justify="right" if name in ("value", "floor", "ratio") else "left")
    for one in figures:
        tree = one.as_dict()
        table.add_row(
            one.name, f"{tree['value']:g}", one.unit, f"{tree['floor']:g}", one.floor_is, f"{tree['ratio']:g}"
        )
    Console(width=150).print(table)
