"""A document that needs a transfer, as on the change topic of its kind."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from gateway.documents import DocumentKey, Revision

D = TypeVar("D")


class Origin(StrEnum):
    """What asked for the transfer."""

    POLL = "poll"
    SWEEP = "sweep"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Changed(Generic[D]):
    """A document that needs a transfer: the whole business snapshot (decision 16), one event per revision."""

    organisation: str
    key: DocumentKey
    revision: Revision
    origin: Origin
    document: D
