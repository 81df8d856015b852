"""A world for demo and benchmarks: companies of Severa organisations, customers, products, waiting invoices."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from zlib import crc32

from gateway.sandbox.world.demo_rates import procountor_rates, severa_currencies
from gateway.sandbox.world.demo_vat import vat_statuses
from gateway.sandbox.world.money import cents

Json = dict[str, Any]

BEFORE, AFTER = "Ready for transfer", "Transferred"
#: Statuses in their order, each with its flags.
STATUSES = {
    "Draft": (),
    BEFORE: ("isReadOnly", "hasInvoiceNumber"),
    AFTER: ("isReadOnly", "hasInvoiceNumber", "isSent", "isWaitingPayment"),
    "Paid": ("isReadOnly", "hasInvoiceNumber", "isSent", "isPaid"),
}
FLAGS = ("isReadOnly", "hasInvoiceNumber", "isSent", "isWaitingPayment", "isPaid")


@dataclass(frozen=True, slots=True)
class Firm:
    """A company in both systems. `settings`: further settings of it."""

    id: str
    organisation: str
    name: str
    country: str = "FI"
    settings: Json = field(default_factory=dict)

    @property
    def currency(self) -> str:
        """The home currency."""
        return "SEK" if self.country == "SE" else "EUR"

    @property
    def vat(self) -> Decimal:
        """Its usual VAT percentage."""
        return Decimal("25") if self.country == "SE" else Decimal("25.5")

    @property
    def number(self) -> int:
        """Its id in Procountor, unique among firms."""
        return 10_000 + (crc32(self.id.encode()) >> 2)

    @property
    def business_id(self) -> str:
        """The same in both systems."""
        return business_id(self.country, 500 + sum(map(ord, self.id)))


FIRMS = (
    Firm("acme-fi", "nordic", "Acme Oy", settings={"create_customers": True, "create_products": True}),
    Firm("bolt-fi", "nordic", "Bolt Oy", settings={"create_customers": True, "create_products": False}),
    Firm("cirrus-se", "svea", "Cirrus AB", "SE", settings={"create_customers": True, "create_products": True}),
)
#: Of the user whose key a firm has, where it isn't English.
LANGUAGES = {"bolt-fi": "fi", "cirrus-se": "sv"}


def guid(*names: object) -> str:
    """The same guid for the same names."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(map(str, names))))


def business_id(country: str, n: int) -> str:
    """The n-th valid business id: a Finnish one with its check digit, or a Swedish one with Luhn's."""
    if country == "FI":
        digits = f"{1_000_000 + n * 17:07d}"
        rest = sum(int(d) * w for d, w in zip(digits, (7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
        return business_id(country, n + 1000) if rest == 1 else f"{digits}-{(11 - rest) % 11}"
    digits = f"556{n * 13:06d}"
    doubled = [int(d) * (2 if at % 2 == 0 else 1) for at, d in enumerate(digits)]
    check = (10 - sum(d // 10 + d % 10 for d in doubled) % 10) % 10
    return f"{digits[:6]}-{digits[6:]}{check}"


def customer(firm: Firm, n: int, **changes: Any) -> Json:
    """The n-th customer's card."""
    own = guid(firm.id, "customer", n)
    name = f"{'Kund' if firm.country == 'SE' else 'Asiakas'} {n} {'AB' if firm.country == 'SE' else 'Oy'}"
    card = {"guid": own, "name": name, "number": 1000 + n, "vatNumber": business_id(firm.country, n + len(firm.id))}
    return {**card, "isActive": True, "createdDateTime": "$now-300d", "lastUpdatedDateTime": "$now-30d", **changes}


def partner(firm: Firm, card: Json, number: int, **invoicing: Any) -> Json:
    """The customer in Procountor's register."""
    info = {"customerNumber": str(card["number"]), "identifier": card["vatNumber"], **invoicing}
    return {
        "id": number,
        "name": card["name"],
        "type": "CUSTOMER",
        "invoicingInfo": info,
        "registryInfo": {"active": True},
        "version": "$now-30d",
    }


def row(firm: Firm, invoice: str, position: int, **changes: Any) -> Json:
    """One invoice row: an hour of consulting, unless changed."""
    return {
        "guid": guid(invoice, "row", position),
        "invoiceGuid": invoice,
        "createdDateTime": "$now-2h",
        "rowType": "Hours",
        "category": "Hours",
        "description": f"Consulting, part {position}",
        "quantity": 7.5,
        "unitPrice": {"amount": 92.0, "currencyCode": firm.currency},
        "measurementUnit": "h",
        "vatRate": float(firm.vat),
        "sortOrder": position,
        "code": ["CONS"],
        **changes,
    }


def invoice(firm: Firm, number: int, card: Json, rows: list[Json], **changes: Any) -> Json:
    """A sales invoice that waits for its transfer."""
    net = sum((_net(one) for one in rows), Decimal(0))
    tax = cents(sum((_net(one) * Decimal(str(one["vatRate"])) / 100 for one in rows), Decimal(0)))
    payer = {"guid": card["guid"], "name": card["name"], "number": card.get("number")}
    sweden = firm.country == "SE"
    return {
        "guid": guid(firm.id, "invoice", number),
        "number": number,
        "createdDateTime": "$now-2h",
        "lastUpdatedDateTime": "$now-1h",
        "status": {"guid": guid(firm.organisation, "status", BEFORE), "name": BEFORE},
        "customer": payer,
        "billingCustomer": payer,
        "invoiceNumberBusinessUnitGuid": guid(firm.id, "unit"),
        "projects": [{"guid": guid(firm.id, "project", 1), "name": "Renewal", "number": 1}],
        "date": "$today",
        "dueDate": "$today+14d",
        "paymentTerm": 14,
        "overdueInterest": 8.0,
        "currency": {"guid": guid(firm.currency), "code": firm.currency},
        "currencyRate": 1.0,
        "language": {"code": "sv" if sweden else "fi"},
        "receiverCustomerName": card["name"],
        "receiverContactName": "Maija Mäki",
        "receiverVatNumber": card.get("vatNumber"),
        "receiverAddress": {
            "addressline": "Storgatan 1" if sweden else "Mannerheimintie 1",
            "postalCode": "111 22" if sweden else "00100",
            "city": "Stockholm" if sweden else "Helsinki",
            "country": "Sverige" if sweden else "Suomi",
        },
        "senderContactName": "Ville Virta",
        "ourReference": f"Project {number}",
        "isCreditNote": False,
        "totalExcludingTax": {"amount": float(net), "currencyCode": firm.currency},
        "totalIncludingTax": {"amount": float(net + tax), "currencyCode": firm.currency},
        **changes,
    }


def base_world(firms: tuple[Firm, ...] = FIRMS, **limits: Any) -> Json:
    """Both systems without customers and invoices."""
    severa: Json = {}
    for firm in firms:
        there = severa.setdefault(
            firm.organisation,
            {
                "/v1/invoicestatuses": _statuses(firm.organisation),
                "/v1/businessunits": [{"guid": guid(firm.organisation, "root"), "name": "Group"}],
                "/v1/currencies": severa_currencies(firm.currency),
                **{path: [] for path in ("/v1/customers", "/v1/invoices", "/v1/invoicerows")},
            },
        )
        unit = {"guid": guid(firm.id, "unit"), "name": firm.name, "parentGuid": guid(firm.organisation, "root")}
        there["/v1/businessunits"].append({**unit, "vatNumber": firm.business_id})
    return {
        "severa": severa,
        "procountor": {firm.id: _procountor(firm) for firm in firms},
        "credentials": {
            "severa": {
                one: {"client_id": f"{one}-client", "client_secret": f"{one}-secret"}
                for one in dict.fromkeys(firm.organisation for firm in firms)
            },
            "procountor": {
                "client_id": "gateway-client",
                "client_secret": "gateway-secret",
                "keys": {firm.id: f"{firm.id}-key" for firm in firms},
            },
        },
        "limits": limits,
    }


def add(world: Json, firm: Firm, card: Json, made: Json, rows: list[Json], partner_id: int | None = None) -> None:
    """Add an invoice with its rows and its customer to a world; with a partner if it has an id."""
    there = world["severa"][firm.organisation]
    if all(one["guid"] != card["guid"] for one in there["/v1/customers"]):
        there["/v1/customers"].append(card)
        if partner_id is not None:
            world["procountor"][firm.id]["/businesspartners"].append(partner(firm, card, partner_id))
    there["/v1/invoices"].append(made)
    there["/v1/invoicerows"] += rows


def many_invoices(world: Json, firm: Firm, count: int, first: int = 20_001, customers: int = 20, rows: int = 2) -> None:
    """Common invoices of known customers and products."""
    for n in range(count):
        card = customer(firm, 100 + n % customers)
        own = guid(firm.id, "invoice", first + n)
        lines = [row(firm, own, position) for position in range(1, rows + 1)]
        add(world, firm, card, invoice(firm, first + n, card, lines), lines, partner_id=100 + n % customers)


def demo_world() -> Json:
    """Thirty waiting invoices of three companies, some of them wrong on purpose."""
    world = base_world()
    for firm, first in zip(FIRMS, (1001, 2001, 3001), strict=True):
        for n in range(10):
            _demo_invoice(world, firm, first + n, n)
    return world


def _demo_invoice(world: Json, firm: Firm, number: int, n: int) -> None:
    """The n-th invoice of a company: most are common, the last four each show something."""
    card = customer(firm, n % 4)
    changes: Json = {}
    own = guid(firm.id, "invoice", number)
    rows = [row(firm, own, 1), row(firm, own, 2, rowType="ProjectFees", description="Travel pass", quantity=1.0)]
    known: int | None = 10 + n % 4
    if n == 6:  # a new customer, who gets a partner
        card, known = customer(firm, 50, name=f"Uusi {firm.name} asiakas"), None
    if n == 7 and firm.id == "acme-fi":  # refused: no customer number
        card, known = customer(firm, 51, number=None, name="Numeroton Oy"), None
    if n == 8 and firm.id == "acme-fi":  # refused: the number belongs to another business id in Procountor
        card, known = customer(firm, 52, name="Vaihdettu Oy"), None
        other = partner(firm, card, 52, identifier=business_id("FI", 900))
        world["procountor"][firm.id]["/businesspartners"].append(other)
    if n == 7 and firm.id == "bolt-fi":  # refused: a code that the register doesn't have
        rows[0]["code"] = ["UNKNOWN-7"]
    if n == 8 and firm.id == "bolt-fi":  # cut: a contact of more than 28 characters; a replaced character
        changes |= {"receiverContactName": "Bartholomeus Featherstonehaugh-Łukasiewicz"}
        rows[0]["description"] = "FileProcessor 漢字 " + "very long text " * 60
    if n == 7 and firm.id == "cirrus-se":  # refused: no country
        changes["receiverAddress"] = {"addressline": "Storgatan 1", "postalCode": "111 22", "city": "Stockholm"}
    if n == 8 and firm.id == "cirrus-se":  # a new product
        rows[1]["code"] = ["NEW-1"]
    if n == 9:  # several codes on one row
        rows[0]["code"] = ["CONS", "", "PM"]
    add(world, firm, card, invoice(firm, number, card, rows, **changes), rows, known)


def settings_for(world: Json, firms: tuple[Firm, ...] = FIRMS) -> Json:
    """`organisations` and `procountor` credentials of gateway.yaml for such a world."""
    credentials = world["credentials"]
    organisations = []
    for name, severa in credentials["severa"].items():
        companies = [
            {
                "id": firm.id,
                "business_unit": guid(firm.id, "unit"),
                "country": firm.country,
                "default_codes": {"product": "GEN", "work_type": "WORK", "travel_expense": "TRAVEL"},
                "procountor": {"api_key": credentials["procountor"]["keys"][firm.id]},
                "sales": {"status_before": BEFORE, "status_after": AFTER},
                "error_mail": {"recipients": [f"finance@{firm.id}.example"]},
                **firm.settings,
            }
            for firm in firms
            if firm.organisation == name and firm.id in world["procountor"]
        ]
        organisations.append({"name": name, "severa": dict(severa), "companies": companies})
    client = credentials["procountor"]
    return {
        "organisations": organisations,
        "procountor": {"client_id": client["client_id"], "client_secret": client["client_secret"]},
    }


def _statuses(organisation: str) -> list[Json]:
    return [
        {
            "guid": guid(organisation, "status", name),
            "name": name,
            "isActive": True,
            "sortOrder": order,
            **{flag: flag in flags for flag in FLAGS},
        }
        for order, (name, flags) in enumerate(STATUSES.items())
    ]


def _net(one: Json) -> Decimal:
    return cents(Decimal(str(one["quantity"])) * Decimal(str(one["unitPrice"]["amount"])))


def _procountor(firm: Firm) -> Json:
    iban = "SE4550000000058398257466" if firm.country == "SE" else "FI2112345600000785"
    codes = {"CONS": "Consulting", "PM": "Project management", "GEN": "General", "WORK": "Work", "TRAVEL": "Travel"}
    percents = (0, 6, 12, 25) if firm.country == "SE" else (0, 10, 13.5, 14, 25.5)
    country = "SWEDEN" if firm.country == "SE" else "FINLAND"
    rates = [{"vatPercent": percent, "sales": True, "purchase": True} for percent in percents]
    account = {"id": 1, "iban": iban, "currency": firm.currency, "defaultForInvoice": True}
    return {
        "/businesspartners": [],
        "/products": [
            {
                "id": n,
                "type": "SALES",
                "name": name,
                "code": code,
                "discount": 0,
                "price": 0,
                "active": True,
                "currency": firm.currency,
            }
            for n, (code, name) in enumerate(codes.items(), start=1)
        ],
        "/invoices": [],
        "/bankaccounts": [{**account, "defaultForPayment": True, "status": "ACTIVE"}],
        "/vats/default": {
            "vatInformation": [{"country": country, "percentages": rates}],
            "vatStatuses": vat_statuses(firm.country, LANGUAGES.get(firm.id, "en")),
        },
        "/currencies/latest": procountor_rates(firm.currency),
        "/sessioninfo": {"companyId": firm.number, "name": firm.name, "country": country, "userId": 1},
        "/company": {
            "id": firm.number,
            "name": firm.name,
            "country": country,
            "companyCurrency": firm.currency,
            "businessIdentifier": {"brnType": firm.country, "code": firm.business_id},
        },
        "/company/usagesettings": {"accountingByRow": {"travelAndExpenseInvoicePosting": True}},
        "/dimensions": [{"id": n, "name": name, "items": []} for n, name in ((1, "Projects"), (2, "Cost centers"))],
        "/coa": {
            "ledgerAccounts": [
                {"ledgerAccountCode": code, "name": name, "active": code != "3099"}
                for code, name in (
                    ("1701", "Receivables"),
                    ("3000", "Sales"),
                    ("3010", "Services"),
                    ("3099", "Old sales"),
                )
            ]
        },
    }
