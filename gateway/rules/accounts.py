"""Sales accounts of rows, which Procountor's chart of accounts must have (L1)."""

from __future__ import annotations

from collections.abc import Collection

from gateway.documents import Row, SalesInvoice
from gateway.errors import Faults, refuse


def sales_account(row: Row) -> str | None:
    """The number of the row's sales account; None keeps what Procountor books."""
    return (row.sales_account or "").strip() or None


def check_accounts(invoice: SalesInvoice, chart: Collection[str] | None) -> None:
    """Each row's account is an active one of the chart; None: the chart was not read. Raises Permanent."""
    if chart is None:
        return
    faults = Faults()
    for row in invoice.rows:
        account = sales_account(row)
        if account is not None and account not in chart:
            faults.add(refuse("ACCOUNT_MISSING", row=row.position, text=row.description, account=account))
    faults.raise_all()
