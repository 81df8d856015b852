"""A flow as simulation, chaos and their judge see it: what a new flow hands in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gateway.sandbox.world.demo_world import Firm
from tests.chaos.evidence import Evidence
from tests.chaos.finding import Finding
from tests.chaos.flows.document import Document

if TYPE_CHECKING:
    from tests.chaos.judge.case import Case

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Once:
    """An object that is created once: by which operation, and what tells two of them apart, by path of the journal."""

    operation: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow.

    Attributes:
    topic       its change topic, after the prefix
    schema      of its change events
    kinds       what puts the n-th document of a company into a world, by its name
    reads       operations that only it calls, by API: reading
    writes      the same: writing; each of them, if it creates an object, may be seen late
    created     the objects that it creates
    allowed     the settings without which it must not create an object, by operation
    findings    what else is wrong in its own registers
    document    its documents; None where it has none that wait in a status
    """

    topic: str
    schema: str
    kinds: Mapping[str, Callable[[Json, Firm, int], None]]
    reads: Mapping[str, Sequence[str]]
    writes: Mapping[str, Sequence[str]]
    created: Mapping[str, Once] = field(default_factory=dict)
    allowed: Mapping[str, str] = field(default_factory=dict)
    findings: Callable[[Evidence, Collection[Case]], Iterator[Finding]] = lambda evidence, found: iter(())
    document: type[Document] | None = None
