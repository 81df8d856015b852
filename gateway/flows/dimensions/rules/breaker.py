"""The stop before changes that would surprise a whole company: a filter gone wrong, a register that was emptied."""

from __future__ import annotations

from collections.abc import Collection

from gateway.errors import configuration
from gateway.flows.dimensions.rules.changes import ItemChange

#: A poll stops if it would close or rename more than this many percent of a dimension's items, and at least so many.
PERCENT, LEAST = 30, 10


def check_extent(dimension: str, changes: Collection[ItemChange], items: int) -> None:
    """Hold what a poll would do against the items of a dimension. Raises Configuration with the numbers: an operator
    has to say that it is meant.
    """
    drastic = [one for one in changes if one.is_drastic]
    if len(drastic) < LEAST or len(drastic) * 100 <= items * PERCENT:
        return
    closing = sum(one.closes for one in drastic)
    raise configuration(
        "DIMENSION_CHANGES_TOO_MANY",
        dimension=dimension,
        closing=closing,
        renaming=sum(one.renames for one in drastic),
        count=len(drastic),
        items=items,
    )
