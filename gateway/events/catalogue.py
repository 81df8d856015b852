"""Every topic of the gateway, with what it is for and how it is kept (O3)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from gateway.documents.keys import CHANGE_TOPICS, Kind

_DAY = 24 * 3600 * 1000
#: Milliseconds for which events are kept: a whole financial year can be replayed.
KEPT = 400 * _DAY
#: Copies of each topic where nothing else is said and the cluster has as many brokers.
COPIES = 3
IN_SYNC = "min.insync.replicas"
MOST_BYTES = "max.message.bytes"
#: Bytes of a record where nothing else is said, and what a batch has beside its record.
LARGEST, BESIDE = 4_000_000, 65_536


@dataclass(frozen=True, slots=True)
class Topics:
    """Names under one prefix."""

    prefix: str

    def changes(self, kind: Kind) -> str:
        """Documents of a kind that need a transfer."""
        return f"{self.prefix}.changes.{CHANGE_TOPICS[kind]}"

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
    """A topic as it should be.

    `replication` 0: as many copies as there are brokers, up to three.
    `config` are the topic's own settings, nothing of the broker's.
    `vital` are those without which what stands there is lost or misread.
    `precious`: fewer copies endanger it.
    """

    name: str
    partitions: int
    replication: int
    purpose: str
    config: dict[str, str] = field(default_factory=dict)
    vital: frozenset[str] = frozenset()
    precious: bool = False

    def config_for(self, copies: int) -> dict[str, str]:
        """Its settings with so many copies: what was acknowledged stands in two of three."""
        return {**self.config, IN_SYNC: "2"} if copies > 2 else dict(self.config)


def catalogue(prefix: str, partitions: int, replication: int, largest: int = LARGEST) -> list[TopicSpec]:
    """All topics. All have the same number of partitions, since partition n of each is one home.

    Changes and outcomes are kept for 400 days. The ledger is compacted, and its records have the broker's own times,
    which number its owners; so have commands, whose times are compared. `largest`: bytes of a record.
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
