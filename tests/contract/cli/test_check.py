"""`gateway check` on the sandbox: a world that fits, each kind of difference, exit codes, JSON (S2, L3)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from gateway.cli import app
from gateway.cli.check.command import check as _check  # noqa: F401  (adds its command)
from gateway.cli.topics import topics as _topics  # noqa: F401  (with one command alone it would have no name)
from gateway.sandbox.server.server import SandboxApis
from gateway.sandbox.world.demo_registers import add_registers
from gateway.sandbox.world.demo_world import FIRMS, base_world, guid, many_invoices

EXAMPLE = Path(__file__).parents[3] / "examples" / "gateway.yaml"
SECRETS = {
    "PROCOUNTOR_CLIENT_SECRET": "gateway-secret",
    "SEVERA_NORDIC_SECRET": "nordic-secret",
    "SEVERA_SVEA_SECRET": "svea-secret",
    "PROCOUNTOR_ACME_KEY": "acme-fi-key",
    "PROCOUNTOR_CIRRUS_KEY": "cirrus-se-key",
}
COMPANIES = ("--company", "acme-fi", "--company", "cirrus-se")
Check = Callable[..., Result]
Json = dict[str, Any]


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxApis]:
    world = base_world(severa_per_second=1000, procountor_per_second=1000)
    with SandboxApis(add_registers(world, *FIRMS)) as running:
        yield running


@pytest.fixture
def apis(server: SandboxApis) -> SandboxApis:
    server.reset()
    return server


@pytest.fixture
def check(apis: SandboxApis, tmp_path: Path) -> Check:
    """The example settings at the sandbox's port; `change` replaces a text in them."""

    def run(*words: str, change: tuple[str, str] = ("", ""), **secrets: str) -> Result:
        text = EXAMPLE.read_text().replace("http://localhost:8090", apis.url)
        text = re.sub(r"requests_per_second: \d+", "requests_per_second: 2000", text)
        path = tmp_path / "gateway.yaml"
        path.write_text(text.replace(*change, 1) if change[0] else text)
        companies = () if "--company" in words else COMPANIES  # Kafka and mails: test_check_around.py
        return CliRunner().invoke(app, ["check", "--settings", str(path), *companies, *words], env=SECRETS | secrets)

    return run


def acme(apis: SandboxApis, severa: Json | None = None, procountor: Json | None = None) -> None:
    apis.change({"severa": {"nordic": severa or {}}, "procountor": {"acme-fi": procountor or {}}})


def lines(ran: Result, company: str = "acme-fi") -> list[Json]:
    """What isn't well."""
    report = next(one for one in json.loads(ran.stdout)["companies"] if one["company"] == company)
    return [one for one in report["lines"] if one["state"] not in ("ok", "note")]


def test_S2_L3_a_world_that_fits_is_exit_code_0(check: Check, apis: SandboxApis) -> None:
    ran = check()
    assert ran.exit_code == 0, ran.output
    assert "Everything matches." in ran.output
    assert re.search(r"^acme-fi \(FI, nordic\): everything matches: \d+ ok", ran.output, re.M)
    assert "Travel expenses: 1 ok, 1 note" in ran.output
    assert not [one for one in apis.journal() if one["effect"] or one["method"] not in ("GET", "POST")]


def test_S2_L3_all_shows_each_line(check: Check) -> None:
    ran = check("--all", "--company", "cirrus-se")
    assert "ok        SEK SE4550000000058398257466: default for invoices" in ran.output
    assert "ok        CONS Consulting" in ran.output
    assert "acme-fi" not in ran.output


def test_S2_L3_json_has_a_report_for_each_company(check: Check) -> None:
    tree = json.loads(check("--json").stdout)
    assert tree["good"] is True
    assert [(one["company"], one["organisation"], one["good"]) for one in tree["companies"]] == [
        ("acme-fi", "nordic", True),
        ("cirrus-se", "svea", True),
    ]
    parts = list(dict.fromkeys(line["part"] for line in tree["companies"][0]["lines"]))
    assert parts == [
        *("logins", "settings", "bank accounts", "default codes", "dimensions"),
        *("sales accounts", "products", "work types", "travel expenses", "VAT", "VAT statuses"),
        "purchase invoices",
    ]


def test_S2_S13_a_status_that_severa_lacks(check: Check) -> None:
    ran = check(change=("status_before: Ready for", "status_before: Redy for"))
    assert ran.exit_code == 1
    said = " ".join(ran.output.split())  # however wide the terminal is
    assert "missing status before: Severa has no invoice status Redy for transfer. It has: Draft, Paid, Rea" in said
    assert "-> operator, in the settings: Correct sales.status_before" in said
    assert "Problems found in: acme-fi." in ran.output
    assert ran.output.count("everything matches: ") == 1  # the other company


def test_S13_flags_and_order_of_the_statuses(check: Check, apis: SandboxApis) -> None:
    """An invoice in a status without a number has none, and is refused: reported before the first one waits there."""
    own = {"guid": guid("nordic", "status", "Ready for transfer"), "hasInvoiceNumber": False, "sortOrder": 9}
    acme(apis, {"/v1/invoicestatuses": [own, {"guid": guid("nordic", "status", "Transferred"), "isSent": False}]})
    ran = check("--json")
    found = [(one["thing"], one["state"], one["fix"]) for one in lines(ran)]
    assert found == [
        ("status before", "different", "Tick Invoice number in the settings of the invoice status Ready for transfer."),
        ("status after", "different", "Tick Sent in the settings of the invoice status Transferred."),
    ]
    assert "Transferred comes before Ready for transfer" in ran.output


def test_S2_wrong_unit_and_dimension_are_reported_with_choices(check: Check) -> None:
    """Whoever sets it up has no other list of guids."""
    change = ("d87125d8-9b9e-5a57-a53c-71931d3ee86e", "d87125d8")
    (one,) = lines(check("--json", change=change))
    assert one["message"].startswith("Severa has no business unit with this guid. It has: d87125d8-9b9e-5a57-a53c-")
    assert "Acme Oy (1019686-0)" in one["message"] and "Group (no VAT number of its own)" in one["message"]
    ran = check("--json", "--company", "cirrus-se")
    assert "Cost centers, Projects. The settings don't use them" in ran.output


def test_S2_S1_refused_key_leaves_other_sides_checked(check: Check) -> None:
    """The other side and the other companies are."""
    ran = check("--json", PROCOUNTOR_CIRRUS_KEY="wrong")
    assert ran.exit_code == 1
    (one,) = lines(ran, "cirrus-se")
    assert (one["part"], one["thing"], one["state"], one["who"]) == ("logins", "Procountor", "failed", "operator")
    assert "wrong" not in ran.output
    assert lines(ran) == []


def test_S2_a_side_that_fails_is_said_where_it_failed(check: Check, apis: SandboxApis) -> None:
    apis.faults({"api": "procountor", "operation": "getChartOfAccount", "kind": "fail_before", "times": 0})
    ran = check("--json", "--company", "acme-fi")
    assert ran.exit_code == 1
    (one,) = lines(ran)
    assert (one["part"], one["state"], one["fix"]) == (
        "sales accounts",
        "failed",
        "Run gateway check again later.",
    )


def test_S2_unit_without_vat_number_and_wrong_key_are_reported(check: Check, apis: SandboxApis) -> None:
    acme(apis, {"/v1/businessunits": [{"guid": guid("acme-fi", "unit"), "name": "Acme Oy", "vatNumber": None}]})
    ran = check("--json", PROCOUNTOR_ACME_KEY="cirrus-se-key", PROCOUNTOR_CIRRUS_KEY="acme-fi-key")
    found = [(one["part"], one["thing"], one["state"]) for one in lines(ran)]
    assert ("settings", "business unit", "missing") in found
    assert ("settings", "company of the key", "different") in found


def test_S18_a_company_of_severa_that_no_settings_name_is_a_note(check: Check, apis: SandboxApis) -> None:
    """With what waits there: once for its organisation, by the unit of the invoice or of its project."""
    world = base_world()
    many_invoices(world, next(one for one in FIRMS if one.id == "bolt-fi"), 3)
    below = {"guid": guid("bolt-fi", "below"), "name": "Oulu", "parentGuid": guid("bolt-fi", "unit")}
    one, two, three = world["severa"]["nordic"]["/v1/invoices"]
    project = {"guid": guid("bolt-fi", "p"), "name": "P", "businessUnit": {"guid": below["guid"]}}
    one["invoiceNumberBusinessUnitGuid"] = below["guid"]
    two |= {"invoiceNumberBusinessUnitGuid": None, "projects": [{"guid": project["guid"], "name": "P"}]}
    acme(apis, {"/v1/businessunits": [below], "/v1/projects": [project], "/v1/invoices": [one, two, three]})
    ran = check("--json", "--company", "acme-fi")
    (line,) = [line for line in json.loads(ran.stdout)["companies"][0]["lines"] if line["thing"] == "company Bolt Oy"]
    assert (ran.exit_code, line["state"]) == (0, "note")
    assert "Invoices that wait in Ready for transfer: 3." in line["message"]


def test_S1_two_keys_that_are_mixed_up_are_different(check: Check) -> None:
    """Both companies are Finnish and in euros: only their business ids tell them apart."""
    ran = check("--json", "--company", "acme-fi", PROCOUNTOR_ACME_KEY="bolt-fi-key")
    assert ran.exit_code == 1
    (one,) = lines(ran)
    assert (one["thing"], one["state"], one["who"]) == ("company of the key", "different", "operator")
    assert "Bolt Oy in Procountor is not Acme Oy in Severa: the business id is" in one["message"]


def test_S1_two_keys_that_open_one_company_are_different(check: Check, apis: SandboxApis) -> None:
    """Another user's key of the same company: it is another text."""
    apis.change({"procountor": {"cirrus-se": {"/company": {"id": 7, "name": "Both"}}}})
    acme(apis, procountor={"/company": {"id": 7, "name": "Both"}})
    ran = check("--json")
    for company, other in (("acme-fi", "cirrus-se"), ("cirrus-se", "acme-fi")):
        (one,) = lines(ran, company)
        assert (one["thing"], one["state"], other in one["message"]) == ("key of its own", "different", True)


def test_S1_a_company_that_tells_no_business_id_is_a_note(check: Check, apis: SandboxApis) -> None:
    acme(apis, procountor={"/company": {"id": 1, "name": "Acme Oy"}})
    ran = check("--company", "acme-fi")
    assert (ran.exit_code, "Procountor has no business id" in " ".join(ran.output.split())) == (0, True)


def test_S2_L2_bank_accounts_by_currency_and_iban(check: Check, apis: SandboxApis) -> None:
    own = {"currency": "EUR", "defaultForInvoice": True, "defaultForPayment": True, "status": "ACTIVE"}
    wrong = {**own, "id": 2, "iban": "FI2112345600000786", "currency": "SEK"}
    acme(apis, procountor={"/bankaccounts": [wrong, {**own, "id": 1, "iban": "FI2112345600000785"}]})
    (one,) = lines(check("--json"))
    assert (one["thing"], one["state"], one["where"]) == ("SEK FI2112345600000786", "different", "Procountor")
    acme(apis, procountor={"/bankaccounts": [{"id": 1, "status": "INACTIVE"}, {"id": 2, "status": "INACTIVE"}]})
    (one,) = lines(check("--json"))
    assert (one["thing"], one["state"]) == ("EUR", "missing")


def test_L2_severas_account_of_the_unit_against_procountors(check: Check, apis: SandboxApis) -> None:
    """Its own before those of its company; one of another unit is none of its."""
    number, iban, unit = "accountNumber", "SE4550000000058398257466", {"guid": guid("acme-fi", "unit"), "name": "Acme"}
    (own, *_) = apis.apis.world["severa"]["nordic"]["/v1/bankaccounts"]
    acme(apis, {"/v1/bankaccounts": [{**own, number: iban, "businessUnit": unit}]})
    (one,) = lines(check("--json"))
    assert (one["thing"], one["state"], one["where"]) == (f"in Severa {iban}", "different", "Procountor")
    company = {"guid": "c", "name": "Acme"}
    acme(
        apis,
        {
            "/v1/bankaccounts": [{**own, number: "123456-785", "businessUnit": None, "company": company}],
            "/v1/businessunits": [{"guid": guid("acme-fi", "unit"), "name": "Acme Oy", "companyGuid": "c"}],
        },
    )
    (one,) = lines(check("--json"))
    assert (one["thing"], one["state"], one["where"]) == ("in Severa 123456-785", "different", "Severa")


def test_S2_S4_S6_default_codes(check: Check, apis: SandboxApis) -> None:
    change = ("{product: GEN, work_type: WORK,", "{product: gen, work_type: GONE,")
    found = [(one["thing"], one["state"]) for one in lines(check("--json", change=change))]
    assert found == [("product gen", "different"), ("work_type GONE", "missing")]


def test_S2_S7_dimensions_by_name(check: Check, apis: SandboxApis) -> None:
    assert "Dimensions: 2 ok" in check("--company", "acme-fi").output
    acme(apis, procountor={"/dimensions": [{"id": 1, "name": "projects"}, {"id": 2, "name": "Other"}]})
    found = {(one["thing"], one["state"], one["where"]) for one in lines(check("--json"))}
    assert found == {  # named by sales, dimensions and purchases alike
        ("cost_center Cost centers", "missing", "settings"),
        ("project Projects", "different", "settings"),
    }


def test_S2_B14_how_the_items_of_a_dimension_look(check: Check, apis: SandboxApis) -> None:
    items = [{"id": 1, "codeName": "Website renewal"}, {"id": 2, "codeName": "Audit"}, {"id": 3, "codeName": "1003"}]
    acme(apis, procountor={"/dimensions": [{"id": 1, "name": "Projects", "items": items}]})
    found = lines(check("--json"))
    assert {(one["thing"], one["state"], one["where"]) for one in found} == {
        ("items of project Projects", "different", "settings")
    }
    one = found[0]
    assert one["message"].startswith("2 of 3 items look like {name}: Website renewal, Audit.")


def test_L3_sales_accounts_against_the_chart(check: Check, apis: SandboxApis) -> None:
    acme(apis, {"/v1/salesaccounts": [{"guid": "a", "name": "Licences", "number": "3999"}]})
    (one,) = lines(check("--json"))
    assert (one["part"], one["thing"], one["state"]) == ("sales accounts", "3999 Licences", "missing")
    assert one["fix"].startswith("Add the account 3999")


def test_L3_codes_against_procountors_products_beyond_a_page(check: Check, apis: SandboxApis) -> None:
    many: list[dict[str, object]] = [
        {"guid": f"p{n:03}", "name": f"Product {n}", "code": f"P{n:03}"} for n in range(230)
    ]
    many.append({"guid": "old", "name": "Old", "code": "OLD", "isActive": False})
    base = {"type": "SALES", "discount": 0, "price": 0, "active": True, "currency": "EUR"}
    theirs = [{**base, "id": 100 + n, "name": f"P {n}", "code": f"P{n:03}"} for n in range(229)]
    theirs.append({**base, "id": 900, "name": "Kilometres", "code": "KM", "type": "TRAVEL"})
    severa = {
        "/v1/products": many,
        "/v1/worktypes": [{"guid": "w", "name": "Design", "code": "design"}],
        "/v1/travelexpensetypes": [{"guid": "t", "name": "Mileage", "code": "KM"}],
    }
    theirs.append({**base, "id": 901, "name": "Design", "code": "DESIGN"})
    acme(apis, severa, {"/products": theirs})
    ran = check("--json", "--company", "acme-fi", change=("create_products: true", "create_products: false"))
    assert [(one["part"], one["thing"], one["state"]) for one in lines(ran)] == [
        ("products", "P229 Product 229", "missing"),
        ("work types", "design Design", "different"),
        ("travel expenses", "KM Mileage", "missing"),
    ]
    assert ran.exit_code == 1
    (one,) = lines(check("--json", "--company", "acme-fi"))  # S3: the gateway adds what is missing
    assert one["thing"] == "design Design"


def test_L3_vat_rates_of_the_companys_country(check: Check, apis: SandboxApis) -> None:
    rates = [("fi", 7, "FI"), ("se", 9, "SE"), ("old", 24, "FI")]
    trees = [{"guid": own, "percentage": percent, "countryGuid": guid(country)} for own, percent, country in rates]
    acme(apis, {"/v1/vatrates": trees})
    found = {one["thing"]: (one["state"], one["where"]) for one in lines(check("--json"))}
    assert found == {"7 %": ("missing", "Procountor"), "24 %": ("different", "Severa")}


def test_B12_wrong_settings_are_exit_code_2(check: Check) -> None:
    """An unknown company is, too."""
    ran = check(change=("country: SE", "country: NO"))
    assert (ran.exit_code, "organisations[1](svea).companies[0](cirrus-se).country" in ran.stderr) == (2, True)
    ran = check("--company", "nobody")
    assert (ran.exit_code, "acme-fi" in ran.stderr) == (2, True)


def test_V1_check_shows_each_vat_case_and_its_status(check: Check, apis: SandboxApis) -> None:
    """Also where all fits. A case that few companies have is a note, a number that isn't there is to be corrected."""
    said = " ".join(check("--company", "acme-fi").output.split())
    assert "services sold to another EU country without VAT: 21 EU community sales (service), by its descr" in said
    vat = apis.apis.world["procountor"]["acme-fi"]["/vats/default"]
    off = [one for one in vat["vatStatuses"] if "service" not in one["description"]]
    acme(apis, procountor={"/vats/default": {**vat, "vatStatuses": off}})
    ran = check("--company", "acme-fi")
    assert ran.exit_code == 0
    assert "services sold to another EU country without VAT: none: such invoices are refused" in " ".join(
        ran.output.split()
    )
    wrong = ("status_after: Transferred\n", "status_after: Transferred\n          vat: {statuses: {eu_goods: 99}}\n")
    (one,) = lines(check("--json", "--company", "acme-fi", change=wrong))
    assert (one["part"], one["state"], one["who"]) == ("VAT statuses", "different", "operator")
