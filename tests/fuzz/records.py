"""Records of topics and of the ledger, with their keys and headers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import GenericAlias
from typing import Any

import orjson
from hypothesis import strategies as st

from gateway.delivery.books import Books
from gateway.delivery.change import Changed, Origin
from gateway.documents import Command, CommandKind, DocumentKey, Outcome
from gateway.documents.hashing import content_hash
from gateway.errors import Poison
from gateway.events.codec import Codec
from gateway.events.registry import FileRegistry
from gateway.flows.registry import FLOWS
from gateway.ledger import Codec as LedgerCodec
from gateway.ledger import Intent, Unreadable
from gateway.notify.last_mail import LastMail, last_mail
from gateway.telemetry.tracing import trace_of
from streams.publishing import event_of
from tests.fuzz.damage import damaged, odd_json
from tests.fuzz.target import Reader
from tests.unit.allocations import an_allocation
from tests.unit.events.test_codec import KEY, NOW, REVISION, an_outcome
from tests.unit.invoices import an_invoice
from tests.unit.items import an_item
from tests.unit.ledger.test_codec import SHAPES
from tests.unit.reimbursements import a_reimbursement
from tests.unit.users import a_user

CODEC = Codec(FileRegistry())
DOCUMENTS = {type(one): one for one in (an_invoice(), a_reimbursement(), an_allocation(), a_user(), an_item())}
#: A sample and its type, per schema.
EVENTS: dict[str, tuple[Any, Any]] = {
    **{
        flow.schema: (
            Changed("nordic", KEY, REVISION, Origin.POLL, DOCUMENTS[flow.document]),
            GenericAlias(Changed, (flow.document,)),
        )
        for flow in FLOWS
    },
    "outcome": (an_outcome(), Outcome),
    "operator-command": (Command("nordic", CommandKind.RETRY, KEY, NOW, "someone"), Command),
}
HEADERS = {"ce_id": b"acme-fi/user/1#2@1795000000000.7", "traceparent": b"00-" + b"a" * 32 + b"-" + b"b" * 16 + b"-01"}


def readers() -> list[Reader]:
    """One per schema, and one for each kind of text beside them."""
    keys = st.text(st.sampled_from("acme-fi/sales-invoice#@.0é\0\ud83d"), max_size=30)
    return [
        *(Reader(f"records: {name}", damaged([CODEC.encode(name, EVENTS[name][0])]), _event(name)) for name in EVENTS),
        Reader("records: headers", st.fixed_dictionaries({k: damaged([v]) for k, v in HEADERS.items()}), _headers),
        Reader("records: keys", keys, DocumentKey.parse, (ValueError,)),
        *(
            Reader(f"ledger: {name}", odd_json([sample]) | damaged([orjson.dumps(sample)]), read, (Unreadable,))
            for name, (sample, read) in LEDGER.items()
        ),
    ]


def _event(name: str) -> Callable[[bytes], None]:
    """What can be read is written again without a loss, and has a hash."""
    _, shape = EVENTS[name]

    def read(value: bytes) -> None:
        try:
            found = CODEC.decode(name, shape, value, "topic")
        except Poison:
            return
        assert CODEC.decode(name, shape, CODEC.encode(name, found), "topic") == found
        if isinstance(found, Changed):
            content_hash(found.document)

    return read


def _headers(headers: dict[str, bytes]) -> None:
    event_of(headers)
    trace_of(headers)


class _Home:
    """A ledger with one value."""

    def __init__(self, value: bytes) -> None:
        self.get = lambda key: value


def _kept(sample: Any) -> Any:
    """As the ledger keeps it."""
    return orjson.loads(orjson.dumps(sample))


def _under_k(decode: Callable[[bytes, str], object]) -> Callable[[bytes], object]:
    return lambda value: decode(value, "k")


#: A sample and its reader, per kind of record.
LEDGER: dict[str, tuple[Any, Callable[[bytes], object]]] = {
    **{name: (_kept(sample), _under_k(decode)) for name, (sample, decode) in SHAPES.items()},
    "intent": (orjson.loads(Intent("k", b"payload", "nordic", 7, 1).encode()), partial(Intent.decode, "k")),
    "books": (
        _kept({"id": 1, "name": "Acme", "other": [2, "Bolt"], "since": 1.0}),
        _under_k(LedgerCodec(Books).decode),
    ),
    "mail": (
        orjson.loads(LastMail("CODE|x", (1, 2, 3)).encode()),
        lambda value: last_mail(_Home(value), "k"),  # type: ignore[arg-type]  # all that it asks a home for
    ),
}
