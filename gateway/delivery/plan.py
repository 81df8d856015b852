"""A plan: everything that an attempt will change in the other system, known before anything is changed (ADR 26)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gateway.delivery.attempt import AnyAttempt, IntentPayload
from gateway.documents import OutcomeState, Target, Truncation
from gateway.documents.hashing import head_hash
from gateway.errors import mask
from gateway.ledger.effects import Effect


@dataclass(frozen=True, slots=True)
class Plan:
    """What one revision of a document needs, in the order in which it is applied."""

    #: What the document refers to, each under an intent of its own.
    objects: tuple[Effect, ...]
    #: The document itself, under its intent.
    document: Effect
    #: What follows the document, under the same intent.
    steps: tuple[Effect, ...]
    #: What the intent keeps, so that the outcome can be written after a crash.
    payload: IntentPayload
    #: Its business partner in the other system; 0, which nobody has, while the partner is not created.
    partner_id: Callable[[], int]

    @property
    def effects(self) -> tuple[Effect, ...]:
        """All of them, in order."""
        return (*self.objects, self.document, *self.steps)


@dataclass(frozen=True, slots=True)
class Synced:
    """What an object of a flow that keeps in step has become."""

    #: CREATED, ADOPTED, UPDATED, REMOVED, or WITHDRAWN for an object that needs nothing in the target.
    state: OutcomeState
    #: What it is in the target; None if it has nothing there.
    target: Target | None = None
    #: What the flow keeps of it, in its own words, until the object changes again.
    memo: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Update:
    """What brings an object in the target in step with one revision (ADR 31)."""

    #: In the order in which they are applied, each under the object's intent. Empty if it is in step.
    effects: tuple[Effect, ...]
    #: What the intent keeps, its memo included.
    payload: IntentPayload
    #: What the object is, once the effects have been applied.
    result: Callable[[], Synced]


def planned_payload(
    attempt: AnyAttempt, truncations: Iterable[Truncation], notes: Iterable[str], memo: str = ""
) -> IntentPayload:
    """What a plan's intent will keep. Its partner is added once it is there; no note has a personal number."""
    masked = tuple(map(mask, notes))
    head, number = head_hash(attempt.document), attempt.document.number
    return IntentPayload(attempt.revision, None, tuple(truncations), masked, head, number, memo=memo)
