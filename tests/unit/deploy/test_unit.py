"""The systemd unit: its hardening, as text, and as systemd judges it where systemd is installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[3]
UNIT = ROOT / "deploy/systemd/gateway.service"
SETTINGS = [line.partition("=")[::2] for line in UNIT.read_text().splitlines() if "=" in line and line[0] != "#"]
HARDENED = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "DynamicUser": "yes",
    "CapabilityBoundingSet": "",
    "UMask": "0077",
    "RestrictNamespaces": "user net",
}


def test_S1_unit_takes_no_right_that_it_does_not_need() -> None:
    found = dict(SETTINGS)
    assert {name: found.get(name) for name in HARDENED} == HARDENED
    assert "Environment" not in found  # secrets come as credentials, which no child and no `systemctl show` has


def test_Q6_unit_waits_for_a_worker_that_leaves() -> None:
    found = dict(SETTINGS)
    assert int(found["TimeoutStopSec"]) > 30 and found["KillMode"] == "mixed"
    assert (found["Restart"], found["RestartPreventExitStatus"]) == ("on-failure", "2")


def test_S1_systemd_accepts_the_unit_and_its_exposure(tmp_path: Path) -> None:
    """Exposure 3.0 of 10 at the most. Without systemd's own tool, only the text is looked at."""
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text().replace("/opt/gateway/bin/gateway", "/bin/true"))
    if analyze := shutil.which("systemd-analyze"):
        for check in (("verify", "--man=no"), ("security", "--offline=yes", "--threshold=30")):
            done = subprocess.run([analyze, *check, str(copy)], capture_output=True, text=True)
            assert done.returncode == 0 and str(copy) not in done.stderr, done.stdout + done.stderr
    names = {name for name, _ in SETTINGS}
    assert {"ExecStart", "LoadCredential", "SystemCallFilter", "WantedBy"} <= names
