"""Items of a dimension by the signs that naming looks at: 20 000 objects find theirs without reading all items each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from gateway.rules.items import STROKES, DimensionItem, Item

#: Before a name that is compared whatever its case, which no code begins with.
_NAMED = "\0"
#: Before a description: many items may have one that is no code, such as the name of many projects.
_DESCRIBED = "\1"


class ItemIndex:
    """The items of one dimension."""

    def __init__(self, items: Iterable[DimensionItem] = ()) -> None:
        self.by_id: dict[int, DimensionItem] = {}
        self._found: dict[str, set[int]] = defaultdict(set)
        for one in items:
            self.put(one)

    def __len__(self) -> int:
        return len(self.by_id)

    def put(self, item: DimensionItem) -> None:
        """A new item, or one that was changed."""
        if (before := self.by_id.get(item.id)) is not None:
            for sign in _signs(before):
                self._found[sign].discard(item.id)
        self.by_id[item.id] = item
        for sign in _signs(item):
            self._found[sign].add(item.id)

    def near(self, item: Item) -> list[DimensionItem]:
        """All items that may be this one, and all that have the name that it may get."""
        signs = (item.code, item.name, _NAMED + item.name.casefold(), _DESCRIBED + item.code)
        ids = set[int]().union(*(self._found.get(sign, ()) for sign in signs))
        return [self.by_id[one] for one in sorted(ids)]


def _signs(item: DimensionItem) -> Iterator[str]:
    """Codes and names that the item may stand for."""
    yield item.name
    yield _DESCRIBED + item.description.strip()
    yield _NAMED + item.name.casefold()
    for at, sign in enumerate(item.name):
        if sign.isspace():
            code = item.name[:at]
            yield code
            while code and code[-1] in STROKES:
                code = code[:-1]
                yield code
