"""The reports of `gateway check`: text for a terminal, JSON for a program."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections import Counter
from dataclasses import dataclass
from itertools import groupby

import typer

from gateway.check.findings import Finding, State, Step

COLOURS = {State.OK: "green", State.NOTE: "cyan", State.MISSING: "red", State.DIFFERENT: "yellow", State.FAILED: "red"}
#: The most characters of a note; --all and --json show all of it.
LONGEST_NOTE = 160
#: The name of the report that concerns no company.
AROUND = "the gateway"


@dataclass(frozen=True, slots=True)
class Report:
    """The findings for one company; without a name, for what all companies share."""

    company: str
    organisation: str
    country: str
    findings: tuple[Finding, ...]

    @property
    def name(self) -> str:
        """The heading."""
        return f"{self.company} ({self.country}, {self.organisation})" if self.company else AROUND

    @property
    def good(self) -> bool:
        """Whether nobody must act."""
        return all(one.state.good for one in self.findings)


def as_json(reports: list[Report]) -> str:
    """All findings; every line has the same fields."""
    companies = [
        {
            "company": one.company,
            "organisation": one.organisation,
            "country": one.country,
            "good": one.good,
            "lines": [_tree(finding) for finding in one.findings],
        }
        for one in reports
        if one.company
    ]
    around = [
        {"good": one.good, "lines": [_tree(finding) for finding in one.findings]} for one in reports if not one.company
    ]
    tree = {"good": all(one.good for one in reports), "gateway": next(iter(around), None), "companies": companies}
    return json.dumps(tree, ensure_ascii=False, indent=1)


def as_text(reports: list[Report], every: bool = False, colours: bool = False) -> str:
    """Grouped by company and heading. Lines without problems are only counted, unless `every` line is wanted."""
    width = max(shutil.get_terminal_size((120, 24)).columns, 60)
    lines = []
    for report in reports:
        head = report.name
        fits = "everything matches: " if report.good else ""
        lines += [f"{head}: {fits}{_sum(report.findings)}", "=" * min(len(head), width)]
        for part, group in groupby(report.findings, key=lambda one: one.part):
            findings = list(group)
            shown = [one for one in findings if every or one.always_shown or one.state is not State.OK]
            lines.append(f"  {part[0].upper()}{part[1:]}: {_sum(findings)}")
            for one in shown:
                lines += _lines(one, width, every, colours)
        lines.append("")
    return "\n".join([*lines, _verdict(reports)])


def _lines(one: Finding, width: int, every: bool, colours: bool) -> list[str]:
    message = one.message
    if one.state is State.NOTE and not every:
        message = textwrap.shorten(message, LONGEST_NOTE, placeholder=" ...")
    text = one.thing + (f": {message}" if message else "")
    first, *rest = textwrap.wrap(text, width - 16, break_long_words=False) or [""]
    state = f"{one.state:<10}"
    lines = [f"    {typer.style(state, fg=COLOURS[one.state]) if colours else state}{first}"]
    steps = textwrap.wrap(f"-> {_who(one.step)}: {one.step.what}", width - 19) if one.step else []
    return lines + [f"{'':16}{more}" for more in rest] + [f"{'':16}{more}" for more in steps]


def _who(step: Step) -> str:
    where = "the settings" if step.where == "settings" else step.where
    return f"{step.who}, in {where}" if where else step.who


def _sum(findings: tuple[Finding, ...] | list[Finding]) -> str:
    counts = Counter(one.state for one in findings)
    return ", ".join(f"{counts[state]} {state}" for state in State if counts[state])


def _verdict(reports: list[Report]) -> str:
    bad = [one.company or AROUND for one in reports if not one.good]
    return f"Problems found in: {', '.join(bad)}." if bad else "Everything matches."


def _tree(one: Finding) -> dict[str, str]:
    step = one.step or Step("", "", "")
    fix = {"who": step.who, "where": step.where, "fix": step.what}
    return {"part": one.part, "thing": one.thing, "state": one.state, "message": one.message, **fix}
