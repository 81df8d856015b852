"""Compare the pins of requirements/*.txt with known vulnerabilities: `make audit`. Exit code 1: a pin has one.

The list is in the repository, deploy/advisories.json, so that CI needs no network. Refresh it from a clone of
https://github.com/pypa/advisory-database: `make audit ARGS="--refresh ../advisory-database"`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from packaging.version import Version

from tools.pins import FOLDER, Pin, pins

LIST = FOLDER.parent / "deploy/advisories.json"
SOURCE = "https://github.com/pypa/advisory-database"
#: A list that is older says little.
OLD = timedelta(days=90)

Json = dict[str, Any]


def findings(pinned: Iterable[Pin], known: Json) -> list[str]:
    """One line per pin and advisory, without those that were accepted with a reason."""
    by_name: dict[str, list[Json]] = {}
    for one in known["advisories"]:
        by_name.setdefault(one["package"], []).append(one)
    return [
        f"{pin.name} {pin.version}: {one['id']}{_fixed(one)}"
        for pin in sorted(set(pinned))
        for one in by_name.get(pin.name, ())
        if one["id"] not in known["accepted"] and is_affected(pin.version, one)
    ]


def is_affected(version: str, advisory: Json) -> bool:
    """Whether an advisory names the version, or has it in one of its ranges: [first, first that is fixed or null]."""
    if version in advisory.get("versions", ()):
        return True
    own = Version(version)
    ranges = advisory.get("ranges", ())
    return any(Version(first) <= own and (fixed is None or own < Version(fixed)) for first, fixed in ranges)


def _fixed(advisory: Json) -> str:
    fixed = [fixed for _, fixed in advisory.get("ranges", ()) if fixed]
    return f", fixed in {', '.join(fixed)}" if fixed else ", not fixed"


def all_pins() -> list[Pin]:
    """Those of all files."""
    return [pin for file in sorted(FOLDER.glob("*.txt")) for pin in pins(file.read_text())]


def read() -> Json:
    """The list: `made`, `source`, `accepted` ids with their reasons, `advisories`."""
    known: Json = json.loads(LIST.read_text())
    return known


def refreshed(clone: Path, made: str, names: Iterable[str], accepted: Json) -> Json:
    """The list from a clone, for packages with these names."""
    found = [one for name in sorted(set(names)) for one in _advisories(clone / "vulns" / name, name)]
    return {"made": made, "source": SOURCE, "accepted": accepted, "advisories": found}


def _advisories(folder: Path, name: str) -> Iterator[Json]:
    for file in sorted(folder.glob("*.yaml")):
        tree = yaml.safe_load(file.read_text())
        for affected in tree.get("affected", ()):
            if "withdrawn" not in tree and affected["package"]["name"].lower() == name:
                ranges = [
                    pair
                    for one in affected.get("ranges", ())
                    if one["type"] == "ECOSYSTEM"
                    for pair in _pairs(one["events"])
                ]
                listed = {"ranges": ranges} if ranges else {"versions": affected.get("versions", [])}
                yield {"id": tree["id"], "aliases": tree.get("aliases", []), "package": name, **listed}


def _pairs(events: list[Json]) -> Iterator[tuple[str, str | None]]:
    """Ranges of versions. The end of one is the next `fixed`; one without an end is not fixed."""
    first: str | None = None
    for event in events:
        if "introduced" in event:
            first = event["introduced"]
        elif "fixed" in event and first is not None:
            yield first, event["fixed"]
            first = None
    if first is not None:
        yield first, None


def main() -> int:
    """Refresh or compare."""
    parser = argparse.ArgumentParser(description="Compare the pins with known vulnerabilities.")
    parser.add_argument("--refresh", type=Path, metavar="CLONE", help=f"a clone of {SOURCE}")
    given, known, pinned = parser.parse_args(), read(), all_pins()
    if given.refresh:
        command = ["git", "-C", str(given.refresh), "log", "-1", "--format=%cs"]
        made = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
        known = refreshed(given.refresh, made, (pin.name for pin in pinned), known["accepted"])
        LIST.write_text(json.dumps(known, indent=1) + "\n")
    found = findings(pinned, known)
    print("\n".join(found) or f"{len(set(pinned))} pins: none has an advisory in the list of {known['made']}")
    if datetime.now(UTC).date() - date.fromisoformat(known["made"]) > OLD:
        print(f"The list is older than {OLD.days} days: refresh it (tools/audit.py says how).", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
