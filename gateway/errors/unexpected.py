"""Exceptions that are no GatewayError: a fault of the gateway, or an answer that no model reads."""

from __future__ import annotations

from gateway.errors.catalogue import transient
from gateway.errors.family import GatewayError


def unexpected(fault: Exception) -> GatewayError:
    """The exception as an error that can be reported; a GatewayError is returned as it is."""
    if isinstance(fault, GatewayError):
        return fault
    return transient("UNEXPECTED", detail=repr(fault), kind=type(fault).__name__)
