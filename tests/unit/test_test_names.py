"""A test's name says requirement, subject and result; the story stands in its docstring (CONTRIBUTING, Style)."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parent.parent
LONGEST = 60


def test_names_of_tests_have_at_most_60_characters() -> None:
    """They are read in a list of failures, one line each."""
    named = ((path, re.findall(r"def (test_\w+)\(", path.read_text())) for path in sorted(TESTS.rglob("test_*.py")))
    long = [f"{path.relative_to(TESTS)}: {name}" for path, names in named for name in names if len(name) > LONGEST]
    assert long == []
