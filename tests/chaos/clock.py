"""A wall clock that jumps at a signal, and back at the next one. What measures durations goes on as ever."""

from __future__ import annotations

import signal
import sys
import time
from datetime import datetime, timedelta, tzinfo
from typing import Any

_real = time.time
_shift = 0.0


class _Meta(type):
    def __instancecheck__(cls, one: object) -> bool:
        return isinstance(one, datetime)


class Shifted(datetime, metaclass=_Meta):
    """`datetime` with a shifted `now`. Whatever it makes is a plain one: JSON takes no other."""

    def __new__(cls, *given: Any, **named: Any) -> datetime:  # type: ignore[misc]
        return datetime(*given, **named)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        """As the shifted clock has it."""
        return datetime.now(tz) + timedelta(seconds=_shift)

    @classmethod
    def __get_pydantic_core_schema__(cls, _: Any, handler: Any) -> Any:
        return handler(datetime)


def jump_at(number: signal.Signals, seconds: float) -> None:
    """The gateway's modules see the shifted clock from now on; it is right until the signal comes."""

    def jump(*_: Any) -> None:
        global _shift
        _shift = 0.0 if _shift else seconds

    signal.signal(number, jump)
    time.time = lambda: _real() + _shift
    for name, module in list(sys.modules.items()):
        if name.startswith(("gateway.", "streams.")) and getattr(module, "datetime", None) is datetime:
            module.datetime = Shifted  # type: ignore[attr-defined]
