"""`python -m gateway.sandbox --world FILE --port P`: both APIs on a port, from a world file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gateway.sandbox.errors import WorldError
from gateway.sandbox.server.server import serve


def main() -> None:
    """Serve until interrupted. A wrong world file is one message and exit code 2."""
    parser = argparse.ArgumentParser(prog="python -m gateway.sandbox", description=__doc__)
    parser.add_argument("--world", type=Path, required=True, help="what both APIs hold at the start")
    parser.add_argument("--port", type=int, default=8090, help="0: a free one (default: 8090)")
    parser.add_argument("--host", default="127.0.0.1", help="the address (default: 127.0.0.1)")
    given = parser.parse_args()
    try:
        serve(given.world, given.host, given.port)
    except WorldError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
