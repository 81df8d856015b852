"""B12: one file of settings; each fault says which, where, and what is accepted."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from gateway.settings import ErrorMail, SettingsError, load
from gateway.settings.runtime import ENVIRONMENTS, ProcountorApi

GOOD = """
procountor: {client_id: gw, client_secret: "${PC_SECRET}"}
organisations:
  - name: nordic
    severa: {client_id: s, client_secret: "${file:severa.secret}"}
    companies:
      - id: acme-fi
        business_unit: 11111111-1111-1111-1111-111111111111
        procountor: {api_key: "${ACME_KEY}"}
        default_codes: {product: P, work_type: W, travel_expense: T}
        sales: {status_before: Ready, status_after: Done}
"""
ENVIRON = {"PC_SECRET": "s1", "ACME_KEY": "k1"}


def write(folder: Path, text: str) -> Path:
    (folder / "severa.secret").write_text("s2\n")
    file = folder / "gateway.yaml"
    file.write_text(text)
    return file


def test_B12_secrets_are_read_from_references_and_hidden(tmp_path: Path) -> None:
    """From the environment and from files."""
    settings = load(write(tmp_path, GOOD), ENVIRON)
    company = settings.companies()[0]
    assert company.procountor.api_key.get_secret_value() == "k1"
    assert settings.organisations[0].severa.client_secret.get_secret_value() == "s2"
    assert "k1" not in repr(settings) and "k1" not in company.fingerprint()


def test_S1_a_missing_variable_is_named_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"companies\[0\]\(acme-fi\)\.procountor\.api_key: .*ACME_KEY"):
        load(write(tmp_path, GOOD), {"PC_SECRET": "s1"})


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("status_before: Ready, ", "", r"companies\[0\]\(acme-fi\)\.sales\.status_before: is missing"),
        (
            "status_after: Done",
            "status_after: Done, target_status: PAID",
            "'UNFINISHED', 'NOT_SENT' or 'SENT'",
        ),
        (
            "status_after: Done",
            "status_after: Done, dimensions: {project: A, cost_center: A}",
            r"sales\.dimensions: .*must have different dimensions",
        ),
        (
            "status_after: Done",
            "status_after: Done, dimensions: {department: A}",
            "is not a setting.*cost_center, project",
        ),
        (
            "status_after: Done",
            "status_after: Done, bank_account: FI2212345600000785",
            r"sales\.bank_account: 'FI22.*' is not an IBAN",
        ),
        ("status_after: Done", "status_after: Ready", r"sales: .*the same: an invoice would wait forever"),
        ("id: acme-fi", "id: Acme FI", "accepted: small letters"),
        ("name: nordic", "name: nordic\n    unknown: 1", "is not a setting. Settings here: companies, name, severa"),
        ("product: P", "product: ''", r"default_codes\.product: .*'' is not a code"),
        ("work_type: W", "work_type: ' '", r"default_codes\.work_type: .*blank"),
        ("travel_expense: T", "travel_expense: ' T '", r"default_codes\.travel_expense: .*spaces before or after"),
        (
            "client_id: gw",
            "client_id: gw, requests_per_second: 21",
            r"procountor: .*21 requests per second are too many: the API allows 20",
        ),
        ("client_id: gw", "client_id: gw, requests_per_minute: 1201", r"20\.0167 requests per second .* allows 20"),
        ("client_id: gw", "client_id: gw, environment: test, requests_per_second: 2", r"2 requests .*allows 1\.5"),
        ("client_id: gw", "client_id: gw, environment: demo", r"procountor\.environment: .*'production' or 'test'"),
        (
            "client_id: gw",
            'client_id: gw, base_url: "https://pts-api.procountor.com/api"',
            "base_url is the address of test, but environment is production",
        ),
        (
            "client_id: gw",
            "client_id: gw, requests_per_minute: 90, requests_per_second: 2",
            "exclude each other: set only one",
        ),
        (
            "organisations:",
            "polling: {window: 201}\norganisations:",
            r"polling\.window: .*less than or equal to 200",
        ),
        (
            "organisations:",
            "severa: {requests_per_second: 25}\norganisations:",
            r"severa: .*25 requests per second .* allows 10",
        ),
    ],
)
def test_settings_name_company_setting_and_what_is_accepted(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        load(write(tmp_path, GOOD.replace(old, new)), ENVIRON)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("status_after: Done", "status_after: Done, atachments: full", "atachments: .*Did you mean 'attachments'?"),
        (
            "id: acme-fi",
            "id: acme-fi\n        error_mail: {recipients: a@b.fi}",
            "error_mail.recipients: must be a list",
        ),
        ("id: acme-fi", "id: acme-fi\n        error_mail: {enabled: true}", "error_mail: .*no recipients"),
        ("id: acme-fi", "id: acme-fi\n        enabled: perhaps", "enabled: must be yes or no"),
        ("organisations:", "polling: {interval_min: 500}\norganisations:", "polling: interval_min is 500, above"),
        ("organisations:", "severa: {base_url: localhost:1}\norganisations:", "base_url: .*must begin with https://"),
        ("organisations:", "kafka: {prefix: a b}\norganisations:", "kafka.prefix: accepted: letters"),
        ('"${ACME_KEY}"', '""', "api_key: .*at least 1"),
    ],
)
def test_B12_a_wrong_setting_is_one_line_in_plain_words(tmp_path: Path, old: str, new: str, line: str) -> None:
    with pytest.raises(SettingsError, match=line) as caught:
        load(write(tmp_path, GOOD.replace(old, new)), ENVIRON)
    assert str(caught.value).count("\n") == 1
    assert "Value error" not in str(caught.value)


def test_B12_all_that_is_missing_is_reported_at_once(tmp_path: Path) -> None:
    (tmp_path / "severa.secret").unlink(missing_ok=True)
    file = tmp_path / "gateway.yaml"
    file.write_text(GOOD)
    with pytest.raises(SettingsError) as caught:
        load(file, {})
    for name in ("PC_SECRET", "ACME_KEY", "severa.secret"):
        assert name in str(caught.value)


def test_S1_secret_in_utf_16_is_reported_without_its_bytes(tmp_path: Path) -> None:
    file = write(tmp_path, GOOD)
    (tmp_path / "severa.secret").write_bytes("TOP-SECRET".encode("utf-16"))
    with pytest.raises(SettingsError, match=r"severa\.secret is not text in UTF-8") as caught:
        load(file, ENVIRON)
    assert "TOP" not in str(caught.value)


def test_a_company_id_used_twice_is_refused(tmp_path: Path) -> None:
    company = GOOD[GOOD.index("      - id") :]
    with pytest.raises(SettingsError, match=r"company id is the same in .*\[0\]\(acme-fi\) and .*\[1\]\(acme-fi\)"):
        load(write(tmp_path, GOOD + company), ENVIRON)


#: Another organisation with another company; what is equal below is put into it.
SVEA = """
  - name: svea
    severa: {client_id: s2, client_secret: "${PC_SECRET}"}
    companies:
      - id: cirrus-se
        business_unit: 22222222-2222-2222-2222-222222222222
        procountor: {api_key: "${CIRRUS_KEY}", client_id: other}
        default_codes: {product: P, work_type: W, travel_expense: T}
        sales: {status_before: Ready, status_after: Done}
"""
TWO = GOOD.rstrip() + SVEA
KEYS = {**ENVIRON, "CIRRUS_KEY": "k2"}
NORDIC_AND_SVEA = r"organisations\[0\]\(nordic\)%s and organisations\[1\]\(svea\)%s"
ACME_AND_CIRRUS = NORDIC_AND_SVEA % (r"\.companies\[0\]\(acme-fi\)", r"\.companies\[0\]\(cirrus-se\)")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("client_id: s2", "client_id: s", "severa.client_id is the same in " + NORDIC_AND_SVEA % ("", "")),
        ("client_id: s2", "client_id: S", "severa.client_id is the same in " + NORDIC_AND_SVEA % ("", "")),
        ("client_id: s2", "client_id: 's '", r"organisations\[1\]\(svea\)\.severa\.client_id: .*spaces"),
        ("22222222-2222-2222-2222-222222222222", "11111111-1111-1111-1111-111111111111",
         "business_unit is the same in " + ACME_AND_CIRRUS),
        ("${CIRRUS_KEY}", "${ACME_KEY}", "procountor.api_key is the same in " + ACME_AND_CIRRUS),
        ("${CIRRUS_KEY}", "${file:key}", "procountor.api_key is the same in " + ACME_AND_CIRRUS),
        ("${CIRRUS_KEY}", "k1 ", "procountor.api_key is the same in " + ACME_AND_CIRRUS),
        ("client_id: other", "client_id: GW", r"procountor.client_id differs between procountor and .*\(cirrus-se\)"),
        ("name: svea", "name: nordic", "organisation name is the same in "),
        ("id: cirrus-se", "id: acme-fi", "company id is the same in "),
    ],
)  # fmt: skip
def test_Q4_settings_that_split_a_company_are_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    """Two homes of one credential each poll it at the full rate; two companies of one unit or key make all twice."""
    (tmp_path / "key").write_text("k1\n")
    assert len(load(write(tmp_path, TWO), KEYS).organisations) == 2
    with pytest.raises(SettingsError, match=message) as caught:
        load(write(tmp_path, TWO.replace(old, new)), {**KEYS, "ACME_KEY": "k1"})
    assert "k1" not in str(caught.value)


@pytest.mark.parametrize("twice", ["api_key: A, api_key: B", "client_id: a, client_id: a"])
def test_B12_a_name_that_stands_twice_is_refused(tmp_path: Path, twice: str) -> None:
    """YAML would take the last one: a key, or a whole organisation, would be lost without a word."""
    with pytest.raises(SettingsError, match=r"a name is twice in one mapping \(line 9"):
        load(write(tmp_path, GOOD.replace('api_key: "${ACME_KEY}"', twice)), ENVIRON)


def test_B12_what_is_merged_in_may_be_overridden(tmp_path: Path) -> None:
    anchored = GOOD.replace("default_codes: {", "default_codes: &codes {")
    company = anchored[anchored.index("      - id") :].replace("acme-fi", "bolt-fi").replace("1111-", "3333-")
    company = company.replace("&codes {product: P, work_type: W, travel_expense: T}", "{<<: *codes, product: Q}")
    text = anchored + company.replace("${ACME_KEY}", "k3")
    assert load(write(tmp_path, text), ENVIRON).companies()[1].default_codes.product == "Q"


@pytest.mark.parametrize(
    ("broken", "place"),
    [('"TOP-SECRET" x', r"line 9, column 44"), ("*TOP-SECRET", r"undefined alias.*line 9"), ("'TOP-SECRET", "line")],
)
def test_S1_a_secret_in_a_broken_file_is_not_printed(tmp_path: Path, broken: str, place: str) -> None:
    text = GOOD.replace('"${ACME_KEY}"', broken)
    with pytest.raises(SettingsError, match=place) as caught:
        load(write(tmp_path, text), ENVIRON)
    assert "TOP-SECRET" not in str(caught.value)


@pytest.mark.parametrize("raw", [b"a: \x00TOP-SECRET", b"a: \xffTOP-SECRET"])
def test_S1_a_file_that_is_no_text_is_told_without_it(tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "gateway.yaml"
    file.write_bytes(raw)
    with pytest.raises(SettingsError, match="is not YAML") as caught:
        load(file, ENVIRON)
    assert "TOP-SECRET" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("smtp: {host: 2026-02-30}", r"can't be read: put it in quotes \(line 2, column 14\)"),
        ("smtp: {host: !!timestamp x}", r"put it in quotes \(line 2"),
        ("smtp: {port: " + "9" * 5000 + "}", r"put it in quotes \(line 2"),
        ("smtp: " + "[" * 3000, "is not YAML"),
        ("smtp: &a {host: *a}", "an anchor"),
        (
            "\n".join(f"x{n}: &x{n} [{f'*x{n - 1}, ' * 10}]" for n in range(1, 9)).replace("*x0", "TOP-SECRET"),
            "an anchor",
        ),
        ('smtp: {host: "${file:a\\0b}"}', "is no name of a file"),
    ],
    ids=["no date", "no time", "digits", "depth", "within itself", "a hundred million values", "no name"],
)
def test_B12_a_file_that_yaml_stumbles_over_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str
) -> None:
    """Found by fuzzing: each ended the command with a traceback, or didn't end."""
    monkeypatch.setattr(import_module("gateway.settings.load"), "MOST_VALUES", 10_000)
    with pytest.raises(SettingsError, match=message) as caught:
        load(write(tmp_path, f"\n{text}{GOOD}"), ENVIRON)
    assert "TOP-SECRET" not in str(caught.value)


def test_B12_a_name_that_is_a_list_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is not YAML"):
        load(write(tmp_path, "? [a, b]\n: 1\n" + GOOD), ENVIRON)


def test_Q4_another_address_of_an_api_has_its_own_limits(tmp_path: Path) -> None:
    own = 'severa: {base_url: "http://localhost:1", requests_per_second: 100}\n'
    assert load(write(tmp_path, own + GOOD), ENVIRON).severa.requests_per_second == 100


def test_Q4_a_limit_may_be_one_of_a_minute_or_below_one_a_second(tmp_path: Path) -> None:
    def api(setting: str) -> tuple[float, float]:
        read = load(write(tmp_path, GOOD.replace("client_id: gw", f"client_id: gw, {setting}")), ENVIRON).procountor
        return read.rate, read.counted_over

    assert api("requests_per_minute: 90") == (1.5, 60)
    assert api("requests_per_second: 0.25") == (0.25, 1)


def test_Q4_an_environment_names_its_address_and_limit(tmp_path: Path) -> None:
    """What is given goes before; the worker's part and a check's quarter beside it stay under what is allowed."""

    def api(setting: str) -> ProcountorApi:
        return load(write(tmp_path, GOOD.replace("client_id: gw", f"client_id: gw, {setting}")), ENVIRON).procountor

    test, production = api("environment: test"), api("environment: production")
    assert (test.base_url, test.rate * 60, test.counted_over) == ("https://pts-api.procountor.com/api", 70, 60)
    assert production == api("requests_per_second: 15")
    assert all(one.rate * 1.25 <= ENVIRONMENTS[one.environment].allowed for one in (test, production))
    own = api('environment: test, requests_per_second: 1, base_url: "http://localhost:1"')
    assert (own.base_url, own.rate, own.counted_over) == ("http://localhost:1", 1, 1)


def test_Q3_a_changed_setting_changes_the_fingerprint(tmp_path: Path) -> None:
    one = load(write(tmp_path, GOOD), ENVIRON).companies()[0]
    two = load(write(tmp_path, GOOD.replace("Done", "Sent")), ENVIRON).companies()[0]
    key = load(write(tmp_path, GOOD), {**ENVIRON, "ACME_KEY": "k2"}).companies()[0]
    assert one.fingerprint() != two.fingerprint()
    assert one.fingerprint() == key.fingerprint()


@pytest.mark.parametrize(
    "address",
    ["maija", "mäki@acme.fi", "a@äcme.fi", "a@b.fi\nBcc: c@d.fi", "a@", "@b.fi", "a b@c.fi", "a@b.fi, c@d.fi"],
)
def test_S8_an_address_that_no_server_takes_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="is not an e-mail address in ASCII"):
        ErrorMail(recipients=(address,))
    with pytest.raises(ValueError, match="is not an e-mail address in ASCII"):
        ErrorMail(operator=(address,))
    assert ErrorMail(recipients=("maija.meri+errors@acme.fi",)).recipients


def test_S15_a_dimension_is_chosen_by_its_name(tmp_path: Path) -> None:
    plain = load(write(tmp_path, GOOD), ENVIRON).companies()[0].sales.dimensions
    assert (plain.project, plain.cost_center, plain.business_unit, plain.by_project) == (None, None, None, False)
    text = GOOD.replace("status_after: Done", "status_after: Done, dimensions: {business_unit: Yksikkö}")
    assert load(write(tmp_path, text), ENVIRON).companies()[0].sales.dimensions.by_project


@pytest.mark.parametrize("api", ["severa", "procountor"])
@pytest.mark.parametrize("host", ["proxy.example", "10.0.0.7", "0.0.0.0", "127.0.0.1.example", "localhost.example"])
def test_S1_plain_http_to_another_machine_is_refused(tmp_path: Path, api: str, host: str) -> None:
    """Keys would cross a network readable for anyone on it."""
    address = f"base_url: 'http://{host}:1/x'"
    old, new = ("client_id: gw", f"client_id: gw, {address}")
    text = GOOD.replace(old, new) if api == "procountor" else GOOD + f"severa: {{{address}}}\n"
    with pytest.raises(SettingsError, match=rf"{api}\.base_url: 'http://{host}:1/x' is plain HTTP.*https://"):
        load(write(tmp_path, text), ENVIRON)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "[::1]"])
def test_S1_plain_http_on_this_machine_is_accepted(tmp_path: Path, host: str) -> None:
    """The sandbox, and a proxy beside the worker that speaks TLS."""
    text = GOOD + f"severa: {{base_url: 'http://{host}:1/x'}}\n"
    assert load(write(tmp_path, text), ENVIRON).severa.base_url == f"http://{host}:1/x"


def test_S1_login_in_an_address_is_refused_unseen(tmp_path: Path) -> None:
    text = GOOD + "severa: {base_url: 'https://gateway:TOP-SECRET@proxy.example/x'}\n"
    with pytest.raises(SettingsError, match=r"severa\.base_url: contains a login") as caught:
        load(write(tmp_path, text), ENVIRON)
    assert "TOP-SECRET" not in str(caught.value)
