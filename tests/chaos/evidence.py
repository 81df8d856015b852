"""What a run leaves behind, as plain data: the judge sees nothing else, and can judge a kept run again."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Touch:
    """Something that a person or the run did, between two lengths of the journal.

    `about`: a document's key, an invoice as `company/id`, a company, or an organisation. `invoice`: the id of another
    invoice that it speaks of.
    """

    what: str
    about: str
    begin: int
    end: int
    invoice: int = 0


@dataclass(frozen=True, slots=True)
class Book:
    """A company: its id, organisation, guid of its unit, country, and its settings."""

    id: str
    organisation: str
    unit: str
    country: str
    settings: Json


@dataclass(slots=True)
class Evidence:
    """`before`: the world of the start; `severa`, `procountor`: as they are at the end.

    `outcomes`, `changes`, `commands`, `dead_letters`: what the topics say, decoded, in the order of each partition.
    `ledger`: the newest record by key. `unread`: events above the committed offsets, by topic. `passed`: revisions that
    a committed offset passed. `replay`: figures of the replay, empty when there was none.
    """

    books: list[Book]
    before: Json
    severa: Json
    procountor: Json
    journal: list[Json]
    outcomes: list[Json] = field(default_factory=list)
    changes: list[Json] = field(default_factory=list)
    dead_letters: list[Json] = field(default_factory=list)
    ledger: dict[str, Any] = field(default_factory=dict)
    unread: dict[str, int] = field(default_factory=dict)
    mails: list[Json] = field(default_factory=list)
    touches: list[Touch] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    faults: dict[str, int] = field(default_factory=dict)
    replay: Json = field(default_factory=dict)
    stalled: bool = False

    def keep(self, path: Path) -> None:
        """Write it down."""
        path.write_text(json.dumps(asdict(self), default=str))

    @classmethod
    def load(cls, path: Path) -> Evidence:
        """Read back what `keep` wrote."""
        tree = json.loads(path.read_text())
        books = [Book(**one) for one in tree.pop("books")]
        touches = [Touch(**one) for one in tree.pop("touches")]
        return cls(books=books, touches=touches, **tree)


def current(outcomes: list[Json]) -> dict[str, Json]:
    """The current outcome by document's key: the one of the highest sequence and attempt (docs/events.md)."""
    found: dict[str, tuple[tuple[int, ...], Json]] = {}
    for one in outcomes:
        if one["state"] in ("unchanged", "superseded"):
            continue
        key, order = key_of(one), order_of(one)
        if key not in found or order >= found[key][0]:
            found[key] = order, one
    return {key: one for key, (_, one) in found.items()}


def key_of(tree: Json) -> str:
    """A document's key, as records have it."""
    key = tree["key"]
    return f"{key['company']}/{key['kind']}/{key['id']}"


def order_of(outcome: Json) -> tuple[int, ...]:
    """Greater for what a document came to later."""
    sequence = outcome["revision"]["sequence"]
    return sequence["epoch"], sequence["counter"], outcome["attempt"]


def struck(journal: list[Json]) -> dict[str, int]:
    """Calls that were struck by a fault, by operation."""
    return dict(sorted(Counter(f"{one['operation']}" for one in journal if one.get("fault")).items()))
