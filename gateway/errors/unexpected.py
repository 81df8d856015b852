"""What is of no kind that the family knows: a fault of ours, or an answer that no model reads."""

from __future__ import annotations

from gateway.errors.catalogue import transient
from gateway.errors.family import GatewayError


def unexpected(fault: Exception) -> GatewayError:
    """As an error that can be reported; one of the family comes back as it is."""
    if isinstance(fault, GatewayError):
        return fault
    return transient("UNEXPECTED", detail=repr(fault), kind=type(fault).__name__)
