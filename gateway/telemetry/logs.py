"""Logs: one line of JSON per event on stderr, with the trace's id, without secrets and personal identity numbers."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

from gateway.errors import mask
from gateway.telemetry.flood import FLOOD
from gateway.telemetry.tracing import trace_id

#: Bearer tokens, and values of fields with names like secrets.
_TOKEN = re.compile(r"(?i)bearer\s+\S+")
_SECRET = re.compile(r"(?i)secret|password|api_?key|token|authorization")


def redact(text: str) -> str:
    """The text without personal identity numbers and bearer tokens (R3, S1)."""
    return _TOKEN.sub("Bearer ***", mask(text))


def _redacted(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {name: "***" if _SECRET.search(name) else _clean(value) for name, value in event.items()}


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, (list, tuple)):
        return [_clean(one) for one in value]
    return value if isinstance(value, (int, float, bool, type(None))) else redact(str(value))


def _with_trace(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    if found := trace_id():
        event["trace_id"] = found
    return event


def set_up_logs(level: str, as_json: bool) -> None:
    """Log our own lines and those of the libraries in one form on stderr."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_trace,
    ]
    renderer: Any = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,  # as text, so that it is redacted; without values of variables
                _redacted,
                renderer,
            ],
        )
    )
    handler.addFilter(FLOOD)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("aiokafka", "faust", "mode", "httpx", "httpcore", "asyncio", "opentelemetry"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
