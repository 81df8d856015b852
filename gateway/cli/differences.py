"""What `plan` and `apply` print: the differences between this version and what is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import typer

from gateway.events.topics import Difference, Kind


def show(differences: Sequence[Difference], hints: Mapping[Kind, str], nothing: str, would: str = "") -> None:
    """Print what there is to do. `hints`: what to do about differences of a kind; `nothing`: the line if there is none.

    Raises Exit with code 2 if it can't be done.
    """
    for difference in differences:
        mark = "  (no worker starts until this is done)" if difference.endangers else ""
        there = difference.there or "-"
        typer.echo(
            f"{would}{difference.kind:8} {difference.topic}: {difference.what} {there} -> {difference.wanted}{mark}"
        )
    kinds = {difference.kind for difference in differences}
    for kind, hint in hints.items():
        if kind in kinds:
            typer.echo(hint)
    if Kind.REFUSED in kinds:
        raise typer.Exit(2)
    if not differences:
        typer.echo(nothing)
