"""Avro with Confluent framing: what goes in comes out, and what can't be read is reported so (O1, Q5)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from fastavro import parse_schema, schemaless_reader, schemaless_writer
from fastavro.schema import fingerprint, to_parsing_canonical_form
from hypothesis import given
from hypothesis import strategies as st

from gateway.delivery.change import Changed, Origin
from gateway.documents import (
    Command,
    CommandKind,
    DocumentKey,
    ErrorInfo,
    FurtherError,
    Kind,
    Money,
    Outcome,
    OutcomeState,
    Revision,
    SalesInvoice,
    Sequence,
    Subject,
    Target,
    Truncation,
    TruncationKind,
)
from gateway.documents.hashing import content_hash, head_hash
from gateway.errors import Poison
from gateway.events.codec import Codec, headers_for
from gateway.events.registry import FileRegistry, ids, read
from gateway.events.shapes import to_record
from tests.unit.allocations import an_allocation
from tests.unit.invoices import a_row, an_invoice
from tests.unit.items import an_item
from tests.unit.reimbursements import a_reimbursement
from tests.unit.users import a_user

CODEC = Codec(FileRegistry())
NOW = datetime(2026, 3, 2, tzinfo=UTC)
KEY = DocumentKey("acme-fi", Kind.SALES_INVOICE, "8f0e")
REVISION = Revision(2, Sequence(1_795_000_000_000, 7), "abc")


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=8, min_value=-(10**9), max_value=10**9),
    st.text(max_size=20),
)
def test_O1_a_change_comes_back_with_the_same_content(amount: Decimal, text: str) -> None:
    invoice = an_invoice(notes=text, rows=(a_row(quantity=amount, unit_price=Money(amount, "EUR")),))
    invoice = replace(invoice, total_excluding_tax=Money(amount, "EUR"))
    change = Changed("nordic", KEY, REVISION, Origin.POLL, invoice)
    back = CODEC.decode(
        "sales-invoice-changed", Changed[SalesInvoice], CODEC.encode("sales-invoice-changed", change), "t"
    )
    assert back == change
    assert content_hash(back.document) == content_hash(invoice)
    assert head_hash(back.document) == head_hash(invoice)


def an_outcome() -> Outcome:
    return Outcome(
        key=KEY,
        organisation="nordic",
        revision=REVISION,
        attempt=1,
        state=OutcomeState.REFUSED,
        subject=Subject("1001", "Asiakas Oy"),
        at=NOW,
        truncations=(Truncation("street", TruncationKind.CUT, 90, 80, kept="a" * 80),),
        notes=("a note",),
        target=Target("procountor", "sales-invoice", "1", "UNFINISHED", "3", "2"),
        error=ErrorInfo("CODE", "permanent", "m", "r", "finance", "d", "c", (FurtherError("X", "m", "r", "operator"),)),
    )


def test_O1_an_outcome_comes_back() -> None:
    assert CODEC.decode("outcome", Outcome, CODEC.encode("outcome", an_outcome()), "t") == an_outcome()


@pytest.mark.parametrize("damage", [None, b"", b"\x00\x00", b"\x01\x00\x00\x00\x02abc", b"\x00\x00\x00\x00\x63abc"])
def test_Q5_what_has_no_known_frame_is_poison(damage: bytes | None) -> None:
    with pytest.raises(Poison):
        CODEC.decode("outcome", Outcome, damage, "t")


@given(st.binary(max_size=200))
def test_Q5_no_bytes_make_anything_but_poison_or_a_document(body: bytes) -> None:
    try:
        CODEC.decode("outcome", Outcome, CODEC.encode("outcome", an_outcome())[:5] + body, "t")
    except Poison:
        return


def test_Q5_an_event_of_another_kind_is_poison() -> None:
    change = Changed("nordic", KEY, REVISION, Origin.POLL, an_invoice())
    with pytest.raises(Poison):
        CODEC.decode("outcome", Outcome, CODEC.encode("sales-invoice-changed", change), "t")


def test_O1_a_schema_is_never_edited_without_a_new_version() -> None:
    for versions in ids().values():
        for version in versions:
            schema: Any = parse_schema(read(version["file"]))
            assert fingerprint(to_parsing_canonical_form(schema), "SHA-256") == version["fingerprint"], version


@pytest.mark.parametrize("name", ids())
def test_O1_all_versions_of_a_schema_read_each_other(name: str) -> None:
    """Full and transitive: a record of any version is one to readers of any other."""
    samples = {
        "outcome": an_outcome(),
        "sales-invoice-changed": Changed("nordic", KEY, REVISION, Origin.POLL, an_invoice()),
        "travel-reimbursement-changed": Changed("nordic", KEY, REVISION, Origin.POLL, a_reimbursement()),
        "cost-allocation-changed": Changed("nordic", KEY, REVISION, Origin.POLL, an_allocation()),
        "user-changed": Changed("nordic", KEY, REVISION, Origin.POLL, a_user()),
        "dimension-item-changed": Changed("nordic", KEY, REVISION, Origin.POLL, an_item()),
        "operator-command": Command("nordic", CommandKind.RETRY, KEY, NOW, "someone"),
    }
    versions: list[Any] = [parse_schema(read(one["file"])) for one in ids()[name]]
    for written in versions:
        out = BytesIO()
        schemaless_writer(out, written, to_record(samples[name]))
        for wanted in versions:
            assert schemaless_reader(BytesIO(out.getvalue()), written, wanted)


@pytest.mark.parametrize("name", sorted(ids()))
def test_O1_states_and_kinds_are_strings(name: str) -> None:
    """A reader that was compiled with an Avro enum can't read a word that is new to it."""
    assert all('"enum"' not in json.dumps(read(version["file"])) for version in ids()[name])


def test_O1_every_field_is_explained() -> None:
    def fields(node: Any) -> list[dict[str, Any]]:
        if isinstance(node, dict):
            own = node.get("fields", []) if node.get("type") == "record" else []
            return [*own, *(one for value in node.values() for one in fields(value))]
        return [one for child in node for one in fields(child)] if isinstance(node, list) else []

    for versions in ids().values():
        assert all(one.get("doc") for one in fields(read(versions[-1]["file"])))


def test_O2_headers_are_cloudevents_and_the_trace() -> None:
    headers = dict(
        headers_for(
            type_="t",
            source="s",
            subject="k",
            id_="1",
            time=datetime(2026, 3, 2, tzinfo=UTC),
            trace={"traceparent": "00-a-b-01"},
        )
    )
    assert headers["ce_specversion"] == b"1.0"
    assert headers["ce_time"] == b"2026-03-02T00:00:00Z"
    assert headers["traceparent"] == b"00-a-b-01"
