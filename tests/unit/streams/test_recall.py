"""What a home that was just taken knows to be unfinished; and what of it another version wrote (Q1, Q4)."""

from __future__ import annotations

import asyncio

import pytest

from gateway.delivery.record import Refusal, State, TransferRecord, WriteBack
from gateway.documents import Revision, Sequence
from gateway.ledger.committer import Line
from gateway.ledger.records import INTENT
from streams import recall as recalling
from streams.recall import recall
from tests.memory_home import CONFIG, MemoryHome, MemoryLedger
from tests.unit.one_company import a_context


def a_home(values: dict[str, bytes]) -> MemoryHome:
    home = MemoryLedger().take()
    for key, value in values.items():
        home.put(key, value)
    return home


def a_record(state: State, refused_at: float = 0.0, written_back: bool = False) -> bytes:
    revision = Revision(1, Sequence(1, 1), "c")
    return TransferRecord(
        revision, state, 1, refusal=Refusal(at=refused_at), write_back=WriteBack(done=written_back)
    ).encode()


async def test_Q1_one_pass_finds_what_is_unfinished_in_each_company() -> None:
    contexts = {"acme": a_context(), "bolt": a_context(), "cirrus": a_context()}
    values = {
        "acme/sales-invoice/1": a_record(State.OPEN),
        "acme/sales-invoice/2": a_record(State.SETTLED, written_back=True),
        "bolt/sales-invoice/3": a_record(State.SETTLED),
        "bolt/sales-invoice/4": a_record(State.REFUSED, 90.0),
        "acme/sales-invoice/5": a_record(State.REFUSED, 80.0),
        "acme/second-look/1": b'{"key":"acme/sales-invoice/1","due":7.5,"sent":[]}',
        "acme/echo": b"proved",
        "strange/sales-invoice/9": b"another's",
    }
    assert await recall(contexts, a_home(values)) == {"nordic": 80.0}
    assert contexts["acme"].unexplained == {"acme/sales-invoice/1"}
    assert contexts["bolt"].unwritten == {"bolt/sales-invoice/3"}
    assert contexts["acme"].second_looks == {"acme/sales-invoice/1": 7.5}
    assert not any(context.unreadable for context in contexts.values())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("acme/sales-invoice/1", a_record(State.OPEN).replace(b"open", b"parked")),
        ("acme/sales-invoice/1", b"{}"),
        ("acme/second-look/1", b"[]"),
    ],
)
async def test_Q4_unreadable_record_concerns_its_company_alone(key: str, value: bytes) -> None:
    contexts = {"acme": a_context(), "bolt": a_context()}
    await recall(contexts, a_home({key: value, "bolt/sales-invoice/3": a_record(State.OPEN)}))
    assert list(contexts["acme"].unreadable) == [key]
    assert contexts["bolt"].unexplained == {"bolt/sales-invoice/3"}
    assert not contexts["bolt"].unreadable


async def test_Q4_an_intent_that_cannot_be_read_holds_its_company() -> None:
    contexts, ledger = {"acme": a_context()}, MemoryLedger()
    for key in ("acme/sales-invoice/1", "gone/x/1"):
        ledger.append(0, Line(CONFIG.ledger_topic, f"{INTENT}{key}".encode(), b"[]"))
    await recall(contexts, ledger.take())
    assert list(contexts["acme"].unreadable) == ["acme/sales-invoice/1"]


async def test_B7_the_loop_has_turns_while_a_ledger_is_recalled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recalling, "TURN", 10)
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(others())
    await recall({"acme": a_context()}, a_home({f"acme/x/{n}": b"" for n in range(100)}))
    task.cancel()
    assert turns >= 10
