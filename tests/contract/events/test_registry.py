"""The gateway's schemas in a real registry, Apicurio, and a reader that knows only the registry (O1)."""

from __future__ import annotations

import copy
import os
import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.cli import app
from gateway.cli import schemas as _commands  # noqa: F401 - adds its commands
from gateway.events.codec import Codec
from gateway.events.known_schemas import KnownSchemas
from gateway.events.registration import apply, plan
from gateway.events.registry import source
from gateway.events.registry_client import FULL_TRANSITIVE, RegistryClient, RegistryRefused
from gateway.events.subjects import subjects
from gateway.settings.kafka import SchemaRegistry
from tests.apicurio import Apicurio
from tests.contract.events import confluent_reader
from tests.unit.events.test_codec import an_outcome

#: One registry for all of them: its start is slow where other tests run beside it.
pytestmark = [pytest.mark.timeout(400), pytest.mark.xdist_group("registry")]
ROOT = Path(__file__).parents[3]
#: Those that the example's settings name.
SECRETS = {name: name for name in re.findall(r"\$\{(\w+)\}", (ROOT / "examples/gateway.yaml").read_text())}


@pytest.fixture(scope="module")
def apicurio() -> Iterator[Apicurio]:
    registry = Apicurio().start()
    yield registry
    registry.stop()


def client_of(apicurio: Apicurio) -> RegistryClient:
    return RegistryClient(SchemaRegistry(url=apicurio.url))


def a_prefix() -> str:
    return f"t{uuid.uuid4().hex[:8]}"


async def test_O1_a_foreign_reader_reads_an_outcome(apicurio: Apicurio) -> None:
    """It has the record's bytes and the registry's address, and nothing of ours."""
    prefix, client = a_prefix(), client_of(apicurio)
    await apply(client, prefix, await plan(client, prefix), done=lambda line: None)
    assert await plan(client, prefix) == []
    known = KnownSchemas(client, prefix)
    await known.open()
    outcome = an_outcome()
    record = confluent_reader.read(apicurio.url, Codec(known).encode("outcome", outcome))
    assert (record["key"]["id"], record["state"], record["at"]) == (outcome.key.id, "refused", outcome.at)
    assert record["error"]["code"] == "CODE"


async def test_O1_an_incompatible_schema_is_refused(apicurio: Apicurio) -> None:
    """By the registry itself, once the subject is FULL_TRANSITIVE; an unknown id is known to be unknown."""
    prefix, client = a_prefix(), client_of(apicurio)
    subject = next(iter(subjects(prefix)))
    await apply(client, prefix, await plan(client, prefix), done=lambda line: None)
    assert await client.compatibility(subject) == FULL_TRANSITIVE
    wrong = copy.deepcopy(source("sales-invoice-changed"))
    wrong["fields"].append({"name": "new", "type": "string"})
    assert not await client.is_compatible(subject, wrong)
    with pytest.raises(RegistryRefused):
        await client.register(subject, wrong)
    assert [one.number for one in await client.versions(subject)] == [1]
    assert await client.schema(999_999) is None


def test_O1_the_commands_plan_and_apply(apicurio: Apicurio, tmp_path: Path) -> None:
    """Exit codes and words as those of the topics."""
    settings, prefix = tmp_path / "gateway.yaml", a_prefix()
    text = (ROOT / "examples/gateway.yaml").read_text().replace("severa-procountor", prefix)
    settings.write_text(text.replace("replication: 0", f"replication: 0\n  registry: {{url: '{apicurio.url}'}}"))

    def ran(command: str) -> tuple[int, list[str]]:
        found = CliRunner().invoke(
            app, ["schemas", command, "--settings", str(settings)], env={**os.environ, **SECRETS}
        )
        return found.exit_code, (found.stdout or found.stderr).splitlines()

    code, would = ran("plan")
    assert (code, len(would)) == (0, 2 * len(subjects(prefix)))
    assert would[1].startswith(
        f"would create   {prefix}.changes.sales-invoices-value: sales-invoice-changed - -> version 1"
    )
    assert [ran("apply")[0], *ran("apply")] == [0, 0, ["Nothing to do: the registry has this version's schemas."]]
    settings.write_text(text.replace("replication: 0", "replication: 0\n  registry: {url: 'http://127.0.0.1:9'}"))
    code, said = ran("plan")
    assert code == 1 and "doesn't answer" in said[0] and "kafka.registry.url" in said[1]
    settings.write_text(text)
    assert ran("apply")[0] == 2
