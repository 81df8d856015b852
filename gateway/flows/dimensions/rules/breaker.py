"""The stop before changes that would surprise a whole company: a filter gone wrong, a register that was emptied."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping

from gateway.errors import Configuration, Varying, configuration
from gateway.flows.dimensions.rules.changes import ItemChange

#: A poll stops if it would close or rename more than this many percent of a dimension's items, and at least so many.
PERCENT, LEAST = 30, 10


def token(id_: str, revision: int, content: str) -> str:
    """Names one change of one object: the same wish after another one, such as a second closing, has another token.

    `revision`: the number of the object's last revision; `content`: the hash of its content now.
    """
    return hashlib.sha256(f"{id_}#{revision}:{content}".encode()).hexdigest()[:12]


def too_many(
    dimension: str, changes: Mapping[str, ItemChange], items: int, allowed: Collection[str] = ()
) -> Configuration | None:
    """The error of a poll that would take too much away from a dimension, with both numbers; None if it wouldn't.

    `changes`: by their tokens; `items`: how many the dimension has; `allowed`: tokens of changes that an operator has
    let pass, which count no more. The error's cause names exactly these changes, and no later ones.
    """
    drastic = {name: one for name, one in changes.items() if one.is_drastic and name not in allowed}
    if len(drastic) < LEAST or len(drastic) * 100 <= items * PERCENT:
        return None
    return configuration(
        "DIMENSION_CHANGES_TOO_MANY",
        dimension=dimension,
        closing=sum(one.closes for one in drastic.values()),
        renaming=sum(one.renames for one in drastic.values()),
        count=len(drastic),
        items=Varying(items),
        changes=wave(drastic),
    )


def wave(tokens: Collection[str]) -> str:
    """Names a set of changes."""
    return hashlib.sha256(" ".join(sorted(tokens)).encode()).hexdigest()[:16]
