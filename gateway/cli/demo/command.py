"""`gateway demo`: the command; the demo itself needs the packages of requirements/demo.txt."""

from __future__ import annotations

from typing import Annotated

import typer

from gateway.cli import app, fail


@app.command(epilog="Example: `gateway demo --json`")
def demo(
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object.")] = False,
    keep: Annotated[bool, typer.Option(help="Leave everything running, and print where to look.")] = False,
) -> None:
    """Show a complete run of all five flows: three companies, a worker killed in the middle, and a replay.

    Starts Apache Kafka, sandbox versions of both APIs, a mail catcher and one worker on free ports of this machine.
    """
    try:
        from gateway.cli.demo.play import show_demo
        from gateway.sandbox.broker.jars import PartsError
    except ImportError as error:
        raise fail(f"the demo needs requirements/demo.txt: {error.name} is missing.") from error
    try:
        raise typer.Exit(show_demo(as_json, keep))
    except (PartsError, TimeoutError) as error:
        raise fail(str(error), 1) from None
