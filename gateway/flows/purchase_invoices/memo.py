"""What the ledger keeps of an allocation besides its record: its last content and its fee (ADR 28, 29, 31)."""

from __future__ import annotations

import orjson

from gateway.flows.purchase_invoices.rules.memo import Memo
from gateway.ledger import Codec

_CODEC = Codec(Memo)


def encoded(memo: Memo) -> str:
    """The memo's form in intents and records."""
    return orjson.dumps(memo, default=str).decode()


def decoded(value: str, key: str) -> Memo | None:
    """What `encoded` wrote; None if nothing was. Raises Unreadable."""
    return _CODEC.decode(value.encode(), key) if value else None
