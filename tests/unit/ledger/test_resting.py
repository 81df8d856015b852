"""Values at rest: as they were, in little room, whatever they are (Q1)."""

from __future__ import annotations

import sys
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.delivery.record import Made, State, TransferRecord, WriteBack, is_done
from gateway.documents import Revision, Sequence, Target
from gateway.ledger import resting
from gateway.ledger.resting import Packing
from gateway.ledger.values import Values


def done(number: int, head: str = "", **changes: object) -> bytes:
    """The record of a document that is done."""
    content = uuid.uuid4().hex * 2
    record = TransferRecord(
        Revision(1, Sequence(1_764_000_000_000, number), content),
        State.SETTLED,
        1,
        number=number,
        made=Made(
            Target("procountor", "sales-invoice", str(7 * number), "UNFINISHED", str(number), str(number % 1000)),
            content_hash=content,
        ),
        write_back=WriteBack(head_hash=head or uuid.uuid4().hex * 2, done=True),
    )
    return record.replace(**changes).encode()


GUID = "2f8a4e0c-7d1b-4c3a-9e5f-60718293a4b5"

pieces = st.one_of(
    st.sampled_from([b"a" * 64, b"0" * 64, b'"', b",", b".", b"1.5", b"007", b"1e3", b"-2", b"A" * 64, b"f", b"\xff"]),
    st.binary(max_size=5),
    st.integers(0).map(lambda number: b"%d" % number),
    st.text("0123456789abcdef", min_size=60, max_size=66).map(str.encode),
)


@given(st.lists(st.lists(pieces, max_size=12).map(b"".join), max_size=6))
def test_Q1_what_was_packed_is_unpacked_as_it_was(values: list[bytes]) -> None:
    packing = Packing()
    for _ in range(3):  # shapes are learnt by and by
        for value in values:
            packed = packing.pack(value)
            assert packed is None or packing.unpack(packed) == value


def test_Q1_what_was_packed_early_is_unpacked_late() -> None:
    """Shapes change their order, and keep their marks."""
    packing = Packing()
    shapes = [b'{"%c":%%d}' % letter for letter in b"abcdefghij"]
    packed = [(packing.pack(shape % n), shape % n) for n in range(30) for shape in (shapes if n % 2 else shapes[::-1])]
    assert sum(one is None for one, _ in packed) == len(shapes)
    assert all(one is None or packing.unpack(one) == value for one, value in packed)


def test_B7_a_done_document_takes_a_fifth_of_its_record() -> None:
    packing = Packing()
    sizes = [(len(packed), len(value)) for value in map(done, range(100)) if (packed := packing.pack(value))]
    assert len(sizes) == 99  # the first of its shape is not packed
    assert max(small / whole for small, whole in sizes) < 0.2
    assert sys.getsizeof(packing.pack(done(10**6))) < 144


def test_B7_strange_values_displace_no_common_shape(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nor do they fill the memory."""
    monkeypatch.setattr(resting, "STRANGE", 10)
    packing = Packing()
    for number in range(1000):
        assert packing.pack(b'{"cause":"%s"}' % bytes([97 + number % 26]) * (number + 1)) is None
    assert packing.pack(done(1)) is None
    assert packing.pack(done(2)) is not None


@pytest.mark.parametrize("name", [GUID, GUID.upper(), "1", "", "0-0", " " * 36, "-" * 36])
def test_Q1_a_value_is_found_by_its_key_asleep_or_awake(name: str) -> None:
    values, key = Values(is_done), f"acme/sales-invoice/{name}"
    for _ in range(2):
        values.put(f"acme/sales-invoice/{uuid.uuid4()}", done(1))
    for value in (b"open", done(2), b"open again", done(3), None):
        values.put(key, value)
        assert values.get(key) == value
        assert dict(values.items("acme/")).get(key) in (value, None)
        assert len(values) == 2 + (value is not None)


def test_B7_what_rests_is_not_gone_through() -> None:
    values = Values(is_done)
    for number in range(100):
        values.put(f"acme/sales-invoice/{uuid.uuid4()}", done(number))
    values.put("acme/hold", b"{}")
    assert [key for key, _ in values.items() if key == "acme/hold"] == ["acme/hold"]
    assert len(list(values.items())) <= 3
