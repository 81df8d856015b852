"""Each line of the log stands in the table of docs/operations.md with its level, and no other does (O2)."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[3]
LEVELS = {"exception": "error"}


def logged() -> dict[str, set[str]]:
    """The levels of each line that the code logs."""
    found = defaultdict[str, set[str]](set)
    files = [
        path for room in ("gateway", "streams") for path in (ROOT / room).rglob("*.py") if "sandbox" not in path.parts
    ]
    for path in files:
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="log"), attr=level), args=[ast.Constant(value=str(line))]
                ):
                    found[line].add(LEVELS.get(level, level))
                case ast.Call(func=ast.Attribute(value=ast.Name(id="log"))):
                    raise AssertionError(f"{path}:{node.lineno}: the line's name must be a text, and all else named")
    return found


def test_O2_each_line_of_the_log_is_explained() -> None:
    """Name a new one there: `| line | level | says | what to do |`."""
    told = defaultdict[str, set[str]](set)
    for names, levels in re.findall(r"^\| (`[^|]*`) \| ([a-z, ]+) \|", (ROOT / "docs/operations.md").read_text(), re.M):
        for name in re.findall("`([^`]+)`", names):
            told[name] = set(levels.split(", "))
    lines = logged()
    assert len(lines) > 50
    assert {name: told[name] for name in lines} == lines
    stale = {name for name, levels in told.items() if levels <= {"info", "warning", "error"}} - set(lines)
    assert not stale
