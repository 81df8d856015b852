"""The documentation builds as a site, strictly: each page has its place, each link and anchor leads somewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tools.docs_site import ROOT, build_site, gather


@pytest.fixture(scope="module")
def first_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_site(tmp_path_factory.mktemp("docs"))


def test_site_builds_with_every_page(first_page: Path, tmp_path: Path) -> None:
    """README.md is the first page."""
    expected = {str(page.with_suffix(".html")).replace("README", "index") for page in gather(tmp_path)}
    site = first_page.parent
    assert {str(page.relative_to(site)) for page in site.rglob("*.html")} == expected | {"404.html"}


def test_site_finds_words(first_page: Path) -> None:
    index = json.loads((first_page.parent / "search" / "search_index.json").read_text())
    assert {one["location"] for one in index["docs"] if "quarantine" in one["text"].lower()}


def test_site_asks_no_other_host(first_page: Path) -> None:
    loaded = re.compile(r'<(?:script|link|img)[^>]+(?:src|href)="(?:https?:)?//')
    assert [str(page) for page in first_page.parent.rglob("*.html") if loaded.search(page.read_text())] == []


def test_each_decision_is_listed_with_its_title() -> None:
    listed = (ROOT / "docs" / "adr" / "README.md").read_text()
    for page in sorted((ROOT / "docs" / "adr").glob("0*.md")):
        number, _, title = page.read_text().splitlines()[0].removeprefix("# ").partition(". ")
        assert f"| {number} | [{title}]({page.name}) |" in listed, page.name
