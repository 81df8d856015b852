"""An error as outcomes carry it: in the catalogue's words."""

from __future__ import annotations

from gateway.documents import ErrorInfo
from gateway.errors import CATALOGUE, GatewayError


def describe(error: GatewayError) -> ErrorInfo:
    """An error as the outcome carries it."""
    entry = CATALOGUE[error.code]
    message, remedy = entry.told(error.facts)
    return ErrorInfo(
        code=error.code,
        error_class=type(error).__name__.lower(),
        message=message,
        remedy=remedy,
        who=entry.who,
        detail=error.detail,
        cause=error.cause,
    )
