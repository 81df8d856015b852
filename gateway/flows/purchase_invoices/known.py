"""What is known of an invoice's allocations: by the ledger, or by the marked fees in Severa (ADR 28)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta

from gateway.delivery.attempt import payload_of
from gateway.delivery.company import CompanyContext
from gateway.delivery.record import record_of
from gateway.documents import Kind
from gateway.flows.purchase_invoices.memo import decoded
from gateway.flows.purchase_invoices.rules.memo import Memo
from gateway.ledger import Home, looked_up_first

#: By how much a receipt is dated ahead of its last change, at most.
AHEAD = timedelta(days=90)


def keys_by_invoice(home: Home, company: str) -> Mapping[int, list[str]]:
    """Keys of all allocations in the ledger, by the ids of their invoices."""
    prefix, found = f"{company}/{Kind.COST_ALLOCATION}/", defaultdict(list)
    for key, _ in home.items(prefix):
        found[int(key.removeprefix(prefix).partition("-")[0])].append(key)
    return found


def memos(home: Home, keys: Iterable[str]) -> list[Memo]:
    """What the ledger keeps of these allocations; nothing of those that never had a fee. Raises Unreadable."""
    return [memo for key in keys if (memo := decoded(memo_of(home, key), key)) is not None]


def memo_of(home: Home, key: str) -> str:
    """The memo of an attempt that has not ended, otherwise that of the record. Raises Unreadable."""
    intent, record = home.intent(key), record_of(home, key)
    if intent is not None:
        return payload_of(intent).memo
    return record.memo if record is not None else ""


def may_have_fees(context: CompanyContext, created: datetime | None) -> bool:
    """Whether an earlier ledger may have known fees of an invoice that was created then: `created` is by Procountor's
    clock, whose zone the margin covers (decision 12).
    """
    return created is None or looked_up_first(created, context.horizon, margin=context.margin)


def looks_from(context: CompanyContext) -> datetime:
    """From when on an invoice that counts may have been changed, and a fee of it created."""
    return datetime.combine(context.company.purchases.receipts_from - AHEAD, time(), UTC)
