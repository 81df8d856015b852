"""What an answer says can be written anywhere: to a topic, to the ledger, to the other API."""

from __future__ import annotations

import json
import re
from typing import Any

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.delivery.change import Changed, Origin
from gateway.documents import DocumentKey, Kind, Revision, SalesInvoice, Sequence
from gateway.documents.hashing import content_hash
from gateway.events.codec import Codec
from gateway.events.registry import FileRegistry
from gateway.http import Response
from gateway.rules.text.fit import fit
from gateway.severa import responses

CODEC = Codec(FileRegistry())
#: Texts as broken programs cut them: halves of a surrogate pair beside whole characters.
TEXTS = st.text(st.characters() | st.characters(categories=["Cs"]), max_size=20)
INVOICE = {
    "guid": "8f0e",
    "number": 1001,
    "createdDateTime": "2026-03-01T08:00:00Z",
    "date": "2026-03-02",
    "dueDate": "2026-03-16",
}


def answered(tree: Any, escaped: bool) -> Any:
    """The tree as it comes back from an API that writes halves as escapes, or as bytes that are no UTF-8."""
    written = json.dumps(tree, ensure_ascii=escaped)
    return Response(200, {}, written.encode("utf-8", "surrogatepass")).json()


@given(TEXTS, st.booleans())
@example("\ud83d", True)
@example("half \ude00 and \ud83d half", False)
@example("\\ud83d", True)
@example("힣", False)
def test_T2_half_a_surrogate_pair_is_the_unknown_character(text: str, escaped: bool) -> None:
    tree = answered({"a": [{"b": text, "c": 1}], "d": text}, escaped)
    whole = json.loads(json.dumps(text))  # halves that belong together are one character
    wanted = re.sub("[\ud800-\udfff]", "\ufffd", whole) if escaped else tree["d"]
    assert tree == {"a": [{"b": wanted, "c": 1}], "d": wanted}
    assert orjson.loads(orjson.dumps(tree)) == tree


@given(TEXTS, st.booleans())
@example("Kokous \ud83d", True)
def test_T2_O1_any_text_of_severas_goes_to_the_topic_and_back(text: str, escaped: bool) -> None:
    said = INVOICE | {"notes": text, "receiverCustomerName": text, "receiverAddress": {"addressline": text}}
    invoice = responses.invoice(answered(said, escaped))
    revision = Revision(1, Sequence(1, 1), content_hash(invoice))
    key = DocumentKey("acme", Kind.SALES_INVOICE, invoice.id)
    change = Changed("nordic", key, revision, Origin.POLL, invoice)
    value = CODEC.encode("sales-invoice-changed", change)
    assert CODEC.decode("sales-invoice-changed", Changed[SalesInvoice], value, "t") == change


@pytest.mark.parametrize("escaped", [True, False])
def test_T2_what_half_a_pair_became_is_in_the_outcome(escaped: bool) -> None:
    kept, truncations = fit("f", answered("Kokous \ud83d", escaped), 80)
    assert kept.startswith("Kokous ?")
    assert [(one.replaced, one.kept) for one in truncations] == [("\ufffd", kept)]
