"""The override of Faust's consumer, where no broker is needed to see it (docs/faust.md)."""

from __future__ import annotations

from collections import defaultdict
from types import SimpleNamespace
from typing import Any, cast

from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from intervaltree import IntervalTree

from streams.override import SafeConsumer


async def test_row_26_gaps_of_transactions_are_not_kept() -> None:
    """Faust merges all that it keeps at each new one: quadratic in the events since the start."""
    assert hasattr(driver.Consumer, "_add_gap")  # Faust still calls it so
    consumer = SimpleNamespace(_gap=defaultdict(IntervalTree), _committed_offset=defaultdict(lambda: None))
    for offset in range(0, 100, 2):
        await SafeConsumer._add_gap(cast(Any, consumer), TP("outcomes", 0), offset, offset)
    assert sum(map(len, consumer._gap.values())) == 0
