"""An operator's command is in the ledger before its record is acknowledged (decision 14)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import structlog

from gateway.delivery.commands import obey
from gateway.documents import Command
from gateway.events.catalogue import Topics
from gateway.ledger import Home, Unreadable
from gateway.telemetry.spans import handled
from streams.contexts import HomeContexts
from streams.publishing import Publishing
from streams.runtime.handler import Handler, Record

log = structlog.get_logger()


def commands_handler(topics: Topics, home_contexts: HomeContexts, publishing: Publishing) -> Handler[Command]:
    """Write each command to the ledger; the poll then makes its document due."""

    async def handle(command: Command, record: Record, home: Home) -> None:
        command = replace(command, at=datetime.fromtimestamp(record.timestamp_ms / 1000, UTC))  # the broker's clock
        context = home_contexts.context(command.company, home)
        if context is None:
            log.warning("command ignored: its company is not configured here", company=command.company)
            return
        with handled(record, str(command.key), {"command": command.kind.value}):
            try:
                await obey(context, home, command)
            except Unreadable as error:
                context.cannot_read(error)
                log.warning(
                    "command ignored: nothing to do", why="its document's record can't be read", about=str(command.key)
                )

    return Handler(
        topic=topics.commands,
        name="commands",
        decode=lambda record: publishing.read_command(record),
        document=lambda command: f"command/{command.key}",
        company=lambda command: f"command/{command.company}",
        handle=handle,
    )
