"""The world of one document: what there is at a moment, and how often each of those around it may act."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from gateway.delivery.identity import Candidate, Compared, Verdict
from gateway.delivery.record import TransferRecord
from gateway.documents import Order, Revision, Sequence, order_of

DAY, SUM, GUID = dt.date(2026, 5, 4), Decimal(100), "g"
OWN = Compared("Customer Oy", DAY, SUM, "EUR")
#: Status of an invoice that was deleted: nobody finds it.
GONE = "DELETED"


@dataclass(frozen=True, slots=True)
class Rules:
    """Parts of the contract; a test takes one out."""

    ack_last: bool = True
    read_again: bool = True
    put_back: bool = True
    put_back_later: bool = True
    put_back_first: bool = True
    supersede: bool = True
    compare: bool = True
    sweep: bool = True
    keep_question: bool = True
    keep_move: bool = True
    read_moved: bool = True
    sweep_asks_for_rows: bool = True
    hold_for_what_was_seen: bool = True
    obey_once: bool = True
    look_again: bool = True
    look_first: bool = True
    look_before_withdrawn: bool = True
    leave_to_the_poll: bool = True
    keep_what_was_left: bool = True
    number_again: bool = True
    close_what_was_not_executed: bool = True
    ask_after_rounds: bool = True
    leave_what_cannot_be_read: bool = True


class Bounds(NamedTuple):
    """How often each of them acts in one walk: kills of the worker; users' edits of head and rows, and their moves;
    accountants; answers that are lost, calls without an effect (`busy`: an API that is busy, a right that is missing),
    hours that go by; readings of the one command of an operator; POSTs that are refused and executed nevertheless;
    ledgers that are lost; workers of another version, which write what this one can't read.
    """

    kills: int = 1
    edits: int = 1
    moves: int = 1
    accountant: int = 0
    lost: int = 1
    rows: int = 0
    busy: int = 0
    hours: int = 0
    commands: int = 0
    refusals: int = 0
    losses: int = 0
    versions: int = 0


NOTHING_MORE = Bounds(0, 0, 0, 0, 0)
#: A revision over ledgers: numbers begin again when one is lost, and the epoch is raised by so much then.
Named = tuple[int, int]
LOST = 1000


@dataclass(frozen=True, slots=True)
class World:
    """Everything at one moment. `phase`, `write_back` and `page` are the worker's memory and die with it; `phase` is
    "back" until a new owner has fetched what was not acknowledged.

    `seen` is the revision whose refusal an operator saw who said "create it anyway", `command` the one that the ledger
    has bound this to, `used` whether it had its attempt. `rounds` counts POSTs under the open intent. `strange`: the
    record is another version's. `asked`, `beside`, `unknown`, `told`, `current` and `wrong` are the walk's own: what a
    person was asked and has not answered, invoices that the operator let stand, whether a POST under the intent had no
    answer, which revisions have an outcome, the outcome that readers keep, and what was done against the contract.
    """

    status: str = "waiting"
    content: str = "00"
    events: tuple[Revision, ...] = ()
    committed: int = 0
    record: TransferRecord | None = None
    intent: Revision | None = None
    invoices: tuple[Candidate, ...] = ()
    told: frozenset[Named] = frozenset()
    current: tuple[Order, str] | None = None
    seen: int = 0
    command: int = 0
    used: bool = False
    rounds: int = 0
    unknown: bool = False
    strange: bool = False
    asked: tuple[Verdict, int, str] | None = None
    beside: frozenset[int] = frozenset()
    wrong: str = ""
    epoch: int = 1
    phase: str = "idle"
    write_back: str = ""
    page: tuple[str, bool] | None = None
    done: Bounds = NOTHING_MORE

    @property
    def event(self) -> Revision | None:
        """The event in hand, or the next."""
        return self.events[self.committed] if self.committed < len(self.events) else None

    @property
    def next_sequence(self) -> Sequence:
        """Above all that this owner gave the document: of its last event, and of its record."""
        given = [one.sequence for one in self.events]
        if self.record is not None:
            given += [
                self.record.revision.sequence,
                *([self.record.write_back.moved_at] if self.record.write_back.moved_at else []),
            ]
        return Sequence(self.epoch, max((one.counter for one in given if one.epoch == self.epoch), default=0) + 1)

    def may(self, what: str, bounds: Bounds) -> bool:
        """Whether it may happen once more."""
        return bool(getattr(self.done, what) < getattr(bounds, what))

    def once(self, what: str, **changes: object) -> World:
        """It happened."""
        done = self.done._replace(**{what: getattr(self.done, what) + 1})
        return replace(self, done=done, **changes)  # type: ignore[arg-type]


def head(content: str) -> str:
    """What the head says of a content."""
    return content[:1]


def named(revision: Revision) -> Named:
    """Which revision it is, over ledgers."""
    return revision.sequence.epoch // LOST, revision.number


def tell(world: World, revision: Revision, state: str = "", attempt: int = 1) -> World:
    """An outcome; without a state it changes nothing: unchanged or superseded."""
    told = replace(world, told=world.told | {named(revision)})
    outcome = (order_of(revision, attempt), state)
    newer = world.current is None or outcome[0] >= world.current[0]
    return replace(told, current=outcome) if state and newer else told
