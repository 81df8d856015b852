"""README's sample of `make demo` is in the words that the demo prints today."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from gateway.cli.demo.verdict import Verdict
from gateway.errors import CATALOGUE

PAGE = (Path(__file__).parents[3] / "README.md").read_text()
SAMPLE = PAGE.partition("It ends like this")[2].split("```")[1].splitlines()


def test_figures_of_the_sample_are_those_of_the_summary() -> None:
    named = [line.split("│")[1].strip() for line in SAMPLE if line.startswith("│")]
    assert named
    assert set(named) <= {field.name.replace("_", " ") for field in fields(Verdict)}


def test_B8_refusals_of_the_sample_are_in_the_catalogues_words() -> None:
    told = [re.fullmatch(r"refused [a-z ]+ \d+ (\w+): (.+)", line) for line in SAMPLE if line.startswith("refused ")]
    assert told
    for found in told:
        assert found is not None
        code, text = found.groups()
        template = re.sub(r"\\\{\w+\\\}", ".+", re.escape(CATALOGUE[code].what))
        assert re.fullmatch(template, text), code


def test_mails_of_the_sample_name_codes_of_the_catalogue() -> None:
    codes = [line.rpartition(": ")[2] for line in SAMPLE if line.startswith("mail: ")]
    assert codes
    assert set(codes) <= set(CATALOGUE)
