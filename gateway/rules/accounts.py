"""Sales accounts of rows, which Procountor's chart of accounts must have (SPEC L1)."""

from __future__ import annotations

from collections.abc import Collection

from gateway.documents import Row, SalesInvoice
from gateway.errors import refuse


def sales_account(row: Row) -> str | None:
    """The number of the row's sales account; None keeps what Procountor books."""
    return (row.sales_account or "").strip() or None


def check_accounts(invoice: SalesInvoice, chart: Collection[str] | None) -> None:
    """Each row's account is an active one of the chart; None: the chart was not read. Raises Permanent."""
    for row in invoice.rows if chart is not None else ():
        account = sales_account(row)
        if account is not None and account not in (chart or ()):
            raise refuse("ACCOUNT_MISSING", row=row.position, text=row.description, account=account)
