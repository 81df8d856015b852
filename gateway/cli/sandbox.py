"""`gateway sandbox`: both APIs on a port, filled from a world file; on request with Kafka and a mail server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gateway.cli import app, fail


@app.command(epilog="Example: `gateway sandbox --world examples/world.json --kafka 9092 --mail 1025`")
def sandbox(
    world: Annotated[Path, typer.Option(help="The world file: the data of both APIs at the start.")],
    port: Annotated[int, typer.Option(help="The port.")] = 8090,
    host: Annotated[str, typer.Option(help="The address.")] = "127.0.0.1",
    kafka: Annotated[int | None, typer.Option(help="Run Apache Kafka too, on this port; 0: any free port.")] = None,
    mail: Annotated[int | None, typer.Option(help="Run a mail server too, on this port; it prints its mails.")] = None,
) -> None:
    """Serve sandbox versions of both APIs, with a control API for faults and a journal.

    With --kafka and --mail, it is all that a gateway needs on this machine. All data is lost when it ends.
    """
    try:
        from gateway.sandbox.beside import beside
        from gateway.sandbox.broker.jars import PartsError
        from gateway.sandbox.server.server import serve
        from gateway.sandbox.world.file import WorldError, load
    except ImportError as error:
        raise fail(f"the sandbox needs requirements/demo.txt: {error.name} is missing.") from error
    try:
        load(world)  # report a wrong world file before Kafka starts
        with beside(kafka, mail):
            serve(world, host, port)
    except (WorldError, PartsError) as error:
        raise fail(str(error)) from None
