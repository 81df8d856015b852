"""The closed family of errors (decision 19) and the catalogue of their texts."""

from gateway.errors.catalogue import CATALOGUE, Entry, configuration, poison, refuse, transient, unknown
from gateway.errors.family import Configuration, GatewayError, Permanent, Poison, Transient, Unknown

__all__ = [
    "CATALOGUE",
    "Configuration",
    "Entry",
    "GatewayError",
    "Permanent",
    "Poison",
    "Transient",
    "Unknown",
    "configuration",
    "poison",
    "refuse",
    "transient",
    "unknown",
]
