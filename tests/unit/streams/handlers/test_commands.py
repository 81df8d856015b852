"""Decision 11: what a command was given for is decided by the broker's clock, not by its operator's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gateway.delivery.commands import asked_for
from gateway.documents import Command, CommandKind
from gateway.errors import refuse
from gateway.events.catalogue import Topics, catalogue
from streams.handlers.commands import commands_handler
from streams.runtime.handler import Record
from tests.unit.one_document import OneDocument
from tests.unit.published import PUBLISHING
from tests.unit.streams.one_home import contexts_of

TOPICS = Topics("gateway")


def test_decision_11_the_broker_stamps_commands() -> None:
    (commands,) = (one for one in catalogue("gateway", 12, 3) if one.name == TOPICS.commands)
    assert commands.config["message.timestamp.type"] == "LogAppendTime"


@pytest.mark.parametrize("clock", [-120, 0, 86_400])
@pytest.mark.parametrize(("taken", "obeyed"), [(1, True), (-1, False)])
async def test_decision_11_an_operators_clock_decides_nothing(
    monkeypatch: pytest.MonkeyPatch, clock: int, taken: int, obeyed: bool
) -> None:
    """`taken`: seconds from the refusal until the broker took the command; `clock`: what the operator's is off by."""
    document = OneDocument(monkeypatch)
    document.refusal = refuse("ROWS_MISSING", number=1)
    await document.transfer()
    refused = datetime.fromtimestamp(document.record.refusal.since, UTC)
    said = refused + timedelta(seconds=taken + clock)
    command = Command("nordic", CommandKind.RETRY, document.key, said, "me")
    handler = commands_handler(TOPICS, contexts_of(document.context, home=document.home), PUBLISHING)
    at = int((refused + timedelta(seconds=taken)).timestamp() * 1000)
    await handler.handle(command, Record(TOPICS.commands, 0, 0, None, None, {}, at), document.home)
    asked = asked_for(document.home, document.key, document.record.revision)
    assert (asked is not None) == obeyed
