"""The demo's output: a live table on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections import Counter

from rich.console import Console
from rich.live import Live
from rich.table import Table

from gateway.cli.demo.documents import Waiting
from gateway.cli.demo.in_step import TITLES, Followed
from gateway.cli.demo.outcomes import Seen
from gateway.cli.demo.verdict import Verdict
from gateway.documents import Outcome, OutcomeState

#: The columns of the table. An object that is kept in step is done once both systems agree.
STATES = ("waiting", "in Procountor", "done", "refused")


class Screen:
    """Prints what happens, and shows the transfers."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._live: Live | None = None
        self._last = ""

    def say(self, text: str) -> None:
        """Print a line that stays."""
        self.console.print(text, highlight=False, soft_wrap=True)

    def __enter__(self) -> Screen:
        if self.console.is_terminal:
            self._live = Live(console=self.console, refresh_per_second=4, transient=False)
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    def show(self, documents: list[Waiting], objects: list[Followed], seen: Seen, moved: set[str]) -> None:
        """Show the current state of the transfers."""
        with seen.lock:
            current = dict(seen.current)
        if self._live is not None:
            self._live.update(_table(documents, objects, current, moved))
            return
        line = _line(documents, objects, current, moved)
        if line != self._last:
            self._last = line
            self.say(line)


def _state(one: Waiting, current: dict[str, Outcome], moved: set[str]) -> str:
    outcome = current.get(one.key)
    if outcome is None:
        return "waiting"
    if outcome.state is OutcomeState.REFUSED:
        return "refused"
    return "done" if one.guid in moved else "in Procountor"


def _state_of_object(one: Followed, current: dict[str, Outcome]) -> str:
    outcome = current.get(one.key)
    if outcome is not None and outcome.state is OutcomeState.REFUSED:
        return "refused"
    return "done" if one.is_in_step else "waiting"


def _line(documents: list[Waiting], objects: list[Followed], current: dict[str, Outcome], moved: set[str]) -> str:
    counts = Counter(_state(one, current, moved) for one in documents)
    line = "  ".join(f"{name} {counts[name]}" for name in STATES)
    in_step = sum(_state_of_object(one, current) != "waiting" for one in objects)
    return f"{line}  in step {in_step} of {len(objects)}"


def _table(documents: list[Waiting], objects: list[Followed], current: dict[str, Outcome], moved: set[str]) -> Table:
    table = Table(title="Documents and objects by company", title_justify="left", expand=False)
    for name in ("company", "documents", *STATES, "last"):
        table.add_column(name, justify="left" if name in ("company", "documents", "last") else "right")
    for company, title in sorted({(one.company, one.title) for one in documents}):
        own = [one for one in documents if (one.company, one.title) == (company, title)]
        counts = Counter(_state(one, current, moved) for one in own)
        outcomes = [current[one.key] for one in own if one.key in current]
        last = max(outcomes, key=lambda one: one.at, default=None)
        ended = f"{last.subject.number}: {last.error.code if last.error else last.state}" if last else ""
        table.add_row(company, f"{title}s", *(str(counts[n]) for n in STATES), ended)
    for company, kind in sorted({(one.company, one.kind) for one in objects}):
        counts = Counter(
            _state_of_object(one, current) for one in objects if (one.company, one.kind) == (company, kind)
        )
        table.add_row(company, TITLES[kind], *(str(counts[n]) for n in STATES), "")
    return table


def summary(console: Console, verdict: Verdict, seen: Seen, calls_per_invoice: float, subjects: list[str]) -> None:
    """The end: figures, refusals with their reasons, cut texts, mails."""
    figures = Table(title="Summary", title_justify="left", show_header=False)
    for name, value in verdict.as_dict().items():
        figures.add_row(name.replace("_", " "), str(value))
    figures.add_row("POSTs per created invoice", f"{calls_per_invoice:.2f}")
    console.print(figures)
    for outcome in sorted(seen.current.values(), key=lambda one: (len(one.subject.number), one.subject.number)):
        about = f"{outcome.key.word} {outcome.subject.number or outcome.subject.party}"
        if outcome.error is not None:
            for error in outcome.error.each:
                console.print(f"refused {about} {error.code}: {error.message}", highlight=False, soft_wrap=True)
        for cut in outcome.truncations:
            what = f"{cut.full_length} -> {cut.kept_length} characters" if cut.kind == "cut" else f"{cut.replaced!r}"
            console.print(f"{cut.kind} {about} {cut.field}: {what}", highlight=False, markup=False, soft_wrap=True)
        for note in outcome.notes:
            console.print(f"note {about}: {note}", highlight=False, markup=False, soft_wrap=True)
    for subject in subjects:
        console.print(f"mail: {subject}", highlight=False, markup=False, soft_wrap=True)
