"""Sales accounts of rows, which Procountor's chart of accounts must have (L1)."""

from __future__ import annotations

from collections.abc import Collection

from gateway.documents import SalesInvoice
from gateway.errors import Faults, refuse
from gateway.rules.accounts import sales_account


def check_accounts(invoice: SalesInvoice, chart: Collection[str] | None) -> None:
    """Each row's account is active in the chart; None: the chart was not read. Raises Permanent."""
    if chart is None:
        return
    faults = Faults()
    for row in invoice.rows:
        account = sales_account(row)
        if account is not None and account not in chart:
            faults.add(refuse("ACCOUNT_MISSING", row=row.position, text=row.description, account=account))
    faults.raise_all()
