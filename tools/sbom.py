"""Write the software bill of materials, CycloneDX 1.6 as JSON, of a file of pins: `make sbom`.

`python tools/sbom.py [requirements/run.txt] [sbom.cdx.json]`. It needs Python's library alone, since the image writes
its own. The same pins and the same installed packages give the same bytes.
"""

from __future__ import annotations

import json
import sys
import tomllib
import uuid
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tools.pins import Pin, pins  # noqa: E402 - also as a script


def bill(found: list[Pin]) -> dict[str, Any]:
    """The bill of the gateway with these packages."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    own = {"type": "application", "name": project["name"], "version": project["version"]}
    ref = f"pkg:pypi/{own['name']}@{own['version']}"
    components = [_component(pin) for pin in sorted(found)]
    content = json.dumps(components, sort_keys=True)
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, ref + content)}",
        "version": 1,
        "metadata": {
            "component": {**own, "bom-ref": ref, "purl": ref, "licenses": [{"expression": project["license"]["text"]}]}
        },
        "components": components,
    }


def _component(pin: Pin) -> dict[str, Any]:
    """A package. All files of its version have its hashes: which of them is installed depends on the machine."""
    purl = f"pkg:pypi/{pin.name}@{pin.version}"
    found: dict[str, Any] = {"type": "library", "bom-ref": purl, "name": pin.name, "version": pin.version, "purl": purl}
    found["scope"] = "optional" if pin.marker else "required"
    found["hashes"] = [{"alg": "SHA-256", "content": one} for one in sorted(pin.hashes)]
    if licence := _licence(pin):
        found["licenses"] = [licence]
    if pin.marker:
        found["properties"] = [{"name": "python:marker", "value": pin.marker}]
    return found


def _licence(pin: Pin) -> dict[str, Any] | None:
    """As the installed package declares it; None if it isn't installed in this version, or says nothing short."""
    try:
        said: Any = metadata.metadata(pin.name)  # a message, with all that one has
    except metadata.PackageNotFoundError:
        return None
    if said["Version"] != pin.version:
        return None
    if expression := said.get("License-Expression"):
        return {"expression": expression}
    classified = [one.rpartition(" :: ")[2] for one in said.get_all("Classifier") or () if one.startswith("License ::")]
    name = classified[0] if classified else (said.get("License") or "").strip()
    return {"license": {"name": name}} if name and "\n" not in name else None


def text(file: Path) -> str:
    """The bill of a file of pins, as it is written."""
    return json.dumps(bill(pins(file.read_text())), indent=1) + "\n"


if __name__ == "__main__":
    given = sys.argv[1:]
    source = Path(given[0]) if given else ROOT / "requirements/run.txt"
    target = Path(given[1]) if len(given) > 1 else ROOT / "sbom.cdx.json"
    target.write_text(text(source))
