"""The closed family of errors (decision 19) and the catalogue of their texts."""

from gateway.errors.catalogue import CATALOGUE, TOPICS, configuration, in_doubt, poison, refuse, transient
from gateway.errors.credentials import hide, redact
from gateway.errors.family import (
    Configuration,
    GatewayError,
    InDoubt,
    Permanent,
    Poison,
    Transient,
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
    "TOPICS",
    "Configuration",
    "Entry",
    "Faults",
    "GatewayError",
    "InDoubt",
    "Permanent",
    "Poison",
    "Transient",
    "Varying",
    "codes_of",
    "configuration",
    "hide",
    "in_doubt",
    "is_finnish",
    "looks_personal",
    "mask",
    "plain_number",
    "poison",
    "redact",
    "refuse",
    "together",
    "transient",
    "unexpected",
]
