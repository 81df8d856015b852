"""A company's settings, and both APIs in memory as its transfers see them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from gateway.attachments import FileProcessor, Stored
from gateway.delivery.company import CompanyContext
from gateway.documents import Customer, SalesInvoice
from gateway.errors import in_doubt, refuse, transient
from gateway.http import CallLease, Outage
from gateway.ledger import partition_of
from gateway.procountor.client import SALES, ProcountorClient
from gateway.procountor.responses import InvoiceFound, InvoiceRead
from gateway.registers.registers import Registers
from gateway.rules.own_company import OwnCompany
from gateway.settings import Company, DefaultCodes, Delivery, SalesSettings
from gateway.settings.company import CompanyKey
from gateway.severa.client import SeveraClient
from gateway.severa.responses import BusinessUnit
from tests.memory_home import CONFIG
from tests.unit.published import PUBLISHING

#: The user whose calls the gateway's are in Procountor, and the sum of what it creates there.
US, SUM = 1, Decimal(100)
ACME = Company(
    id="acme-fi",
    business_unit="unit",
    default_codes=DefaultCodes(product="GEN", work_type="WORK", travel_expense="TRAVEL"),
    procountor=CompanyKey(api_key=SecretStr("key")),
    sales=SalesSettings(status_before="Ready", status_after="Done"),
)
#: The home of the organisation "nordic".
HOME = partition_of("nordic", CONFIG.partitions)
#: No search lags behind in memory.
DELIVERY = Delivery(search_lag=0.0)


def a_company(name: str = "acme-fi", enabled: bool = True, **sales: Any) -> Company:
    """Acme under another id, or with other settings of its sales invoices."""
    changed = ACME.sales.model_copy(update=sales)
    return ACME.model_copy(update={"id": name, "enabled": enabled, "sales": changed})


def a_context(company: Company = ACME, **changes: Any) -> CompanyContext:
    """The company at work, with both APIs in memory; `changes`: other values of its context."""
    procountor = changes.pop("procountor", None) or MemoryProcountor()
    common: dict[str, Any] = {
        "severa": MemorySevera(),
        "registers": Registers(company.id, procountor),
        "publish": PUBLISHING.outcome,
        "horizon": datetime(2020, 1, 1, tzinfo=UTC),
        "file_processor": FileProcessor(at_once=1),
        "folder": Path("nowhere"),
        "clock": time.time,
    }
    return CompanyContext("nordic", company, DELIVERY, procountor=procountor, **{**common, **changes})


class MemoryProcountor(ProcountorClient):
    """Procountor of one company.

    posts       ends of POSTs of invoices: "answered" when there is none left, "lost" without an effect, "executed"
                without an answer, "rejected" although it was executed, "busy" surely not executed
    behind      its searches don't show yet what was created
    unreadable  ids of invoices that it refuses
    """

    def __init__(self) -> None:
        self.company = "acme-fi"
        self.invoices: dict[int, InvoiceRead] = {}
        self.posts: list[str] = []
        self.behind = False
        self.unreadable: set[int] = set()
        self.books = OwnCompany(1, "Acme Oy")
        self.silence = Outage()

    @property
    def outage(self) -> Outage:
        return self.silence

    async def user(self) -> int | None:
        return US

    async def own_company(self) -> OwnCompany:
        return self.books

    async def find_invoices(self, original_number: str, kind: str = SALES) -> list[InvoiceFound]:
        shown = [] if self.behind else self.invoices.values()
        found = [invoice for invoice in shown if invoice.original_number == original_number]
        return [InvoiceFound(invoice.id, original_number) for invoice in found]

    async def invoices_created_between(self, since: date, until: date, kind: str = SALES) -> list[InvoiceFound]:
        return [InvoiceFound(invoice.id, invoice.original_number or "") for invoice in self.invoices.values()]

    async def invoice(self, invoice_id: int) -> InvoiceRead:
        if invoice_id in self.unreadable:
            raise refuse("PROCOUNTOR_REFUSED", said="not found", operation="read invoice")
        return self.invoices[invoice_id]

    async def invoice_if_there(self, invoice_id: int) -> InvoiceRead | None:
        return await self.invoice(invoice_id) if invoice_id in self.invoices else None

    async def attachments(self, invoice_id: int) -> list[Stored]:
        return []

    async def write_notes(self, invoice_id: int, notes: str, lease: CallLease) -> None:
        lease.check()
        self.invoices[invoice_id] = replace(self.invoices[invoice_id], notes=notes)

    async def create_invoice(self, body: Mapping[str, object], lease: CallLease) -> InvoiceRead:
        lease.check()
        end = self.posts.pop(0) if self.posts else "answered"
        if end == "busy":
            raise transient("API_BUSY", retry_after=60.0, api="Procountor")
        number, notes = str(body["number"]), str(body["notes"])
        created = InvoiceRead(len(self.invoices) + 1, "UNFINISHED", notes, 3, None, SUM, 70, number, creator=US)
        if end != "lost":
            self.invoices[created.id] = created
        if end == "rejected":
            raise refuse("PROCOUNTOR_REFUSED", said="conflict", operation="create invoice")
        if end != "answered":
            raise in_doubt("ATTEMPT_UNKNOWN", operation="create invoice")
        return created


class MemorySevera(SeveraClient):
    """Severa of one organisation. `heads`: its invoices."""

    def __init__(self, *heads: SalesInvoice) -> None:
        self.organisation = "nordic"
        self.heads = {head.id: head for head in heads}
        self.unit = BusinessUnit("unit", "Acme")
        self.silence = Outage()

    @property
    def outage(self) -> Outage:
        return self.silence

    async def invoice(self, guid: str) -> SalesInvoice | None:
        return replace(self.heads[guid], rows=()) if guid in self.heads else None

    async def status_ids(self, *names: str) -> tuple[str, ...]:
        return tuple({"Ready": "before", "Done": "after"}[name] for name in names)

    async def set_status(self, guid: str, status_guid: str, lease: CallLease) -> SalesInvoice:
        lease.check()
        self.heads[guid] = replace(self.heads[guid], status_id=status_guid)
        return replace(self.heads[guid], rows=())

    async def business_units(self) -> list[BusinessUnit]:
        return [self.unit]

    async def rows_changed_since(self, since: datetime) -> dict[str, tuple[str, str]]:
        return {}

    async def products_changed_since(self, since: datetime) -> dict[str, tuple[str, str]]:
        return {}

    async def customers_changed_since(self, since: datetime) -> dict[str, Customer | None]:
        return {}
