"""Sales accounts of rows (L1)."""

from __future__ import annotations

from gateway.documents import Row


def sales_account(row: Row) -> str | None:
    """The number of the row's sales account; None keeps what Procountor books."""
    return (row.sales_account or "").strip() or None
