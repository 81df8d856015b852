"""Everything that reads what others wrote."""

from __future__ import annotations

from tests.fuzz import answers, files, records, texts
from tests.fuzz.target import Reader


def all_readers() -> list[Reader]:
    """Records, answers, files, the settings."""
    return [*records.readers(), *answers.readers(), *files.readers(), *texts.readers()]
