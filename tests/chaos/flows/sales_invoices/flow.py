"""The flow of sales invoices: what it calls, what it creates beside invoices, and what its registers must hold."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from tests.chaos.evidence import Evidence
from tests.chaos.finding import Finding
from tests.chaos.flows.document import at
from tests.chaos.flows.flow import Flow, Once
from tests.chaos.flows.sales_invoices.document import SalesInvoice
from tests.chaos.flows.sales_invoices.world import KINDS

if TYPE_CHECKING:
    from tests.chaos.judge.case import Case


def findings(evidence: Evidence, found: Collection[Case]) -> Iterator[Finding]:
    """Partners and products that were created have all that Severa knows of them."""
    own = [(one, one.document) for one in found if isinstance(one.document, SalesInvoice)]
    partners = {(doc.book.id, str(doc.card.get("number"))): doc for _, doc in own}
    products = {(doc.book.id, row["code"][0]): (doc, row) for _, doc in own for row in doc.rows}
    renamed = {(doc.book.id, row["code"][0]) for case, doc in own if case.touched("rows") for row in doc.rows}
    for entry in evidence.journal:
        company, about, want = entry["company"], entry.get("object") or {}, {}
        if entry["effect"] != "created":
            continue
        if entry["operation"] == "insertBusinessPartner":
            name, one = f"partner {about['customerNumber']}", partners.get((company, str(about["customerNumber"])))
            want = one.partner() if one is not None and one.head["receiverAddress"].get("country") else {}
        elif entry["operation"] == "addProduct":
            name, place = f"product {about['code']}", (company, str(about["code"]))
            if place in products:
                want = products[place][0].product(products[place][1])
            if place in renamed:
                want.pop("name", None)
        for path, value in want.items():
            if (sent := at(entry["body"], path)) != value:
                yield Finding("wrong_contents", company, f"{name}: {path} is {sent!r}, {value!r} is wanted")


SALES_INVOICES = Flow(
    topic="changes.sales-invoices",
    schema="sales-invoice-changed",
    kinds=KINDS,
    reads={
        "procountor": ("searchBusinessPartners", "getProducts"),
        "severa": (
            "invoicesGetInvoices",
            "invoicesGetInvoice",
            "invoiceRowsGetInvoiceRowsForInvoice",
            "invoiceRowsGetInvoiceRows",
            "customersGetCustomer",
            "customersGetCustomers",
            "pdfGetInvoicePdf",
            "invoiceSettingsGetInvoiceSettings",
            "invoiceStatusesGetInvoiceStatuses",
            "productsGetProducts",
            "workTypesGetWorkTypes",
            "costCentersGetCostCenters",
        ),
    },
    writes={
        "procountor": ("insertBusinessPartner", "addProduct", "approveInvoice1", "send"),
        "severa": ("invoicesPatchInvoice",),
    },
    created={
        "partner": Once("insertBusinessPartner", ("object.customerNumber",)),
        "product": Once("addProduct", ("object.code",)),
    },
    allowed={"insertBusinessPartner": "create_customers", "addProduct": "create_products"},
    findings=findings,
    document=SalesInvoice,
)
