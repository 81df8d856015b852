"""`gateway sandbox`: both APIs on a port, from a world file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gateway.cli import app, fail


@app.command(epilog="Example: `gateway sandbox --world examples/world.json --port 8090`")
def sandbox(
    world: Annotated[Path, typer.Option(help="The world file: what both APIs hold at the start.")],
    port: Annotated[int, typer.Option(help="The port.")] = 8090,
    host: Annotated[str, typer.Option(help="The address.")] = "127.0.0.1",
) -> None:
    """Serve sandbox versions of both APIs, with a control API for faults and a journal."""
    try:
        from gateway.sandbox.server import serve
        from gateway.sandbox.world import WorldError
    except ImportError as error:
        raise fail(f"the sandbox needs requirements/demo.txt: {error.name} is missing.") from error
    try:
        serve(world, host, port)
    except WorldError as error:
        raise fail(str(error)) from None
