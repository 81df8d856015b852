"""Which entry of the ledger receipt belongs to which row, and what is written on it (D2-D4).

Entries have no row id. Rows and entries are matched by net amount and VAT, then distinguished by description and
account. What remains is matched in order, if every assignment gives the same books; otherwise nothing is guessed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from decimal import Decimal
from itertools import combinations
from typing import TypeVar

from gateway.errors import Permanent, Varying, plain_number, refuse
from gateway.rules.amounts import split
from gateway.rules.codes.currencies import CENT, half_up
from gateway.rules.receipts import ENTRY, DimensionValue, Entry, NewEntry, Wanted
from gateway.rules.text.fit import fit

#: The most characters of an entry's description.
DESCRIPTION = 255

Key = tuple[Decimal, Decimal]
Pair = tuple[Wanted, Entry]
T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


def new_entries(rows: Sequence[Wanted], entries: Iterable[Entry], rate: Decimal = Decimal(1)) -> list[NewEntry]:
    """What to write on each entry, in the order of the rows.

    `rate`: units of the invoice's currency for one of the accounting currency. If it isn't 1, an entry may differ by a
    cent. A row of nothing needs no entry. Raises Permanent with the rows if amounts don't match, if nothing
    distinguishes rows that would change the books, or if a row can't be divided.
    """
    by_row = _grouped(rows, lambda row: (_booked(row.net / rate), row.vat_percent.normalize()))
    leeway = Decimal(0) if rate == 1 else CENT
    booked = [one for one in entries if one.kind == ENTRY]
    by_entry = _grouped(booked, lambda one: _nearest_key(one, by_row, leeway))
    pairs: list[Pair] = []
    for key in [*by_row, *(key for key in by_entry if key not in by_row)]:
        some, others = by_row.get(key, []), by_entry.get(key, [])
        if len(some) != len(others):
            if not key[0]:
                continue
            raise _differs(some, others, key)
        pairs += _matched(some, others)
    pairs.sort(key=lambda pair: pair[0].position)
    return [
        NewEntry(entry.id, row.position, row.account or entry.account, dimension_values(row, entry.value))
        for row, entry in pairs
    ]


def dimension_values(row: Wanted, value: Decimal) -> tuple[DimensionValue, ...]:
    """D3: an entry's amount by dimension and item. Per dimension, the parts sum to it to the cent, with its sign (D4).

    Each item appears once, and not at all without an amount. Raises Permanent if parts of both signs can't be written.
    """
    found: list[DimensionValue] = []
    for dimension, shares in row.shares:
        if not value or not shares:
            continue
        weights: dict[int, Decimal] = defaultdict(Decimal)
        for share in shares:
            weights[share.item_id] += share.weight
        signs = {weight > 0 for weight in weights.values() if weight}
        if len(signs) > 1:
            raise refuse("SPLIT_IMPOSSIBLE", row=row.position, text=row.text)
        parts = zip(weights, split(value, list(weights.values())), strict=True)
        found += [DimensionValue(dimension, item, part) for item, part in parts if part]
    return tuple(found)


def _booked(net: Decimal) -> Decimal:
    """Procountor books a sale as a negative amount."""
    return -half_up(net, CENT) + 0


def _nearest_key(entry: Entry, by_row: dict[Key, list[Wanted]], leeway: Decimal) -> Key:
    """The rows' amount that equals the entry's, or the only one within the tolerance; otherwise the entry's own."""
    own = (entry.value, entry.vat_percent.normalize())
    if own in by_row:
        return own
    near = [key for key in by_row if key[1] == own[1] and abs(key[0] - own[0]) <= leeway]
    return near[0] if len(near) == 1 else own


def _matched(rows: list[Wanted], entries: list[Entry]) -> list[Pair]:
    """Pairs of rows and entries with the same amount and VAT, as many rows as entries."""
    pairs: list[Pair] = []
    for some, others in _told_apart(rows, entries):
        if not _interchangeable(some, others):
            raise refuse("RECEIPT_AMBIGUOUS", rows=_named(some), sum=Varying(plain_number(-others[0].value, 2)))
        pairs += zip(some, others, strict=True)
    return pairs


def _told_apart(rows: list[Wanted], entries: list[Entry]) -> list[tuple[list[Wanted], list[Entry]]]:
    """Groups distinguished by description, then account, where as many rows as entries have the same one."""
    groups = _parted(rows, entries, lambda row: _said(row.text), lambda one: _said(one.description))
    return [
        finer
        for some, others in groups
        for finer in _parted(some, others, lambda row: row.account or "", lambda one: one.account)
    ]


def _parted(
    rows: list[Wanted], entries: list[Entry], of_row: Callable[[Wanted], str], of_entry: Callable[[Entry], str]
) -> list[tuple[list[Wanted], list[Entry]]]:
    by_row, by_entry = _grouped(rows, of_row), _grouped(entries, of_entry)
    telling = [clue for clue in by_row if clue and len(by_row[clue]) == len(by_entry.get(clue, ()))]
    some = [row for row in rows if of_row(row) not in telling]
    others = [one for one in entries if of_entry(one) not in telling]
    return [*((by_row[clue], by_entry[clue]) for clue in telling), *([(some, others)] if some else [])]


def _interchangeable(rows: list[Wanted], entries: list[Entry]) -> bool:
    """Whether every assignment gives the same books: exchanging two rows changes nothing on two entries."""
    value = entries[0].value
    for one, other in combinations({(row.account, dimension_values(row, value)) for row in rows}, 2):
        for first, second in combinations({(entry.account, entry.vat_status) for entry in entries}, 2):
            straight = Counter([_books(one, first), _books(other, second)])
            if straight != Counter([_books(one, second), _books(other, first)]):
                return False
    return True


def _books(row: tuple[str | None, object], entry: tuple[str, int | None]) -> Hashable:
    """What the books have of a row on an entry; amount and VAT are the same for all."""
    return row[0] or entry[0], entry[1], row[1]


def _grouped(things: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    groups: dict[K, list[T]] = {}
    for one in things:
        groups.setdefault(key(one), []).append(one)
    return groups


def _said(text: str) -> str:
    return fit("", text, DESCRIPTION)[0].casefold()


def _differs(rows: list[Wanted], entries: list[Entry], key: Key) -> Permanent:
    """The error; the amount has the sign of the rows."""
    facts = {"rows": _named(rows), "count": len(rows), "entries": len(entries), "amount": key[0]}
    counts = {"have": _counted(len(entries), "entry", "entries"), "want": _counted(len(rows), "row", "rows")}
    counts["sum"] = Varying(plain_number(-key[0], 2))
    return refuse("RECEIPT_DIFFERS", "", **facts, **counts, percent=f"{key[1]:f}")


def _counted(count: int, one: str, several: str) -> Varying:
    return Varying(f"{count or 'no'} {one if count == 1 else several}")


def _named(rows: Iterable[Wanted]) -> str:
    return ", ".join(f"{row.position} ({row.text})" for row in rows) or "none"
