"""Logs: one line of JSON per event on stderr, with the trace's id, without secrets and personal identity numbers."""

from __future__ import annotations

import contextlib
import logging
import re
import sys
from collections.abc import Mapping
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

from gateway.errors import redact
from gateway.telemetry.flood import FLOOD
from gateway.telemetry.tracing import trace_id

#: Below this depth, mappings and lists become texts.
DEEPEST = 6
#: Names of fields whose values are secrets.
_SECRET = re.compile(r"(?i)secret|password|api[_-]?key|token|authorization")


def _redacted(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return _named(event, 0)


def _named(values: Mapping[Any, Any], depth: int) -> dict[str, Any]:
    """Values by name; those of a secret's name are hidden, at any depth."""
    return {str(name): "***" if _is_secret(name) else _clean(value, depth) for name, value in values.items()}


def _is_secret(name: object) -> bool:
    return _SECRET.search(str(name)) is not None


def _clean(value: Any, depth: int = 0) -> Any:
    if isinstance(value, str):
        return redact(value)
    if depth < DEEPEST and isinstance(value, Mapping):
        return _named(value, depth + 1)
    if depth < DEEPEST and isinstance(value, (list, tuple)):
        if len(value) == 2 and isinstance(value[0], str | bytes) and _is_secret(value[0]):  # a header
            return [redact(str(value[0])), "***"]
        return [_clean(item, depth + 1) for item in value]
    return value if isinstance(value, (int, float, bool, type(None))) else redact(str(value))


def _with_trace(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    if found := trace_id():
        event["trace_id"] = found
    return event


class _Lines(logging.StreamHandler):  # type: ignore[type-arg]
    """Writes lines. Python's own report of a line that can't be written shows it before anything is masked."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Say which logger's line it was, and nothing of it."""
        with contextlib.suppress(Exception):
            self.stream.write(f"a log line of {record.name} can't be written ({type(sys.exception()).__name__})\n")


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
    handler = _Lines(sys.stderr)
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
