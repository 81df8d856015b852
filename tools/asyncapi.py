"""`make asyncapi`: writes schemas/asyncapi.yaml, the events for other teams in AsyncAPI 3.0 (O1).

It is made from the topic catalogue, the flows and the Avro schemas.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import yaml

from gateway.events.catalogue import Topics, catalogue
from gateway.events.codec import CONTENT_TYPE
from gateway.events.registry import ids
from gateway.flows.registry import FLOWS
from streams.publishing import OUTCOME

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "schemas" / "asyncapi.yaml"
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
HEAD = (
    "# The events that the gateway publishes for other teams. `make asyncapi` writes this file; a test compares it.\n"
)
PREFIX = "{prefix}"
AVRO = "application/vnd.apache.avro+json;version=1.9.0"
ABOUT = (
    "Change events say what needs a transfer between Severa and Procountor, outcome events how each revision of a "
    "document ended. Read with isolation.level=read_committed. docs/events.md has the rules."
)
_TEXT = {"type": "string"}
HEADERS = {
    "ce_specversion": {"type": "string", "const": "1.0"},
    "ce_id": {
        "type": "string",
        "description": "Identity of the event; an event that was published twice has it twice.",
    },
    "ce_type": {"type": "string", "description": "Type of the event; an outcome's ends with its state."},
    "ce_source": {"type": "string", "description": "/severa/organisation of a change, /gateway/company of an outcome."},
    "ce_subject": {"type": "string", "description": "Key of the document: company/kind/id."},
    "ce_time": {"type": "string", "format": "date-time"},
    "content-type": {"type": "string", "const": CONTENT_TYPE},
    "traceparent": {"type": "string", "description": "W3C trace context: one trace from the poll to the last effect."},
    "tracestate": {"type": "string"},
}
OPTIONAL = ("traceparent", "tracestate")


def document() -> dict[str, Any]:
    """The whole document."""
    topics, messages = Topics(PREFIX), {flow.schema: flow.event for flow in FLOWS} | {OUTCOME: "Outcome"}
    of_topic = {topics.changes(flow.kind): flow.schema for flow in FLOWS}
    of_topic |= {topics.results: OUTCOME, topics.errors: OUTCOME}
    specs = {spec.name: spec for spec in catalogue(PREFIX, 12, 0) if spec.name in of_topic}
    channels = {
        name.removeprefix(f"{PREFIX}."): {
            "address": name,
            "description": f"{spec.purpose[0].upper()}{spec.purpose[1:]}.",
            "parameters": {"prefix": {"$ref": "#/components/parameters/prefix"}},
            "messages": {of_topic[name]: {"$ref": f"#/components/messages/{of_topic[name]}"}},
            "bindings": {"kafka": {"topicConfiguration": _configuration(spec.config), "bindingVersion": "0.5.0"}},
        }
        for name, spec in specs.items()
    }
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Severa to Procountor gateway", "version": VERSION, "description": ABOUT},
        "defaultContentType": CONTENT_TYPE,
        "channels": channels,
        "operations": {
            f"publish.{name}": {"action": "send", "channel": {"$ref": f"#/channels/{name}"}} for name in channels
        },
        "components": {
            "parameters": {
                "prefix": {"description": "`kafka.prefix` of the gateway's settings.", "default": "gateway"}
            },
            "messages": {schema: _message(schema, event) for schema, event in messages.items()},
        },
    }


def _message(schema: str, event: str) -> dict[str, Any]:
    """A message by its schema's newest version."""
    file = ids()[schema][-1]["file"]
    return {
        "name": event,
        "contentType": CONTENT_TYPE,
        "headers": {
            "type": "object",
            "properties": HEADERS,
            "required": [name for name in HEADERS if name not in OPTIONAL],
        },
        "payload": {"schemaFormat": AVRO, "schema": {"$ref": f"./{file}"}},
        "bindings": {
            "kafka": {
                "key": {"type": "string", "description": "Key of the document: company/kind/id."},
                "schemaIdLocation": "payload",
                "schemaIdPayloadEncoding": "confluent",
                "schemaLookupStrategy": "TopicNameStrategy",
                "bindingVersion": "0.5.0",
            }
        },
    }


def _configuration(config: dict[str, str]) -> dict[str, Any]:
    """What the Kafka binding has of a topic's settings."""
    return {
        "cleanup.policy": [config["cleanup.policy"]],
        "retention.ms": int(config["retention.ms"]),
        "max.message.bytes": int(config["max.message.bytes"]),
    }


def page() -> str:
    """The file."""
    return HEAD + yaml.safe_dump(document(), sort_keys=False, width=110, allow_unicode=True)


if __name__ == "__main__":
    PAGE.write_text(page())
    print(f"{PAGE.name} written")
