"""CONTRIBUTING.md in step with the tree: each folder has a row, each path that is named exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "CONTRIBUTING.md").read_text()
NAMES = re.compile(r"`([\w./-]+)`")


def rows(heading: str) -> list[list[str]]:
    """The cells of a section's table, without its head."""
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")][1:]


def rooms() -> dict[str, list[str]]:
    """Each room with the cells of its row."""
    return {room: row for row in rows("The rooms") for room in NAMES.findall(row[0])}


def folders() -> list[str]:
    """Every folder of code, or of data that belongs to it."""
    found = {
        f"{path.parent.relative_to(ROOT)}/" for top in ("gateway", "streams") for path in (ROOT / top).rglob("*.*")
    }
    return sorted(one for one in found if one != "gateway/" and "__pycache__" not in one and "/schemas" not in one)


@pytest.mark.parametrize("folder", folders())
def test_each_folder_has_a_row(folder: str) -> None:
    """A row of its own, or its name in the row of the folder above it."""
    above, name = re.fullmatch(r"(.*/)?([^/]+/)", folder).groups()  # type: ignore[union-attr]
    assert folder in rooms() or f"`{name}`" in rooms()[above][1]


def test_each_room_and_its_first_file_exist() -> None:
    for room, (_, holds, first) in rooms().items():
        assert (ROOT / room).is_dir(), room
        inside = [name for name in NAMES.findall(holds) if name.endswith("/")]
        assert [name for name in (*inside, *NAMES.findall(first)) if not (ROOT / room / name).exists()] == []


def test_each_path_of_a_recipe_exists() -> None:
    """Names without a folder are those of the rooms that the same cell names."""
    for row in rows("Recipes"):
        named = [name for cell in row[1:] for name in NAMES.findall(cell)]
        there = [Path(name) for name in named if name.endswith("/")]
        for name in named:
            places = [ROOT / name, *(ROOT / folder / name for folder in there)]
            assert any(place.exists() for place in places), f"{row[0]}: {name}"


def test_each_command_of_a_recipe_is_in_the_makefile() -> None:
    made = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)", PAGE)) <= made
