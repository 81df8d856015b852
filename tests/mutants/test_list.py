"""The list of mutants can't rot: each guard is there, and each test that is to notice."""

from __future__ import annotations

from functools import reduce
from importlib import import_module

import pytest

from tests.mutants.catalogue import ROOT, Mutant, Rotten, load
from tests.mutants.run import FAILED

MUTANTS = load()


def test_names_are_unique() -> None:
    assert len({one.name for one in MUTANTS}) == len(MUTANTS) >= 35


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.name)
def test_its_guard_stands_there_once_and_can_be_taken_out(mutant: Mutant) -> None:
    without = mutant.applied((ROOT / mutant.file).read_text())
    compile(without, mutant.file, "exec")
    assert mutant.tests, "name a test that notices, so that nobody waits for whole rings"
    for test in mutant.tests:
        path, *names = test.split("::")
        assert (ROOT / path).exists(), test
        if names:
            reduce(getattr, names, import_module(path.removesuffix(".py").replace("/", ".")))


def test_a_text_that_is_not_there_or_there_twice_is_told() -> None:
    mutant = Mutant("n", "Q1", "f", "guard", "pass", ())
    for text in ("", "guard guard"):
        with pytest.raises(Rotten):
            mutant.applied(text)


def test_the_test_that_noticed_is_told_and_no_line_of_a_log() -> None:
    said = "ERROR    asyncio:base_events.py:1 Task\nFAILED tests/unit/test_x.py::test_a[b] - assert 1 == 2\n1 failed"
    found = FAILED.search(said)
    assert found is not None
    assert found[1] == "tests/unit/test_x.py::test_a[b]"
