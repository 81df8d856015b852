"""What the gateway is made of: pins with hashes, the bill of materials, and known vulnerabilities."""

from __future__ import annotations

import json
import re
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools import audit, sbom
from tools.pins import FOLDER, Pin, pins

RUN = FOLDER / "run.txt"
HASH = "0" * 64
VULNERABLE = Pin("pillow", "9.5.0", "", (HASH,))


def an_advisory(**changes: Any) -> dict[str, Any]:
    return {"id": "PYSEC-1", "package": "pillow", "ranges": [["2", "3.1"], ["9.0rc1", "10"]], **changes}


def a_list(*advisories: dict[str, Any], **accepted: str) -> dict[str, Any]:
    return {"made": "2026-03-02", "source": "x", "accepted": accepted, "advisories": list(advisories)}


def test_S1_a_line_without_hashes_is_no_pin() -> None:
    good = f"a==1 ; sys_platform == 'win32' \\\n    --hash=sha256:{HASH}\n    # via b\n"
    assert pins(good) == [Pin("a", "1", "sys_platform == 'win32'", (HASH,))]
    for wrong in ("a==1\n", "a>=1\n", "git+https://x/y\n"):
        with pytest.raises(ValueError, match="no pin"):
            pins(good + wrong)


def test_S1_bill_has_each_pin_with_hashes_and_licence() -> None:
    """In the form of CycloneDX 1.6; a package that isn't installed here has no licence."""
    bill, pinned = json.loads(sbom.text(RUN)), pins(RUN.read_text())
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch("urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", bill["serialNumber"])
    assert bill["metadata"]["component"]["name"] == "severa-procountor-gateway"
    parts = bill["components"]
    assert [(one["name"], one["version"]) for one in parts] == sorted((one.name, one.version) for one in pinned)
    assert len({one["bom-ref"] for one in parts}) == len(parts) > 50
    for one, pin in zip(parts, sorted(pinned), strict=True):
        assert one["type"] == "library" and one["purl"] == f"pkg:pypi/{pin.name}@{pin.version}"
        assert {(each["alg"], each["content"]) for each in one["hashes"]} == {("SHA-256", each) for each in pin.hashes}
        assert one["scope"] in ("required", "optional")
    named = {one["name"]: one["licenses"][0] for one in parts if "licenses" in one}
    assert named["pikepdf"] == {"expression": "MPL-2.0"} and named["httpx"] == {"license": {"name": "BSD License"}}
    installed = {one.name.lower().replace("_", "-") for one in metadata.distributions()}
    assert set(named) == {one["name"] for one in parts} & installed


def test_S1_bill_is_the_same_each_time(tmp_path: Path) -> None:
    assert sbom.text(RUN) == sbom.text(RUN)
    shuffled = tmp_path / "run.txt"
    shuffled.write_text("\n".join(reversed(re.split(r"\n(?=[a-z])", RUN.read_text()))) + "\n")
    assert sbom.text(shuffled) == sbom.text(RUN)


def test_S1_image_carries_its_bill() -> None:
    assert "tools/sbom.py requirements/${WITH}.txt" in (FOLDER.parent / "Dockerfile").read_text()


def test_S1_no_pin_has_a_known_vulnerability() -> None:
    """Without a network: the list is in the repository. `make audit` says what to do with a finding."""
    known = audit.read()
    assert len(known["advisories"]) > 100
    assert audit.findings(audit.all_pins(), known) == []
    assert audit.findings([VULNERABLE], known)  # the list is one that finds something
    assert all(known["accepted"].values())


@pytest.mark.parametrize(
    ("version", "affected"),
    [("1.9", False), ("2", True), ("3.1", False), ("9.0rc1", True), ("9.5.0", True), ("10.0", False), ("10.0a1", True)],
)
def test_S1_ranges_end_before_the_fixed_version(version: str, affected: bool) -> None:
    assert audit.is_affected(version, an_advisory()) is affected


def test_S1_unfixed_and_listed_versions_are_affected() -> None:
    assert audit.is_affected("99", an_advisory(ranges=[["0", None]]))
    listed = {"id": "PYSEC-2", "package": "pillow", "versions": ["9.5.0"]}
    assert audit.is_affected("9.5.0", listed) and not audit.is_affected("9.5.1", listed)


def test_S1_accepted_advisory_is_no_finding() -> None:
    assert audit.findings([VULNERABLE, VULNERABLE], a_list(an_advisory())) == [
        "pillow 9.5.0: PYSEC-1, fixed in 3.1, 10"
    ]
    assert audit.findings([VULNERABLE], a_list(an_advisory(), **{"PYSEC-1": "no fonts are drawn"})) == []


def test_S1_vulnerable_pin_fails_the_audit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["audit"])
    assert audit.main() == 0
    monkeypatch.setattr(audit, "all_pins", lambda: [VULNERABLE])
    assert audit.main() == 1
    assert "pillow 9.5.0: PYSEC-2023-" in capsys.readouterr().out


def test_S1_list_is_refreshed_from_a_clone(tmp_path: Path) -> None:
    """Of the pinned packages only; what was withdrawn, and other kinds of ranges, are left out."""
    (tmp_path / "vulns/pillow").mkdir(parents=True)
    events = [{"introduced": "0"}, {"fixed": "1"}, {"introduced": "2"}]
    ranges = [{"type": "GIT", "events": [{"introduced": "abc"}]}, {"type": "ECOSYSTEM", "events": events}]
    tree = {"id": "PYSEC-1", "affected": [{"package": {"name": "Pillow", "ecosystem": "PyPI"}, "ranges": ranges}]}
    for name, more in {"1": {}, "2": {"withdrawn": "2024-01-01T00:00:00Z"}}.items():
        (tmp_path / f"vulns/pillow/{name}.yaml").write_text(yaml.safe_dump({**tree, **more}))
    known = audit.refreshed(tmp_path, "2026-03-02", ["pillow", "other"], {"PYSEC-9": "why"})
    assert known["advisories"] == [
        {"id": "PYSEC-1", "aliases": [], "package": "pillow", "ranges": [("0", "1"), ("2", None)]}
    ]
    assert (known["made"], known["accepted"]) == ("2026-03-02", {"PYSEC-9": "why"})
