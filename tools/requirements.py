"""Print each requirement of docs/requirements.md with the tests that name it; fail when a test names an unknown one."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
NUMBER = re.compile(r"(?<![A-Za-z0-9])([FSMPLTEDXRUQOBV]\d{1,2})(?![0-9A-Za-z])")
NAME = re.compile(r"(?<=_)([FSMPLTEDXRUQOBV]\d{1,2})(?=_)")


def known() -> dict[str, bool]:
    """Numbers of the page; True where all of it is for later."""
    found: dict[str, bool] = {}
    for marked, rest in re.findall(r"\*\*([A-Z0-9, -]+)\*\*( \*later\*)?", (ROOT / "docs/requirements.md").read_text()):
        for part in marked.split(", "):
            first, _, last = part.partition("-")
            end = int(last[1:]) if last else int(first[1:])
            found |= {f"{first[0]}{n}": bool(rest) for n in range(int(first[1:]), end + 1)}
    return found


def tests() -> dict[str, list[str]]:
    """Tests by the numbers that their names or docstrings carry."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        text = path.read_text()
        for match in re.finditer(r'def (test_\w+)\([^"]*?:\n(?:\s+"""(.*?)""")?', text, re.S):
            for number in {*NAME.findall(match[1]), *NUMBER.findall(match[2] or "")}:
                found.setdefault(number, []).append(f"{path.relative_to(ROOT)}::{match[1]}")
    return found


def main() -> None:
    """Print the list."""
    wanted, named = known(), tests()
    for number, later in wanted.items():
        state = f"{len(named[number])} tests" if number in named else ("later" if later else "NO TEST")
        print(f"{number:5}{state}")
        for test in named.get(number, []):
            print(f"       {test}")
    unknown = sorted(set(named) - set(wanted))
    if unknown:
        sys.exit(f"named by a test, not on the page: {', '.join(unknown)}")


if __name__ == "__main__":
    main()
