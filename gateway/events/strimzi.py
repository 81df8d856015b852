"""The gateway's topics and its users' rights as resources of Strimzi, for clusters on Kubernetes (O3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gateway.events.catalogue import COPIES, TopicSpec
from gateway.kafka.rights import On, Right, by_resource

VERSION = "kafka.strimzi.io/v1"
_KINDS = {On.TOPIC: "topic", On.GROUP: "group", On.TRANSACTIONAL_ID: "transactionalId"}
#: A name of a resource, which is the user's name.
_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")


class NotAUser(ValueError):
    """A principal that no KafkaUser stands for."""


def topic_resources(specs: Iterable[TopicSpec], cluster: str) -> Iterator[dict[str, Any]]:
    """A KafkaTopic for each topic."""
    for spec in specs:
        copies = spec.replication or COPIES
        content = {
            "topicName": spec.name,
            "partitions": spec.partitions,
            "replicas": copies,
            "config": spec.config_for(copies),
        }
        yield _resource("KafkaTopic", re.sub(r"[^a-z0-9.-]", "-", spec.name.lower()).strip("-."), cluster, content)


def user_resources(wanted: Mapping[str, Iterable[Right]], cluster: str) -> Iterator[dict[str, Any]]:
    """A KafkaUser for each principal. `User:CN=name` has a certificate, `User:name` a password (SCRAM).

    Raises NotAUser.
    """
    for principal, own in wanted.items():
        name = principal.removeprefix("User:")
        how = "tls" if name.startswith("CN=") else "scram-sha-512"
        name = name.removeprefix("CN=")
        if not _NAME.fullmatch(name):
            raise NotAUser(
                f"'{principal}' can't be a KafkaUser: its name must have small letters, digits, dashes and dots only"
            )
        acls = [
            {
                "resource": {"type": _KINDS[on], "name": resource, "patternType": "literal"},
                "operations": [str(one) for one in operations],
            }
            for (on, resource), operations in by_resource(own).items()
        ]
        content = {"authentication": {"type": how}, "authorization": {"type": "simple", "acls": acls}}
        yield _resource("KafkaUser", name, cluster, content)


def _resource(kind: str, name: str, cluster: str, content: dict[str, Any]) -> dict[str, Any]:
    metadata = {"name": name, "labels": {"strimzi.io/cluster": cluster}}
    return {"apiVersion": VERSION, "kind": kind, "metadata": metadata, "spec": content}
