"""F6: the log has one line for each end of a document."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.documents import DocumentKey, Kind, Outcome, OutcomeState, Target
from gateway.errors import refuse
from gateway.telemetry.tracing import set_up_tracing, span
from streams.runtime.ended import log_outcome
from tests.unit.notify.test_mail import OUTCOME
from tests.unit.one_document import OneDocument

CREATED = replace(
    OUTCOME,
    state=OutcomeState.CREATED,
    error=None,
    target=Target("procountor", "sales-invoice", "4", "SENT", "70", "3"),
)


def line(outcome: Outcome) -> dict[str, Any]:
    with capture_logs() as logs, span("transfer"):
        log_outcome(outcome)
    return dict(logs[0]) if logs else {}


def test_F6_a_document_that_went_over_is_told_by_both_numbers() -> None:
    set_up_tracing("")
    said = line(CREATED)
    assert said.pop("seconds") >= 0
    assert said == {
        "event": "transfer ended",
        "log_level": "info",
        "state": "created",
        "document": "acme-fi/sales-invoice/8f0e",
        "company": "acme-fi",
        "number": 1001,
        "target_number": "70",
        "target_id": "4",
        "revision": 1,
        "attempt": 1,
    }


def test_F6_a_refusal_is_a_warning_that_says_who_acts() -> None:
    said = line(OUTCOME)
    assert (said["event"], said["log_level"], said["number"]) == ("transfer refused", "warning", 1001)
    assert (said["code"], said["who"]) == ("CUSTOMER_NUMBER_MISSING", "finance")


def test_decision_14_what_is_told_of_a_company_has_its_own_line() -> None:
    assert line(replace(OUTCOME, key=DocumentKey("acme-fi", Kind.COMPANY, "acme-fi"))) == {}


async def test_Q3_a_refusal_that_was_told_is_no_warning_again(monkeypatch: pytest.MonkeyPatch) -> None:
    document = OneDocument(monkeypatch)
    document.refusal = refuse("VAT_MISSING", row=1, text="x")
    with capture_logs() as logs:
        for _ in range(2):
            await document.transfer()
    ends = [(said["log_level"], said["number"]) for said in logs if said["event"] == "transfer refused again"]
    assert ends == [("info", 1001)]
    assert [said["log_level"] for said in logs if said["event"] == "transfer refused"] == []
