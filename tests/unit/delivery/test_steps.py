"""What a company's registers lead to before an invoice is looked at."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from gateway.delivery.steps import company_terms
from gateway.errors import Configuration
from gateway.procountor.responses import OwnAccount
from tests.unit.invoices import an_invoice


async def test_L2_an_own_iban_that_is_wrong_holds_the_company() -> None:
    """It is wrong on every invoice, so it is told once, and not of each (decision 14)."""

    async def accounts() -> list[OwnAccount]:
        return [OwnAccount("FI2212345600000785", "EUR", True, True)]

    company = SimpleNamespace(id="acme-fi", country="FI", default_codes=SimpleNamespace())
    desk: Any = SimpleNamespace(company=company, registers=SimpleNamespace(accounts=accounts))
    company.sales = SimpleNamespace(bank_account=None)
    company.default_codes = SimpleNamespace(product="P", work_type="W", travel_expense="T")
    with pytest.raises(Configuration, match="IBAN_INVALID"):
        await company_terms(desk, an_invoice())
