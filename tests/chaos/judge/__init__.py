"""The verdict on a chaos run: a pure function over its evidence. Shares no code with the gateway."""

from __future__ import annotations

from tests.chaos.finding import Finding
from tests.chaos.judge.verdict import Verdict, judge

__all__ = ["Finding", "Verdict", "judge"]
