"""Pages that can be read in a terminal, whose links and paths lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGES = sorted(path for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("schemas/*.md")))
#: Printed from the code.
PRINTED = ("docs/errors.md", "docs/fields.md")
LONGEST = 120
LINK = re.compile(r"\]\(([^)\s]+)\)")
PATH = re.compile(r"`((?:gateway|streams|tests|tools|schemas|docs|examples|benchmarks|requirements)/[\w./-]+)`")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def prose(path: Path) -> Iterator[tuple[int, str]]:
    """Numbered lines outside of code and tables."""
    code = False
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        code ^= line.lstrip().startswith("```")
        if not code and not line.lstrip().startswith("|"):
            yield number, line


def anchors(path: Path) -> set[str]:
    """What links into a page may name: its headings, as GitHub writes them."""
    heads = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", re.sub(r"\[(.+?)\]\(.+?\)", r"\1", head).lower()).replace(" ", "-") for head in heads
    }


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_lines_fit_a_terminal(page: Path) -> None:
    if name_of(page) not in PRINTED:
        assert [number for number, line in prose(page) if len(line) > LONGEST] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_each_link_leads_to_a_page_and_a_heading(page: Path) -> None:
    lost = []
    for link in LINK.findall(page.read_text()):
        if "://" not in link:
            target, _, anchor = link.partition("#")
            there = (page.parent / target).resolve() if target else page
            if not there.exists() or (anchor and anchor not in anchors(there)):
                lost.append(link)
    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_each_path_that_is_named_exists(page: Path) -> None:
    assert [path for path in PATH.findall(page.read_text()) if not (ROOT / path).exists()] == []
