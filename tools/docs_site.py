"""`make site`: builds the documentation as a site with search, strictly: a broken link or anchor is an error.

The pages stay where they are read in the repository. This gathers them, and the files that they link to, in one folder
with the same layout, so that each relative link means the same on the site.
"""

from __future__ import annotations

import logging
import re
import shutil
import sys
from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import load_config

ROOT = Path(__file__).resolve().parent.parent
#: Pages outside `docs/`.
PAGES = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "schemas/README.md", "examples/*/README.md")
_LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


def gather(folder: Path) -> list[Path]:
    """Copy all pages, and every file that a page links to. Returns the pages, relative to `folder`."""
    pages = sorted({*(ROOT / "docs").rglob("*.md"), *(page for name in PAGES for page in ROOT.glob(name))})
    for page in pages:
        targets = {(page.parent / link).resolve() for link in _LINK.findall(page.read_text())}
        for file in (page, *(one for one in sorted(targets) if one.is_file())):
            copy = folder / file.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
    return [page.relative_to(ROOT) for page in pages]


def build_site(folder: Path) -> Path:
    """Build the site below `folder`; the path of its first page. Raises mkdocs' Abort if anything is broken."""
    source, site = folder / "pages", folder / "site"
    shutil.rmtree(folder, ignore_errors=True)
    gather(source)
    build(load_config(str(ROOT / "mkdocs.yml"), docs_dir=str(source), site_dir=str(site), strict=True))
    return site / "index.html"


if __name__ == "__main__":
    logging.basicConfig(format="%(levelname)s: %(message)s", level=logging.WARNING)
    print(build_site(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "docs"))
