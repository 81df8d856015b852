"""Records of the ledger across versions (Q1): what another version added is dropped, what it changed is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from gateway.delivery.attempt import IntentPayload
from gateway.delivery.commands import _KEPT as COMMANDS
from gateway.delivery.holds import _HOLDS as HOLDS
from gateway.delivery.holds import Hold, Stage
from gateway.delivery.recheck import _LOOKS as LOOKS
from gateway.delivery.record import Made, Question, State, TransferRecord, WriteBack
from gateway.documents import Revision, Sequence, Target, Truncation, TruncationKind
from gateway.ledger import Codec, Intent, Unreadable
from gateway.ledger.horizon import _HORIZONS as HORIZONS
from gateway.notify.last_mail import _KEPT as TOLD
from gateway.notify.last_mail import last_mail

REVISION = Revision(2, Sequence(5, 6), "c" * 64)
RECORD = TransferRecord(
    REVISION,
    State.SETTLED,
    1,
    number=7,
    question=Question("C", 1),
    beside=(4,),
    made=Made(Target("procountor", "sales-invoice", "1", "UNFINISHED", "3", "2")),
    write_back=WriteBack(moved_at=Sequence(5, 7)),
)
NOTE = IntentPayload(REVISION, 3, (Truncation("field", TruncationKind.CUT, 9, 5),), ("note",), "h", 7, 1)


SHAPES: dict[str, tuple[Any, Callable[[bytes, str], Any]]] = {
    "record": (RECORD, Codec(TransferRecord).decode),
    "note": (NOTE, IntentPayload.decode),
    "hold": (Hold("C", "c", "m", "2026", 15.0, 0.5, Stage.POLL), HOLDS.decode),
    "told": (TOLD.decode(b'{"cause":"c","order":[0,2,3,4]}', "k"), TOLD.decode),
    "look": (LOOKS.decode(b'{"key":"k","due":1.5,"sent":[7]}', "k"), LOOKS.decode),
    "command": (
        COMMANDS.decode(
            b'{"organisation":"n","kind":"retry","key":{"company":"a","kind":"sales-invoice","id":"g"},"at":"2026-01-01T00:00:00+00:00","by":"me"}',
            "k",
        ),
        COMMANDS.decode,
    ),
    "horizon": (HORIZONS.decode(b'{"at":"2026-01-01T00:00:00+00:00","organisation":"n"}', "k"), HORIZONS.decode),
}


def with_more(tree: Any) -> Any:
    """Every object of it has a field that this version doesn't know."""
    if isinstance(tree, dict):
        return {**{name: with_more(value) for name, value in tree.items()}, "of_the_next_version": {"x": [1]}}
    return [with_more(one) for one in tree] if isinstance(tree, list) else tree


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_Q1_a_field_of_another_version_is_dropped_at_any_depth(name: str) -> None:
    shape, decode = SHAPES[name]
    assert decode(orjson.dumps(shape), "k") == shape
    assert decode(orjson.dumps(with_more(orjson.loads(orjson.dumps(shape)))), "k") == shape


def test_Q1_an_intent_of_another_version_is_read() -> None:
    intent = Intent("k", b"\xff\x00", "nordic", 7, 2)
    assert Intent.decode("k", orjson.dumps({**orjson.loads(intent.encode()), "of_the_next_version": 1})) == intent


def test_Q1_an_intent_whose_payload_is_not_bytes_is_unreadable() -> None:
    """Found by fuzzing: it ended the opening of the home."""
    kept = orjson.loads(Intent("k", b"", "nordic", 7, 2).encode())
    with pytest.raises(Unreadable):
        Intent.decode("acme-fi/k", orjson.dumps({**kept, "payload": "漢"}))


@pytest.mark.parametrize("name", sorted(SHAPES))
@pytest.mark.parametrize("value", [b"", b"\xff\x00", b"[]", b"{}", b"null", b'{"revision":{"number":"two"}}'])
def test_Q1_unreadable_record_is_reported_by_its_key(name: str, value: bytes) -> None:
    """Without its content."""
    with pytest.raises(Unreadable) as told:
        SHAPES[name][1](value, "acme-fi/x/y")
    assert told.value.company == "acme-fi"
    assert "acme-fi/x/y" in told.value.message
    assert "two" not in told.value.detail


@pytest.mark.parametrize(
    "changed", [{"state": "parked"}, {"number": "A-7"}, {"made": {"target": {"id": 7, "status": "U"}}}]
)
def test_Q1_unknown_state_or_type_is_unreadable(changed: dict[str, Any]) -> None:
    tree = orjson.loads(RECORD.encode())
    with pytest.raises(Unreadable):
        TransferRecord.decode(orjson.dumps({**tree, **changed}), "k")


def test_Q3_unreadable_last_mail_is_mailed_again() -> None:
    for value in (b'{"cause":7}', b'{"cause":"c","order":[1]}'):
        assert last_mail({"k": value}, "k") is None  # type: ignore[arg-type]


def test_Q1_older_record_has_defaults_for_new_fields() -> None:
    tree = orjson.loads(TransferRecord(REVISION, State.REFUSED, 1).encode())
    for name in ("question", "beside", "write_back", "refusal"):
        del tree[name]
    assert TransferRecord.decode(orjson.dumps(tree)) == TransferRecord(REVISION, State.REFUSED, 1)
