"""`gateway run`: one worker."""

from __future__ import annotations

import asyncio
import resource
import sys

import typer

from gateway.cli import DEFAULT, SettingsPath, app, fail, settings_of
from gateway.errors import redact
from gateway.events.topics import TopicsFailed
from gateway.kafka.connection import NotReached
from gateway.settings import SettingsError
from gateway.settings.file import SettingsFile
from gateway.telemetry.logs import set_up_logs
from gateway.telemetry.tracing import set_up_tracing


@app.command(epilog="Example: `gateway run --settings gateway.yaml`")
def run(settings: SettingsPath = DEFAULT) -> None:
    """Run a worker until SIGTERM: poll Severa, transfer, update statuses, send mails.

    Start as many workers as you like, with the same settings: they share the work. On one machine each worker needs its
    own port for health (telemetry.health_port: a list, or 0 for any free port). Changes of companies in the file take
    effect within seconds; the log says what needs a restart. Exit code 2: the settings, the ports, a topic, a right at
    Kafka or its version are wrong. Exit code 1: a fault, or Kafka refuses the login; start the worker again.
    """
    from streams.worker import run_worker

    leave_no_core()
    read = settings_of(settings)
    telemetry = read.telemetry
    set_up_logs(telemetry.log_level, telemetry.log_format == "json")
    provider = set_up_tracing(telemetry.otlp_endpoint, ratio=telemetry.trace_ratio)
    try:
        asyncio.run(run_worker(read, file=SettingsFile(settings)))
    except SettingsError as error:
        raise fail(f"{settings}: {error}") from None
    except (NotReached, TopicsFailed) as error:
        raise fail(str(error), 1) from None
    except Exception as error:
        typer.echo(redact(f"the worker ended with a fault: {error!r}"), err=True)
        sys.exit(1)
    finally:
        provider.shutdown()


def leave_no_core() -> None:
    """No crash writes the process's memory to a file: a step may hold a personal identity number (R3)."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
