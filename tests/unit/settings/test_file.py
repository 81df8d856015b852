"""S18-S20: the settings file of a running worker: which change is seen, and which needs a restart."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gateway.settings import GatewaySettings, SettingsError, load
from gateway.settings.file import SettingsFile, needs_a_restart
from tests.unit.settings.test_load import ENVIRON, GOOD, write

SECOND = GOOD[GOOD.index("      - id") :].replace("acme-fi", "bolt-fi").replace("1111", "2222", 1)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    return write(tmp_path, GOOD)


def rewrite(path: Path, text: str) -> None:
    """As an editor does, and a Kubernetes volume: another file takes its place."""
    new = path.with_suffix(".new")
    new.write_text(text)
    os.replace(new, path)


def test_S18_change_of_the_file_is_seen_once(file: Path) -> None:
    settings = SettingsFile(file)
    assert settings.changed() is None
    rewrite(file, GOOD.replace("Ready", "Waiting"))
    changed = settings.changed()
    assert changed is not None and changed.companies()[0].sales.status_before == "Waiting"
    assert settings.changed() is None
    rewrite(file.parent / "severa.secret", "s3")
    changed = settings.changed()
    assert changed is not None and changed.organisations[0].severa.client_secret.get_secret_value() == "s3"


def test_B12_wrong_file_is_reported_once_per_change(file: Path) -> None:
    settings = SettingsFile(file)
    rewrite(file, GOOD.replace("Ready", ""))
    with pytest.raises(SettingsError, match="status_before"):
        settings.changed()
    assert settings.changed() is None
    file.unlink()
    with pytest.raises(SettingsError, match="can't be read"):
        settings.changed()
    rewrite(file, GOOD)
    assert settings.changed() == load(file)


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("status_before: Ready", "status_before: Waiting", []),
        ("- id: acme-fi", "- id: acme-fi\n        enabled: false", []),
        ("organisations:", "kafka: {prefix: other}\norganisations:", ["kafka"]),
        ("organisations:", "polling: {window: 7}\norganisations:", ["polling"]),
        ("client_id: s,", "client_id: t,", ["organisations: nordic: severa"]),
        ('client_secret: "${PC_SECRET}"', "client_secret: rotated", []),
        ('client_secret: "${file:severa.secret}"', "client_secret: rotated", []),
        ('api_key: "${ACME_KEY}"', 'api_key: "${ACME_KEY}", client_id: own, client_secret: a', ["acme-fi: procountor"]),
        ('api_key: "${ACME_KEY}"', 'api_key: "${ACME_KEY}", client_secret: own', []),
        ("organisations:", "smtp: {password: new}\norganisations:", []),
        ("organisations:", "smtp: {username: new}\norganisations:", ["smtp"]),
        ("organisations:", "kafka: {sasl: {username: u, password: p}}\norganisations:", ["kafka"]),
        ("name: nordic", "name: svea", ["organisations: nordic", "organisations: svea"]),
        ("id: acme-fi", "id: bolt-fi", ["companies: acme-fi", "companies: bolt-fi"]),
        ('api_key: "${ACME_KEY}"', "api_key: k2", ["acme-fi: procountor"]),
        ("1111-111111111111", "1111-111111111112", ["acme-fi: business_unit"]),
    ],
)
def test_S18_what_needs_a_restart_is_named(file: Path, before: str, after: str, wanted: list[str]) -> None:
    old, new = load(file), _changed(file, before, after)
    assert (needs_a_restart(old, new), new != old) == (wanted, True)


def _changed(file: Path, before: str, after: str) -> GatewaySettings:
    assert GOOD.count(before) == 1
    rewrite(file, GOOD.replace(before, after))
    return load(file)
