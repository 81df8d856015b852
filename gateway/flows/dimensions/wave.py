"""Changes of a dimension that an operator was asked about: kept in the ledger, so that a word allows exactly these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from gateway.delivery.company import CompanyContext
from gateway.documents.ledger_keys import wave_key
from gateway.errors import Configuration
from gateway.flows.dimensions.rules.breaker import too_many
from gateway.flows.dimensions.rules.changes import ItemChange
from gateway.ledger import Codec, Home, Write
from gateway.rules.receipts import Axis


@dataclass(frozen=True, slots=True)
class Wave:
    """The stop of one dimension."""

    #: The cause that was reported last; "" if none stands.
    cause: str = ""
    #: Tokens of the changes that it speaks of.
    reported: tuple[str, ...] = ()
    #: Tokens of changes that an operator let pass.
    allowed: tuple[str, ...] = ()


_WAVES = Codec(Wave)


async def stop(
    context: CompanyContext,
    home: Home,
    axis: Axis,
    dimension: str,
    changes: Mapping[str, ItemChange],
    items: int,
    confirmed: str,
) -> tuple[Configuration | None, frozenset[str]]:
    """The error that stops these changes, and the tokens of those that an operator has let pass. Raises Unreadable.

    `changes`: by their tokens; `confirmed`: the cause of the error that an operator saw and let pass. Whatever came up
    after that error is counted by itself.
    """
    key = wave_key(context.company.id, axis.replace(" ", "-"))
    before = _WAVES.read(home, key) or Wave()
    wave = before
    if confirmed and confirmed == wave.cause:
        wave = Wave(allowed=(*wave.allowed, *wave.reported))
    wave = Wave(wave.cause, wave.reported, tuple(one for one in wave.allowed if one in changes))
    error = too_many(dimension, changes, items, wave.allowed)
    if error is None:
        wave = Wave(allowed=wave.allowed)
    elif error.cause != wave.cause:
        stopped = (name for name, one in changes.items() if one.is_drastic and name not in wave.allowed)
        wave = Wave(error.cause, tuple(stopped), wave.allowed)
    if wave != before:
        value = orjson.dumps(wave) if wave != Wave() else None
        await home.commit(writes=[Write(key, value, context.organisation)])
    return error, frozenset(wave.allowed)
