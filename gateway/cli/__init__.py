"""`gateway`: the commands."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer

from gateway.settings import GatewaySettings, SettingsError, load

app = typer.Typer(
    name="gateway",
    help="Visma Severa -> Apache Kafka -> Procountor: sales invoices, none lost, none created twice.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)

SettingsPath = Annotated[
    Path, typer.Option("--settings", "-s", help="The settings file.", envvar="GATEWAY_SETTINGS", show_default=True)
]
DEFAULT = Path("gateway.yaml")


def fail(message: str, code: int = 2) -> typer.Exit:
    """Print a message on stderr; exit code 2 means wrong input."""
    typer.echo(message, err=True)
    return typer.Exit(code)


def settings_of(path: Path) -> GatewaySettings:
    """The settings, or one message and exit code 2."""
    try:
        return load(path)
    except SettingsError as error:
        raise fail(str(error)) from None


def main() -> None:
    """The entry point."""
    # importing a module adds its commands
    from gateway.cli import acls, operate, run, sandbox, schemas, topics  # noqa: F401
    from gateway.cli.check import command as check  # noqa: F401
    from gateway.cli.demo import command as demo  # noqa: F401

    # commands report Kafka's errors in their own words, and need no receiver of traces; a worker sets its own levels
    for library in ("aiokafka", "opentelemetry"):
        logging.getLogger(library).setLevel(logging.CRITICAL)
    app()
