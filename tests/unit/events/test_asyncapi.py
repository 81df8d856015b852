"""O1: schemas/asyncapi.yaml is valid AsyncAPI 3.0, and in step with topics, schemas and headers.

`asyncapi-3.0.0.json.gz` is the specification's JSON schema, without ids (package @asyncapi/specs 6.11.1, Apache-2.0).
"""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from gateway.events.catalogue import Topics
from gateway.events.codec import headers_for
from gateway.events.subjects import subjects
from tools.asyncapi import PAGE, page

SPECIFICATION = json.loads(gzip.decompress((Path(__file__).parent / "asyncapi-3.0.0.json.gz").read_bytes()))
DOCUMENT: dict[str, Any] = yaml.safe_load(PAGE.read_text())


def test_O1_asyncapi_is_as_the_code_says() -> None:
    """`make asyncapi` writes it."""
    assert PAGE.read_text() == page()


def test_O1_asyncapi_is_valid() -> None:
    validator = jsonschema_rs.validator_for(SPECIFICATION)
    assert [error.message for error in validator.iter_errors(DOCUMENT)] == []
    assert not validator.is_valid({**DOCUMENT, "operations": {"publish": {"action": "shout"}}})


def test_O1_asyncapi_has_each_topic_that_has_a_subject() -> None:
    addresses = {one["address"].replace("{prefix}", "p") for one in DOCUMENT["channels"].values()}
    assert {f"{address}-value" for address in addresses} == set(subjects("p"))
    assert Topics("p").ledger not in addresses


@pytest.mark.parametrize("name", DOCUMENT["components"]["messages"])
def test_O1_asyncapi_names_a_schema_that_is_there(name: str) -> None:
    message = DOCUMENT["components"]["messages"][name]
    schema = json.loads((PAGE.parent / message["payload"]["schema"]["$ref"]).read_text())
    assert schema["type"] == "record"


@pytest.mark.parametrize("name", DOCUMENT["components"]["messages"])
def test_O1_asyncapi_describes_the_headers_of_a_record(name: str) -> None:
    about = DOCUMENT["components"]["messages"][name]["headers"]
    now = datetime(2026, 11, 28, tzinfo=UTC)
    trace = {"traceparent": "00-" + "1" * 32 + "-" + "2" * 16 + "-01", "tracestate": ""}
    headers = headers_for(type_="t", source="s", subject="k", id_="i", time=now, trace=trace)
    assert {header for header, _ in headers} == set(about["properties"])
    assert jsonschema_rs.is_valid(about, {header: value.decode() for header, value in headers})
    assert not jsonschema_rs.is_valid(about, {})
