"""Every topic of the gateway, its purpose and its settings (O3)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from gateway.documents.keys import CHANGE_TOPICS, Kind

_DAY = 24 * 3600 * 1000
#: How long events are kept, in milliseconds: a whole financial year can be replayed.
KEPT = 400 * _DAY
#: The default number of copies of each topic, if the cluster has as many brokers.
COPIES = 3
IN_SYNC = "min.insync.replicas"
MOST_BYTES = "max.message.bytes"
#: The default size limit of a record, and the overhead of a batch, in bytes.
LARGEST, BESIDE = 4_000_000, 65_536


@dataclass(frozen=True, slots=True)
class Topics:
    """The names of topics with one prefix."""

    prefix: str

    def changes(self, kind: Kind) -> str:
        """Documents of a kind that need a transfer."""
        return f"{self.prefix}.changes.{CHANGE_TOPICS[kind]}"

    @property
    def commands(self) -> str:
        """Operators' commands."""
        return f"{self.prefix}.commands"

    @property
    def ledger(self) -> str:
        """Private: the ledger's records."""
        return f"{self.prefix}.ledger"

    @property
    def results(self) -> str:
        """Outcomes that are not errors."""
        return f"{self.prefix}.outcomes.results"

    @property
    def errors(self) -> str:
        """Outcomes that are errors."""
        return f"{self.prefix}.outcomes.errors"

    @property
    def dead_letters(self) -> str:
        """Records that can't be handled, as they were read."""
        return f"{self.prefix}.dead-letters"


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """A topic as it should be."""

    name: str
    partitions: int
    #: 0: as many copies as brokers, at most three.
    replication: int
    purpose: str
    #: The topic's own settings, none of the broker's.
    config: dict[str, str] = field(default_factory=dict)
    #: Settings without which records are lost or misread.
    vital: frozenset[str] = frozenset()
    #: Fewer copies endanger it.
    precious: bool = False

    def config_for(self, copies: int) -> dict[str, str]:
        """Its settings with so many copies: acknowledged records are in two of three."""
        return {**self.config, IN_SYNC: "2"} if copies > 2 else dict(self.config)


def catalogue(prefix: str, partitions: int, replication: int, largest: int = LARGEST) -> list[TopicSpec]:
    """All topics. They have the same number of partitions, since partition n of each topic is one home.

    Changes and outcomes are kept for 400 days. The ledger is compacted, and its records have the broker's timestamps,
    by which owners are ordered; so do commands, whose times are compared. `largest`: bytes of a record.
    """
    topics = Topics(prefix)
    by_broker = {"message.timestamp.type": "LogAppendTime"}
    kept = {"cleanup.policy": "delete", "retention.ms": str(KEPT)}
    ledger = {
        "cleanup.policy": "compact",
        **by_broker,
        "segment.ms": str(_DAY),
        "delete.retention.ms": str(7 * _DAY),
        "unclean.leader.election.enable": "false",
    }
    vital = frozenset({"cleanup.policy", "message.timestamp.type", "unclean.leader.election.enable", IN_SYNC})

    def spec(name: str, purpose: str, config: dict[str, str]) -> TopicSpec:
        return TopicSpec(name, partitions, replication, purpose, {**config, MOST_BYTES: str(largest + BESIDE)})

    return [
        *(
            spec(
                topics.changes(kind), f"{name.replace('-', ' ')} that need a transfer; replay it to re-drive them", kept
            )
            for kind, name in CHANGE_TOPICS.items()
        ),
        replace(
            spec(topics.commands, "what operators ask for", {**kept, **by_broker}),
            vital=frozenset(by_broker),
        ),
        replace(
            spec(topics.ledger, "private: what is known of each document; never read, edit or trim it", ledger),
            vital=vital,
            precious=True,
        ),
        spec(topics.results, "outcomes: created, adopted, unchanged, superseded, withdrawn", kept),
        spec(topics.errors, "outcomes: refused, with the reason", kept),
        spec(topics.dead_letters, "records that can't be read, byte for byte", kept),
    ]
