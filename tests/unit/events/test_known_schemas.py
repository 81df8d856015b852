"""The ids of a registry: known ones need no registry, unknown ones wait for it (O1, Q5)."""

from __future__ import annotations

import asyncio
import copy
import struct
from typing import Any

import httpx
import pytest

from gateway.documents import Outcome
from gateway.errors import Poison
from gateway.events.codec import Codec
from gateway.events.known_schemas import KnownSchemas, NotRegistered
from gateway.events.registration import apply, plan
from gateway.events.registry import FILE_IDS, FileRegistry, source
from gateway.events.subjects import subjects
from gateway.events.unread import reading_with
from gateway.flows.registry import FLOWS
from streams.runtime.dispatcher import Dispatcher
from streams.runtime.guard import Guard
from streams.runtime.handler import Handler, Record
from streams.runtime.offsets import OffsetTracker
from tests.unit.events.fake_registry import PREFIX, FakeRegistry
from tests.unit.events.test_codec import KEY, an_outcome

RESULTS = f"{PREFIX}.outcomes.results-value"


async def filled() -> FakeRegistry:
    registry = FakeRegistry()
    await apply(registry.client(), PREFIX, await plan(registry.client(), PREFIX), done=lambda line: None)
    return registry


def newer() -> Any:
    """The outcome of a next version."""
    schema = copy.deepcopy(source("outcome"))
    schema["fields"].append({"name": "new", "type": "string", "default": "", "doc": "of the next version"})
    return schema


def with_id(value: bytes, schema_id: int) -> bytes:
    return struct.pack(">bI", 0, schema_id) + value[5:]


def away(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused")


def test_O1_each_flow_and_outcome_topic_has_its_subject() -> None:
    """A flow whose events have no subject would write with the file's id."""
    assert {flow.schema for flow in FLOWS} <= set(subjects(PREFIX).values())
    assert subjects(PREFIX)[RESULTS] == subjects(PREFIX)[f"{PREFIX}.outcomes.errors-value"] == "outcome"


async def test_O1_records_have_the_registrys_ids() -> None:
    registry = await filled()
    known = registry.known()
    await known.open()
    value = Codec(known).encode("outcome", an_outcome())
    assert struct.unpack(">bI", value[:5]) == (0, registry.subjects[RESULTS][0])
    assert Codec(known).decode("outcome", Outcome, value, "t") == an_outcome()


async def test_O1_known_ids_need_no_registry() -> None:
    registry = await filled()
    known = registry.known()
    await known.open()
    registry.down, codec = away, Codec(known)
    assert codec.decode("outcome", Outcome, codec.encode("outcome", an_outcome()), "t") == an_outcome()


async def test_O1_records_with_the_files_ids_stay_readable() -> None:
    """They are from before the registry was set, or commands; no registry has such ids."""
    known = (await filled()).known()
    await known.open()
    value = Codec(FileRegistry()).encode("outcome", an_outcome())
    assert struct.unpack(">bI", value[:5])[1] > FILE_IDS
    assert known.missing(value) is None
    assert Codec(known).decode("outcome", Outcome, value, "t") == an_outcome()


async def test_O1_no_worker_starts_with_an_unregistered_schema() -> None:
    with pytest.raises(NotRegistered, match="gateway schemas apply"):
        await FakeRegistry().known().open()


async def test_O1_a_start_waits_for_the_registry() -> None:
    registry, waits = await filled(), list[float]()
    registry.down = away

    async def pause(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 7:
            registry.down = None

    await registry.known(pause).open()
    assert waits == [1, 2, 4, 8, 16, 30, 30]


class Reading:
    """A guard with one handler of outcomes, over a registry."""

    def __init__(self, known: KnownSchemas) -> None:
        self.handled, self.taken, self.buried = list[int](), list[str](), list[str]()
        codec = Codec(known)
        self.dispatcher = Dispatcher()
        handler: Handler[Outcome] = Handler(
            topic="t",
            name="n",
            decode=lambda record: codec.decode("outcome", Outcome, record.value, record.topic),
            document=lambda event: str(event.key),
            company=lambda event: event.key.company,
            handle=self._handle,
            taken=lambda event, home: self.taken.append(event.state),
        )
        self.handler: Handler[Outcome] = reading_with(handler, known)
        homes: Any = self
        self.guard = Guard(OffsetTracker(), self.dispatcher, homes, self._bury)

    async def opened(self, number: int, still_ours: Any) -> Any:
        return self

    def home(self, number: int) -> Any:
        return self

    async def commit(self, *, publish: list[Any]) -> None: ...

    async def _handle(self, event: Outcome, record: Record, home: Any) -> None:
        assert isinstance(event, Outcome)
        self.handled.append(record.offset)

    def _bury(self, record: Record, reason: str, detail: str) -> Any:
        self.buried.append(reason)

    async def take(self, offset: int, value: bytes, key: str = str(KEY)) -> None:
        record = Record("t", 0, offset, key.encode(), value, {}, 0)
        self.guard.tracker.taken(record)
        await self.guard.take(self.handler, record, lambda: True)


async def test_Q5_an_unknown_id_waits_in_its_place() -> None:
    """Its document's next event waits behind it; those of other documents go on; nothing is a dead letter."""
    registry, asked, back = await filled(), asyncio.Event(), asyncio.Event()

    async def pause(seconds: float) -> None:
        asked.set()
        await back.wait()

    known = registry.known(pause)
    await known.open()
    new, old = registry.add(RESULTS, newer()), Codec(known).encode("outcome", an_outcome())
    registry.down, reading = away, Reading(known)
    # a record of the next version: the field that it appended is an empty text, one byte
    await reading.take(1, with_id(old, new) + b"\x00")
    await reading.take(2, old)
    await reading.take(3, Codec(known).encode("outcome", _of_another()), f"{KEY}-other")
    await asked.wait()
    assert (reading.handled, reading.buried) == ([3], [])
    registry.down = None
    back.set()
    while reading.dispatcher.running():
        await reading.dispatcher.ended(0, 5)
    assert (reading.handled, reading.buried, len(reading.taken)) == ([3, 1, 2], [], 3)
    assert registry.calls.count(f"GET schemas/ids/{new}") == 2


def _of_another() -> Outcome:
    from dataclasses import replace

    return replace(an_outcome(), key=replace(KEY, id=f"{KEY.id}-other"))


@pytest.mark.parametrize("schema", [None, {"type": "record", "name": "Foreign", "fields": []}, {"type": "int"}])
async def test_Q5_an_id_that_is_not_ours_is_a_dead_letter(schema: Any) -> None:
    """The registry says so: it has another schema there, or none. It is asked once."""
    registry = await filled()
    known = registry.known()
    await known.open()
    foreign = 999 if schema is None else registry.add("foreign-value", schema)
    reading = Reading(known)
    for offset in (1, 2):
        await reading.take(offset, with_id(b"\x00" * 9, foreign))
    while reading.dispatcher.running():
        await reading.dispatcher.ended(0, 5)
    assert (reading.handled, len(reading.buried)) == ([], 2)
    assert registry.calls.count(f"GET schemas/ids/{foreign}") == 1


async def test_Q5_an_unknown_id_under_a_foreign_key_is_poison() -> None:
    """Nobody could say which events it may not overtake."""
    known = (await filled()).known()
    await known.open()
    reading = Reading(known)
    with pytest.raises(Poison, match="names no document"):
        reading.handler.decode(Record("t", 0, 1, b"k", with_id(b"\x00" * 9, 999), {}, 0))
