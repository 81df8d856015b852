"""Run one reader on damaged samples, and raise what it should not have done."""

from __future__ import annotations

import contextlib
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

#: The most processor time that a reader may need for an input, in seconds.
MOST_S = 5.0


@dataclass(frozen=True, slots=True)
class Reader:
    """Something that reads what others wrote."""

    name: str
    inputs: st.SearchStrategy[Any]
    read: Callable[[Any], object]
    #: The closed family of its errors.
    errors: tuple[type[Exception], ...] = ()


class NoEnd(AssertionError):
    """A reader took far too long for one input."""


def fuzz(reader: Reader, examples: int, seed: int) -> None:
    """Let it read this many inputs. Raises the first finding; its notes have the smallest input that shows it."""

    @hypothesis.seed(seed)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(reader.inputs)
    def read(value: Any) -> None:
        began = time.process_time()
        with contextlib.suppress(*reader.errors):
            reader.read(value)
        if (took := time.process_time() - began) > MOST_S:
            raise NoEnd(f"{took:.0f} s")

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read()
