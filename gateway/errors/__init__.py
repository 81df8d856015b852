"""The closed family of errors (decision 19) and the catalogue of their texts."""

from gateway.errors.catalogue import CATALOGUE, configuration, poison, refuse, transient, unknown
from gateway.errors.family import (
    Configuration,
    GatewayError,
    Permanent,
    Poison,
    Transient,
    Unknown,
    Varying,
    codes_of,
)
from gateway.errors.faults import Faults, together
from gateway.errors.numbers import plain_number
from gateway.errors.personal import MASK, is_finnish, looks_personal, mask
from gateway.errors.texts.entry import Entry
from gateway.errors.unexpected import unexpected

__all__ = [
    "CATALOGUE",
    "MASK",
    "Configuration",
    "Entry",
    "Faults",
    "GatewayError",
    "Permanent",
    "Poison",
    "Transient",
    "Unknown",
    "Varying",
    "codes_of",
    "configuration",
    "is_finnish",
    "looks_personal",
    "mask",
    "plain_number",
    "poison",
    "refuse",
    "together",
    "transient",
    "unexpected",
    "unknown",
]
