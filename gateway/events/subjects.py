"""The registry's subjects: `<topic>-value`, one per topic that other teams read (ADR 33)."""

from __future__ import annotations

from gateway.documents.keys import CHANGE_TOPICS
from gateway.events.catalogue import Topics
from gateway.events.registry import ids


def subjects(prefix: str) -> dict[str, str]:
    """Each subject with the name of its schema. Both outcome topics have the same record, so the same id.

    Commands and the ledger are private: nobody else reads them, so they need no subject.
    """
    topics = Topics(prefix)
    named = {
        **{topics.changes(kind): f"{kind}-changed" for kind in CHANGE_TOPICS},
        topics.results: "outcome",
        topics.errors: "outcome",
    }
    return {f"{topic}-value": name for topic, name in named.items() if name in ids()}
