"""The person of a user that the ledger knows (S12, R1)."""

from __future__ import annotations

import json

from gateway.delivery.record import record_of
from gateway.documents import DocumentKey, Kind
from gateway.ledger import Home


def known_person(home: Home, company: str, user: str) -> int:
    """The id in Procountor of the person that a user was last brought in step with; 0 if none is known."""
    record = record_of(home, str(DocumentKey(company, Kind.USER, user)))
    return int(json.loads(record.memo)["person"]) if record is not None and record.memo else 0
