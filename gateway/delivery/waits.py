"""Nobody waits in silence: a document that has waited for long without an outcome gets an error outcome (F6, Q3).

Most documents end within seconds. Errors before a revision has ended are known only to the log: its rows can't be read,
its project is gone, an API fails for it alone. So the poll counts how long each document that it started, or could not
start, has waited, and says why. Time on hold doesn't count. Waits are counted, not computed from two times of a wall
clock, and the ledger keeps unusual ones.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass, field

import orjson

from gateway.documents import Revision
from gateway.documents.ledger_keys import document_of
from gateway.errors import GatewayError, Varying, refuse
from gateway.ledger import Codec

#: Where the ledger keeps waits: `company/wait/guid`.
#: Parts of `delivery.report_after` after which the ledger stores a wait first, and again.
UNUSUAL, AGAIN = 1 / 12, 1 / 4
#: How many documents of a company are reported one by one for the same cause; the others are reported together.
ONE_BY_ONE = 20


@dataclass(frozen=True, slots=True)
class Kept:
    """A wait in the ledger."""

    #: In seconds.
    waited: float
    number: int | None = None
    #: Causes of its error outcomes.
    reported: tuple[str, ...] = ()
    #: The revision of its last error outcome.
    revision: Revision | None = None
    #: The attempt of its last error outcome.
    attempt: int = 0

    def encode(self) -> bytes:
        """The ledger's form."""
        return orjson.dumps(asdict(self))


_KEPT = Codec(Kept)


@dataclass(slots=True)
class Wait:
    """A document that waits."""

    #: The home's commits when the wait was first seen.
    began: int
    #: The head when it was last seen.
    head_hash: str
    number: int | None
    customer: str
    waited: float = 0.0
    here: float = 0.0
    #: As last published.
    revision: Revision | None = None
    #: The error of its last attempt.
    error: GatewayError | None = None
    #: How many whole lists didn't show it.
    missed: int = 0
    #: It no longer waits, or belongs to another company.
    gone: bool = False
    #: `waited` at its last error outcome.
    told_at: float = 0.0
    #: The ledger's record.
    kept: Kept | None = None

    @property
    def reported(self) -> tuple[str, ...]:
        """Causes of its error outcomes."""
        return self.kept.reported if self.kept is not None else ()

    def why(self, after: float) -> GatewayError | None:
        """The error to report now, after `after` seconds of waiting; None if there is none, or it was reported."""
        if self.waited - self.told_at < after or self.gone:
            return None
        if self.error is None and self.here < after * UNUSUAL:  # its first attempt since a restart may say more
            return None
        met = self.error
        error = refuse(
            "NOT_YET_TRANSFERRED",
            detail=met.detail if met is not None else "",
            number=Varying(self.number or "(no number)"),
            minutes=Varying(round(after / 60)),
            why=met.cause if met is not None else "",
            said=Varying(met.message if met is not None else "The transfer is under way and has not ended yet."),
        )
        return None if error.cause in self.reported else error

    def to_keep(self, after: float) -> bool:
        """Whether the ledger should store how long it has waited."""
        before = self.kept.waited if self.kept is not None else 0.0
        return self.waited - before >= after * (AGAIN if self.kept is not None else UNUSUAL)


@dataclass(slots=True)
class Waits:
    """The documents of a company that wait, by key. `clock`: seconds."""

    clock: Callable[[], float] = time.monotonic
    open: dict[str, Wait] = field(default_factory=dict)
    _earlier: dict[str, Kept] = field(default_factory=dict)
    _counted: float | None = None

    def __bool__(self) -> bool:
        return bool(self.open or self._earlier)

    def recall(self, key: str, value: bytes) -> None:
        """Recall a wait from the ledger. Raises Unreadable."""
        self._earlier[str(document_of(key))] = _KEPT.decode(value, key)

    def begin(self, key: str, began: int, head_hash: str = "", number: int | None = None, customer: str = "") -> None:
        """The document has no current outcome and is being tried. It continues another worker's count."""
        if (wait := self.open.get(key)) is not None:
            wait.gone, wait.missed, wait.head_hash = False, 0, head_hash or wait.head_hash
            return
        kept = self._earlier.pop(key, None)
        wait = self.open[key] = Wait(began, head_hash, number, customer, kept=kept)
        if kept is not None:
            wait.waited, wait.number = kept.waited, number or kept.number
            wait.told_at = kept.waited if kept.reported else 0.0

    def published(self, key: str, revision: Revision) -> None:
        """The document was published with this revision."""
        if (wait := self.open.get(key)) is not None:
            wait.revision = revision

    def has_newer(self, key: str, revision: Revision) -> bool:
        """Whether the document was published with another content after this revision."""
        newest = wait.revision if (wait := self.open.get(key)) is not None else None
        return (
            newest is not None and newest.sequence > revision.sequence and newest.content_hash != revision.content_hash
        )

    def failed(self, key: str, error: GatewayError) -> None:
        """The error of its last attempt."""
        if (wait := self.open.get(key)) is not None:
            wait.error = error

    def count(self, held: bool) -> None:
        """Add the time since the last count, unless the company is held."""
        now = self.clock()
        since, self._counted = now - (self._counted if self._counted is not None else now), now
        for wait in self.open.values():
            wait.here += since
            wait.waited += 0.0 if held else since

    def so_far(self) -> Iterator[tuple[str, float]]:
        """Each document that waits, with the seconds that it has waited until now. Should the poll stand still, they
        go on. Waits of an earlier worker are included.
        """
        since = self.clock() - self._counted if self._counted is not None else 0.0
        yield from ((key, wait.waited + since) for key, wait in self.open.items() if not wait.gone)
        yield from ((key, kept.waited + since) for key, kept in self._earlier.items())

    def listed(self, seen: Collection[str], prefix: str) -> None:
        """The whole list of one kind was read (`prefix` of its keys): documents that two lists didn't show no longer
        wait. One list may miss a document: it came after its page was read, or the pages shifted. This includes waits
        of an earlier worker.
        """
        for key in [key for key in self._earlier if key.startswith(prefix)]:
            kept = self._earlier.pop(key)
            self.open[key] = Wait(0, "", kept.number, "", waited=kept.waited, kept=kept)
        for key, wait in self.open.items():
            if not key.startswith(prefix):
                continue
            wait.missed = 0 if key.rpartition("/")[2] in seen else wait.missed + 1
            wait.gone = wait.gone or wait.missed > 1

    def elsewhere(self, key: str) -> None:
        """The document belongs to another company."""
        if key in self._earlier:
            self.begin(key, 0)
        if (wait := self.open.get(key)) is not None:
            wait.gone = True

    def long(self, after: float) -> bool:
        """Whether a document has waited for so many seconds, as far as it is known."""
        waited = [one.waited for one in self.open.values()] + [one.waited for one in self._earlier.values()]
        return any(seconds >= after for seconds in waited)

    def crowd(self, cause: str) -> int:
        """How many documents were reported for this cause."""
        return sum(cause in wait.reported for wait in self.open.values())
