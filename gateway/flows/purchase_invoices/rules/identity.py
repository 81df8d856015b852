"""Which share of an invoice is which allocation (ADR 28)."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from itertools import count

from gateway.flows.purchase_invoices.rules.shares import Share

_Sign = Callable[[Share], Hashable]

#: What a share and a known allocation have in common if they are the same, the surest sign first.
_SURE: tuple[_Sign, ...] = (
    lambda one: (one.item_id, one.amount, one.vat_percent, one.text),
    lambda one: (one.amount, one.vat_percent, one.text),
    lambda one: (one.item_id, one.vat_percent, one.text),
    lambda one: (one.item_id, one.amount),
)
#: Enough to correct a fee that is there, rather than to delete it and to create another one.
_WEAK: tuple[_Sign, ...] = (lambda one: one.item_id, lambda one: None)


def numbered(
    shares: Sequence[Share], live: Mapping[int, Share], withdrawn: Mapping[int, Share] | None = None
) -> dict[int, Share]:
    """The shares by the numbers of their allocations.

    `live`: known allocations by number; `withdrawn`: those that counted once. A share that is none of them gets the
    lowest number that none has. A number that is missing from the result is withdrawn.
    """
    remembered = withdrawn or {}
    found = _matched(shares, live, (*_SURE, *_WEAK), taken=())
    found |= _matched(shares, remembered, _SURE, taken=found.values())
    free = (number for number in count(1) if number not in live and number not in remembered)
    new = [at for at in range(len(shares)) if at not in found.values()]
    found |= dict(zip(free, new, strict=False))
    return {number: shares[at] for number, at in sorted(found.items())}


def _matched(
    shares: Sequence[Share], known: Mapping[int, Share], signs: Sequence[_Sign], taken: Collection[int]
) -> dict[int, int]:
    """Which known number is the share at which place. Each sign pairs what it can, in order."""
    free = [at for at in range(len(shares)) if at not in taken]
    found: dict[int, int] = {}
    for sign in signs:
        by_sign: dict[Hashable, deque[int]] = defaultdict(deque)
        for at in free:
            by_sign[sign(shares[at])].append(at)
        for number in sorted(set(known) - set(found)):
            if places := by_sign.get(sign(known[number])):
                found[number] = places.popleft()
        free = [at for at in free if at not in found.values()]
    return found
