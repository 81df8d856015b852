"""`make schemas`: each version of each Avro schema with its id and its fingerprint, as schemas/ids.json must have it.

A schema that differs from its fingerprint was edited after it was listed: write a new file instead (schemas/README.md).
"""

from __future__ import annotations

import sys
from typing import Any

from fastavro import parse_schema
from fastavro.schema import fingerprint, to_parsing_canonical_form

from gateway.events.registry import ids, read


def main() -> None:
    """Print a line per version. Exits with 1 when one differs from ids.json."""
    wrong = False
    for name, versions in ids().items():
        for version in versions:
            schema: Any = parse_schema(read(version["file"]))
            found = fingerprint(to_parsing_canonical_form(schema), "SHA-256")
            same = found == version["fingerprint"]
            wrong = wrong or not same
            print(
                f"{version['id']:3}  {name:24} {version['file']:32} {found}{'' if same else '  DIFFERS from ids.json'}"
            )
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
