"""VAT by stated rules: percentages, cases, the company's own statuses, the customer's VAT number."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from gateway.check.findings import State
from gateway.check.vat import vat_statuses as found_statuses
from gateway.documents import Address, RowKind
from gateway.errors import Permanent
from gateway.flows.sales_invoices.rules.mapping import check_invoice, map_invoice
from gateway.flows.sales_invoices.rules.vat import check_vat, vat_notes
from gateway.flows.sales_invoices.rules.vat_cases import VatFacts, asks_product_types, asks_reverse_charge, row_case
from gateway.rules.profile import CompanyProfile
from gateway.rules.vat_law import PERIODS, in_force
from gateway.rules.vat_statuses import VatCase, VatStatus, VatTerms, choose
from gateway.sandbox.world.demo_vat import vat_statuses
from gateway.settings.company import VatStatuses
from tests.unit.invoices import PROFILE, a_row, an_invoice

DAY = dt.date(2026, 3, 2)
NUMBERS = {"DE": "DE123456789", "SE": "SE556016068001", "FI": "FI01120389", "MC": "FR12345678901", "GR": "EL123456789"}


def own(country: str = "FI", language: str = "en") -> VatTerms:
    """What a company has by default."""
    told = vat_statuses(country, language)
    return VatTerms(tuple(VatStatus(one["vatStatus"], one["description"], one["sales"]) for one in told))


def sold_to(buyer: str | None, percent: str = "0", **changes: Any) -> Any:
    """An invoice of one row."""
    given: dict[str, Any] = {
        "rows": (a_row(vat_percent=Decimal(percent)),),
        "receiver_address": Address("s", "z", "c", buyer),
        "business_id": NUMBERS.get(buyer or "", "12-3456789"),
    }
    return an_invoice(**given | changes)


def case_of(invoice: Any, profile: CompanyProfile = PROFILE, facts: VatFacts | None = None) -> VatCase:
    return row_case(invoice.rows[0], invoice, profile, facts or VatFacts())


def refusal(invoice: Any, profile: CompanyProfile = PROFILE, facts: VatFacts | None = None) -> Permanent:
    with pytest.raises(Permanent) as caught:
        check_invoice(invoice, profile, facts or VatFacts())
    return caught.value


@pytest.mark.parametrize(
    ("home", "buyer", "percent", "case"),
    [
        ("FI", "FI", "25.5", VatCase.DOMESTIC),
        ("FI", "FI", "0", VatCase.DOMESTIC_ZERO),
        ("FI", "AX", "0", VatCase.DOMESTIC_ZERO),
        ("SE", "AX", "0", VatCase.OUTSIDE_EU),
        ("FI", "SE", "0", VatCase.EU_SERVICES),
        ("SE", "FI", "0", VatCase.EU_SERVICES),
        ("FI", "SE", "25.5", VatCase.DOMESTIC),
        ("FI", "MC", "0", VatCase.EU_SERVICES),
        ("FI", "GR", "0", VatCase.EU_SERVICES),
        ("FI", "GB", "0", VatCase.OUTSIDE_EU),
        ("FI", "NO", "0", VatCase.OUTSIDE_EU),
        ("FI", "US", "25.5", VatCase.DOMESTIC),
    ],
)
def test_V1_case_follows_country_and_vat(home: str, buyer: str, percent: str, case: VatCase) -> None:
    assert case_of(sold_to(buyer, percent), replace(PROFILE, country=home)) is case


@pytest.mark.parametrize(
    ("kind", "types", "case"),
    [
        (RowKind.HOURS, (), VatCase.EU_SERVICES),
        (RowKind.FLAT_RATE, (), VatCase.EU_SERVICES),
        (RowKind.TRAVEL, (), VatCase.EU_SERVICES),
        (RowKind.FEES, ("Materials",), VatCase.EU_GOODS),
        (RowKind.FEES, ("FixedFees",), VatCase.EU_SERVICES),
        (RowKind.FEES, ("FixedFees", "Subcontracting"), VatCase.EU_SERVICES),
        (RowKind.FEES, ("Materials", "FixedFees"), "VAT_KIND_MIXED"),
        (RowKind.FEES, ("Materials", ""), "VAT_KIND_UNKNOWN"),
        (RowKind.FEES, (), "VAT_KIND_UNKNOWN"),
    ],
)
def test_V1_goods_and_services_by_the_kind_of_the_row(
    kind: RowKind, types: tuple[str, ...], case: VatCase | str
) -> None:
    invoice = sold_to("DE", rows=(a_row(kind=kind, vat_percent=Decimal(0)),))
    facts = VatFacts(product_types={"row-1": frozenset(types)} if types else {})
    if isinstance(case, VatCase):
        assert case_of(invoice, facts=facts) is case
    else:
        assert refusal(invoice, facts=facts).code == case
    assert asks_product_types(invoice, PROFILE) == (kind is RowKind.FEES)


def test_V1_reverse_charge_is_asked_for_domestic_rows() -> None:
    """Only where one has no VAT."""
    invoice = sold_to("FI", business_id="01120389")
    assert case_of(invoice, facts=VatFacts(reverse_charged=True)) is VatCase.REVERSE_CHARGE
    assert case_of(sold_to("FI", "25.5"), facts=VatFacts(reverse_charged=True)) is VatCase.DOMESTIC
    asked = [
        asks_reverse_charge(one, PROFILE) for one in (invoice, sold_to("FI", "25.5"), sold_to("DE"), sold_to("US"))
    ]
    assert asked == [True, False, False, False]
    assert not any(asks_product_types(one, PROFILE) for one in (invoice, sold_to("US"), sold_to("DE", "25.5")))


@pytest.mark.parametrize("number", ["123456789", "GR123456789", "DE1", "DE1234567890123", "FI01120389", "US123456789"])
def test_V1_eu_sale_without_a_foreign_vat_number_is_refused(number: str) -> None:
    error = refusal(sold_to("DE", business_id=number))
    assert error.code == "VAT_NUMBER_MISSING"
    assert "sales.vat.eu_without_vat_number" in error.message
    allowed = replace(PROFILE, vat=replace(PROFILE.vat, zero_rated_without_number=True))
    body = map_invoice(sold_to("DE", business_id=number), allowed, 1, {"CONS": 1}, "m").body
    assert body["vatStatus"] == 23


def test_V1_sale_outside_the_eu_is_reported_by_setting() -> None:
    reported = replace(PROFILE, vat=replace(PROFILE.vat, outside_eu_reported=True))
    statuses = [map_invoice(sold_to("US"), one, 1, {"CONS": 1}, "m").body["vatStatus"] for one in (PROFILE, reported)]
    assert statuses == [3, 23]


@pytest.mark.parametrize(("country", "language"), [("FI", "en"), ("FI", "fi"), ("SE", "sv"), ("SE", "en")])
def test_V1_each_case_has_one_status_in_its_language(country: str, language: str) -> None:
    more = 100 if country == "SE" else 0
    reverse = {"FI": 41, "SE": 140}[country]  # of several percentages the general one
    chosen = [choose(own(country, language), case, country, DAY).number for case in VatCase]
    assert chosen == [1, 1, reverse, 5, 21 + more, 3, 23 + more]


@pytest.mark.parametrize(("day", "number"), [("2024-08-31", 40), ("2024-09-01", 41)])
def test_V1_status_of_a_percentage_follows_the_invoice_date(day: str, number: int) -> None:
    assert choose(own(), VatCase.REVERSE_CHARGE, "FI", dt.date.fromisoformat(day)).number == number


def test_V1_missing_status_is_refused_with_choices() -> None:
    """And with the setting that names it."""
    off = tuple(replace(one, for_sales=one.for_sales and one.number != 21) for one in own().statuses)
    error = refusal(sold_to("DE"), replace(PROFILE, vat=VatTerms(off)))
    assert error.code == "VAT_STATUS_MISSING"
    for part in ("services sold to another EU country", "1 Domestic, 3 Outside", "sales.vat.statuses.eu_services"):
        assert part in error.message
    assert "28 Purchase of services" not in str(error.facts["there"])
    twice = VatTerms((*own().statuses, VatStatus(99, "EU Community Sales (Service) ")))
    assert refusal(sold_to("DE"), replace(PROFILE, vat=twice)).code == "VAT_STATUS_AMBIGUOUS"


def test_V1_a_setting_names_the_number_and_it_must_be_there() -> None:
    named = replace(PROFILE, vat=replace(own(), numbers={VatCase.EU_SERVICES: 24}))
    assert map_invoice(sold_to("DE"), named, 1, {"CONS": 1}, "m").body["vatStatus"] == 24
    wrong = replace(PROFILE, vat=replace(own(), numbers={VatCase.EU_SERVICES: 26}))  # of purchases
    error = refusal(sold_to("DE"), wrong)
    assert (error.code, error.facts["number"]) == ("VAT_STATUS_NOT_IN_USE", 26)
    assert list(VatStatuses.model_fields) == [case.value for case in VatCase]


def test_V1_a_rows_own_status_overrides_the_heads() -> None:
    """A room in Helsinki is charged on with VAT, consulting and a licence without: three statuses on one invoice."""
    rows = (
        a_row(1, vat_percent=Decimal(0)),
        a_row(2, vat_percent=Decimal("25.5")),
        a_row(3, vat_percent=Decimal(0), kind=RowKind.FEES),
    )
    facts = VatFacts(product_types={"row-3": frozenset(["Materials"])})
    body: Any = map_invoice(sold_to("DE", rows=rows), PROFILE, 1, {"CONS": 1}, "m", facts).body
    assert body["vatStatus"] == 1
    assert [row.get("vatStatus") for row in body["invoiceRows"]] == [21, None, 5]
    mixed: Any = map_invoice(sold_to("DE", rows=(rows[0], rows[2])), PROFILE, 1, {"CONS": 1}, "m", facts).body
    assert (mixed["vatStatus"], [row.get("vatStatus") for row in mixed["invoiceRows"]]) == (21, [None, 5])


@pytest.mark.parametrize(
    ("home", "buyer", "percent", "business_id", "number", "identifier"),
    [
        ("FI", "DE", "0", "de 123456789", "DE123456789", "DE123456789"),
        ("FI", "DE", "25.5", "DE123456789", "DE123456789", "DE123456789"),
        ("FI", "SE", "0", "556016-0680", "SE556016068001", "556016-0680"),
        ("SE", "FI", "0", "0112038-9", "FI01120389", "0112038-9"),
        ("FI", "FI", "25.5", "FI01120389", None, "0112038-9"),
        ("FI", "AX", "0", "FI01120389", None, "0112038-9"),
        ("FI", "US", "0", "12-3456789", None, "12-3456789"),
        ("FI", "DE", "25.5", "123456789", None, "123456789"),
    ],
)
def test_V1_tax_code_is_the_eu_customers_vat_number(
    home: str, buyer: str, percent: str, business_id: str, number: str | None, identifier: str
) -> None:
    """The directive wants it on the invoice (article 226 (4)); the identifier stays the register's (M1-M3)."""
    result = map_invoice(
        sold_to(buyer, percent, business_id=business_id), replace(PROFILE, country=home), 1, {"CONS": 1}, "m"
    )
    party: Any = result.body["counterParty"]
    assert (party.get("taxCode"), party["identifier"]) == (number, identifier)
    said = [note for note in result.notes if "not a VAT number of another EU country" in note]
    assert bool(said) == (buyer == "DE" and number is None)


def test_R3_the_vat_number_of_a_sole_trader_is_not_said() -> None:
    finnish = replace(PROFILE, country="SE", vat=own("SE"))
    invoice = sold_to("FI", business_id="SE640823323401")
    assert "3234" not in str(refusal(invoice, finnish))


def test_V1_check_says_what_each_case_has_and_which_has_none() -> None:
    few = VatTerms((VatStatus(1, "Domestic"), VatStatus(7, "EU myynti")), {VatCase.EU_GOODS: 7, VatCase.OUTSIDE_EU: 8})
    lines = {one.thing: one for one in found_statuses(few, "FI", DAY)}
    assert lines["a domestic sale"].message == "1 Domestic, by its description"
    assert lines["goods sold to another EU country without VAT"].message == "7 EU myynti, by the settings"
    services = lines["services sold to another EU country without VAT"]
    assert services.state is State.NOTE and "sales.vat.statuses.eu_services" in services.message
    assert lines["a sale outside the EU that is not reported"].state is State.DIFFERENT
    assert {one.state for one in found_statuses(VatTerms(), "FI", DAY)[:2]} == {State.MISSING}


@pytest.mark.parametrize(
    ("percent", "day", "there"),
    [
        ("24", "2024-08-31", True),
        ("24", "2024-09-01", False),
        ("25.5", "2024-08-31", False),
        ("25.50", "2024-09-01", True),
        ("14", "2025-12-31", True),
        ("13.5", "2025-12-31", False),
        ("13.5", "2026-01-01", True),
        ("10", "2020-01-01", True),
    ],
)
def test_F7_percentages_have_their_days(percent: str, day: str, there: bool) -> None:
    assert in_force(Decimal(percent), "FI", dt.date.fromisoformat(day)) is there
    assert in_force(Decimal(percent), "SE", dt.date.fromisoformat(day))


def test_F7_delivery_before_a_change_is_transferred_and_noted() -> None:
    rows = (a_row(vat_percent=Decimal(14)), a_row(2, vat_percent=Decimal("25.5")))
    profile = replace(PROFILE, vat_percents=PROFILE.vat_percents | {Decimal(14)})
    late = an_invoice(rows=rows, date=dt.date(2026, 1, 2))
    check_vat(late, profile)
    assert vat_notes(late, profile) == [
        "Row 1 (Consulting) has VAT 14 %, which was not in force on the invoice's date 2026-01-02."
    ]
    assert vat_notes(replace(late, date=dt.date(2025, 12, 30)), profile) == []
    assert vat_notes(replace(late, is_credit_note=True), profile) == []


def test_F7_periods_of_a_country_do_not_overlap_their_successors() -> None:
    assert PERIODS["FI", Decimal(24)][1] + dt.timedelta(days=1) == PERIODS["FI", Decimal("25.5")][0]
    assert PERIODS["FI", Decimal(14)][1] + dt.timedelta(days=1) == PERIODS["FI", Decimal("13.5")][0]
