"""The rooms of the house: which of them know a kind of document."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: What knows the kinds: the flows, the documents themselves, settings, both clients, and what plays or shows them.
KNOW = ("flows", "documents", "settings", "severa", "procountor", "sandbox", "cli/demo")
NAMES = re.compile(r"SalesInvoice|SALES_INVOICE|\.sales\b|sales_invoice")


def test_F1_no_other_room_names_a_kind_of_document() -> None:
    """The next flow adds a folder, and changes nothing of the engine."""
    rooms = tuple(f"gateway/{room}/" for room in KNOW)
    paths = [path for room in ("gateway", "streams") for path in (ROOT / room).rglob("*.py")]
    others = [path for path in paths if not str(path.relative_to(ROOT)).startswith(rooms)]
    assert len(others) > 100
    assert [str(path) for path in others if NAMES.search(path.read_text())] == []
