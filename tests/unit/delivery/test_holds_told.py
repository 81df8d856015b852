"""Decision 14: the beginning and the end of a hold are reported; no company stays refused on the topic for ever."""

from __future__ import annotations

from typing import Any

from structlog.testing import capture_logs

from gateway.delivery.hold_actions import clear_hold, place_hold, report, report_over
from gateway.delivery.holds import PROBE, known_error
from gateway.documents import Kind, OutcomeState
from gateway.errors import configuration
from tests.unit.one_document import OneDocument

LOGIN = configuration("LOGIN_REFUSED", api="Procountor", operation="token")
RIGHT = configuration("RIGHTS_MISSING", api="Procountor", operation="create invoice")


def told(document: OneDocument) -> list[str]:
    """What was said of the company itself: the code of an error, or the note of its end."""
    own = [outcome for outcome in document.outcomes if outcome.key.kind is Kind.COMPANY]
    assert [outcome.order for outcome in own] == sorted(outcome.order for outcome in own)
    return [outcome.error.code if outcome.error else outcome.notes[0].partition(":")[0] for outcome in own]


async def begins(document: OneDocument, error: Any = LOGIN) -> None:
    await place_hold(document.context, document.home, error)


async def ends(document: OneDocument) -> None:
    await clear_hold(document.context, document.home)


async def test_decision_14_a_hold_that_ends_is_told_by_a_result(document: OneDocument) -> None:
    await begins(document)
    await ends(document)
    assert told(document) == ["LOGIN_REFUSED", "LOGIN_REFUSED is over"]
    last = document.outcomes[-1]
    assert (last.state, last.error, last.key) == (OutcomeState.WITHDRAWN, None, document.outcomes[0].key)
    assert "the company was on hold since 20" in last.notes[0]


async def test_decision_14_end_is_reported_where_the_beginning_was(document: OneDocument) -> None:
    """A cause that comes by turns is reported once a day, and so is its end."""
    for _ in range(3):
        await begins(document)
        await ends(document)
        document.wall += PROBE[1]
    assert told(document) == ["LOGIN_REFUSED", "LOGIN_REFUSED is over"]


async def test_decision_14_hold_of_two_causes_ends_with_one_report(document: OneDocument) -> None:
    await begins(document)
    await begins(document, RIGHT)
    await ends(document)
    assert told(document) == ["LOGIN_REFUSED", "RIGHTS_MISSING", "RIGHTS_MISSING is over"]


async def test_decision_14_the_end_is_told_by_another_owner_too(document: OneDocument) -> None:
    await begins(document)
    document.context.current_error = known_error(document.home, "acme-fi")
    await ends(document)
    assert told(document)[-1] == "LOGIN_REFUSED is over"
    assert known_error(document.home, "acme-fi") == ""


async def test_decision_14_end_of_a_hold_leaves_waiting_reported(document: OneDocument) -> None:
    """What is reported of invoices that wait is over when none does."""
    home = document.home
    await begins(document)
    await ends(document)
    await report(document.context, home, configuration("INVOICES_WAIT", company="acme-fi", count=30, said="x"))
    await begins(document)  # its cause was told within a day
    await ends(document)
    assert told(document)[-1] == "INVOICES_WAIT"
    for _ in range(2):
        await report_over(document.context, home, "no invoice waits too long any more.")
    assert told(document)[3:] == ["INVOICES_WAIT is over"]


async def test_decision_14_log_says_what_is_held_and_until_when(
    document: OneDocument,
) -> None:
    with capture_logs() as logs:
        await begins(document)
        await begins(document)
        await begins(document, RIGHT)
        document.wall += PROBE[0]
        await begins(document, RIGHT)
        await ends(document)
    lines = [(line["event"], line["log_level"], line["code"]) for line in logs]
    held = [("company held", "error", code) for code in ("LOGIN_REFUSED", "RIGHTS_MISSING", "RIGHTS_MISSING")]
    assert lines == [*held, ("hold ended", "info", "RIGHTS_MISSING")]
    assert {"company": "acme-fi", "who": "operator", "next_probe_in": 15}.items() <= logs[0].items()
    assert "Procountor" in logs[0]["message"] and logs[0]["remedy"]
