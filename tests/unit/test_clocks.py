"""Q3, decision 12: times are the broker's, as a home counts them; no worker's wall clock decides anything."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("gateway/delivery", "gateway/polling", "gateway/ledger", "gateway/notify", "gateway/rules", "streams")
#: Where a wall clock is asked, and why that can't harm.
ASKED = {
    "gateway/ledger/records.py": "a lease ends by it, if it goes further than a steady clock: sooner, never later",
    "gateway/ledger/home.py": "the same",
    "streams/publishing.py": "the time that an event shows to its readers",
}


def test_Q3_a_wall_clock_is_asked_nowhere_else() -> None:
    """One that jumps by a year would delay, repeat or skip something, for as long as its time is kept somewhere."""
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    asks = re.compile(r"\btime\.time\b|\bdatetime\.(now|utcnow|today)\(|\bdate\.today\(")
    assert {str(path.relative_to(ROOT)) for path in files if asks.search(path.read_text())} == set(ASKED)
