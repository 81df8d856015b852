from __future__ import annotations

import json
import logging

import pytest
import structlog

from gateway.errors import redact
from gateway.telemetry.logs import set_up_logs
from gateway.telemetry.tracing import set_up_tracing, span, trace_headers


@pytest.mark.parametrize("text", ["131052-308T", "19811228-9874", "a 811228-9874? no, 198112289874", "Bearer abc.def"])
def test_R3_S1_personal_numbers_and_tokens_are_not_logged(text: str) -> None:
    assert "***" in redact(text)


def test_logs_are_json_with_the_trace_and_without_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        set_up_tracing("")
        set_up_logs("INFO", True)
        with span("transfer", {"traceparent": b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}):
            structlog.get_logger("x").info("hello", api_key="k-123", person="131052-308T", number=7)
            assert trace_headers()["traceparent"].split("-")[1] == "0af7651916cd43dd8448eb211c80319c"
        line = json.loads(capsys.readouterr().err.splitlines()[-1])
    finally:
        root.handlers[:], _ = before
        root.setLevel(before[1])
        structlog.reset_defaults()
    assert (line["event"], line["number"], line["api_key"], line["person"]) == ("hello", 7, "***", "***")
    assert line["trace_id"] == "0af7651916cd43dd8448eb211c80319c"


@pytest.mark.parametrize("as_json", [True, False])
def test_R3_S1_an_exception_tells_no_values_that_were_at_hand(
    capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    api_key = "k-" + "4711" * 3
    try:
        set_up_logs("INFO", as_json)
        raise KeyError(f"131052-308{'T'}")
    except KeyError:
        structlog.get_logger("x").exception("event handling failed")
        said = capsys.readouterr().err
    finally:
        root.handlers[:], _ = before
        root.setLevel(before[1])
        structlog.reset_defaults()
    assert "KeyError" in said
    assert api_key not in said and "131052-308T" not in said
