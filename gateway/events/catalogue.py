"""Every topic of the gateway, with what it is for and how it is kept (SPEC O3)."""

from __future__ import annotations

from dataclasses import dataclass, field

_DAY = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Topics:
    """Names under one prefix."""

    prefix: str

    @property
    def changes_sales_invoices(self) -> str:
        """What needs a transfer."""
        return f"{self.prefix}.changes.sales-invoices"

    @property
    def commands(self) -> str:
        """What operators ask for."""
        return f"{self.prefix}.commands"

    @property
    def ledger(self) -> str:
        """Private: what the gateway knows of each document."""
        return f"{self.prefix}.ledger"

    @property
    def results(self) -> str:
        """Outcomes that are no errors."""
        return f"{self.prefix}.outcomes.results"

    @property
    def errors(self) -> str:
        """Outcomes that are errors."""
        return f"{self.prefix}.outcomes.errors"

    @property
    def dead_letters(self) -> str:
        """Records that can't be read, as they came."""
        return f"{self.prefix}.dead-letters"


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """A topic as it should be. `config` are the topic's own settings, nothing of the broker's."""

    name: str
    partitions: int
    replication: int
    purpose: str
    config: dict[str, str] = field(default_factory=dict)


def catalogue(prefix: str, partitions: int, replication: int) -> list[TopicSpec]:
    """All topics. All have the same number of partitions, since partition n of each is one home.

    Changes and outcomes are kept for 400 days, so that a whole financial year can be replayed; the ledger is compacted,
    with the broker's own times, which number its owners.
    """
    topics = Topics(prefix)
    safe = {"min.insync.replicas": "2"} if replication > 2 else {}
    kept = {"cleanup.policy": "delete", "retention.ms": str(400 * _DAY), **safe}
    ledger = {
        "cleanup.policy": "compact",
        "message.timestamp.type": "LogAppendTime",
        "segment.ms": str(_DAY),
        "delete.retention.ms": str(7 * _DAY),
        **safe,
    }

    def spec(name: str, purpose: str, config: dict[str, str]) -> TopicSpec:
        return TopicSpec(name, partitions, replication, purpose, config)

    return [
        spec(topics.changes_sales_invoices, "sales invoices that need a transfer; replay it to re-drive them", kept),
        spec(topics.commands, "what operators ask for", kept),
        spec(topics.ledger, "private: what is known of each document; never read, edit or trim it", ledger),
        spec(topics.results, "outcomes: created, adopted, unchanged, superseded, withdrawn", kept),
        spec(topics.errors, "outcomes: refused, with the reason", kept),
        spec(topics.dead_letters, "records that can't be read, byte for byte", kept),
    ]
