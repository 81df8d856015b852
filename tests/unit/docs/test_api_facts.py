"""docs/api-facts.md: each cited fact is on the page with source and certainty, and each fact is cited."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "api-facts.md"
FACT = re.compile(r"^- \*\*(\d+)\. .+?\.\*\* (.+?)(?=^- \*\*|^#|\Z)", re.MULTILINE | re.DOTALL)
CITED = re.compile(r"docs/api-facts\.md\s+(\d+(?:,\s+\d+)*)")
CERTAINTY = re.compile(r"\b(Certain|Likely|Inferred|Open)\b")


def facts() -> dict[int, str]:
    """The text of each fact, by its number."""
    return {int(number): " ".join(text.split()) for number, text in FACT.findall(PAGE.read_text())}


def cited() -> Iterator[tuple[Path, int]]:
    """Each number that a file beside the page cites."""
    for folder, ending in (("gateway", "py"), ("streams", "py"), ("tests", "py"), ("docs", "md")):
        for path in (ROOT / folder).rglob(f"*.{ending}"):
            if path not in (PAGE, Path(__file__)):
                text = re.sub(r"\s*\n\s*#?:?\s*", " ", path.read_text())
                yield from ((path, int(one)) for found in CITED.findall(text) for one in found.split(","))


def test_each_cited_fact_is_on_the_page() -> None:
    there = facts()
    assert [f"{path.relative_to(ROOT)}: {number}" for path, number in cited() if number not in there] == []


def test_each_fact_is_cited_or_an_open_question() -> None:
    used = {number for _, number in cited()}
    assert [number for number, text in facts().items() if number not in used and " Open." not in text] == []


def test_each_fact_has_source_and_certainty() -> None:
    """Numbers run without gaps, so that a new fact goes to the end and no citation changes its meaning."""
    there = facts()
    assert list(there) == list(range(1, len(there) + 1))
    bare = [number for number, text in there.items() if "Source: " not in text or not CERTAINTY.search(text)]
    assert bare == []


def test_no_pointer_goes_elsewhere() -> None:
    """`API fact 2.5` pointed to a paper that isn't in the tree."""
    paths = [path for folder in ("gateway", "streams", "tests") for path in (ROOT / folder).rglob("*.py")]
    old = re.compile(r"API facts? ?[\d,(]")
    assert [path.name for path in paths if path != Path(__file__) and old.search(path.read_text())] == []
