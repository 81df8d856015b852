"""Both systems of one company, as every flow wants them looked at."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from gateway.check.both_systems import PROCOUNTOR, SEVERA, BothSystems, Look
from gateway.check.findings import Finding, State, Step
from gateway.errors import CATALOGUE, GatewayError
from gateway.flows.registry import LOOKS

T = TypeVar("T")


async def look(two: BothSystems) -> list[Finding]:
    """All findings of a company. A failed login is reported once, and checks that need that side are left out."""
    found: list[Finding] = []
    open_sides = set()
    logins: dict[str, Callable[[], Awaitable[None]]] = {
        SEVERA: lambda: two.in_severa.once("login", two.severa.log_in),
        PROCOUNTOR: two.procountor.log_in,
    }
    for side, log_in in logins.items():
        try:
            await log_in()
        except GatewayError as error:
            found.append(failed("logins", side, error))
        else:
            found.append(Finding("logins", side, State.OK))
            open_sides.add(side)
    left_out = dict.fromkeys(one.part for one in LOOKS if not open_sides.issuperset(one.needs))
    if left_out:
        found.append(Finding("logins", "not looked at", State.NOTE, ", ".join(left_out)))
    looks = [_tried(one, two) for one in LOOKS if open_sides.issuperset(one.needs)]
    return found + [line for lines in await asyncio.gather(*looks) for line in lines]


async def _tried(one: Look, two: BothSystems) -> list[Finding]:
    try:
        return await one.see(two)
    except GatewayError as error:
        return [failed(one.part, one.part, error)]


def failed(part: str, thing: str, error: GatewayError) -> Finding:
    """A check that failed, in the words of the error catalogue."""
    entry = CATALOGUE[error.code]
    what, remedy = entry.texts(error.facts)
    message = what + (f" [{error.detail}]" if error.detail else "")
    if entry.who == "nobody":
        step = Step("operator", str(error.facts.get("api", "")), "Run gateway check again later.")
    else:
        step = Step(entry.who, "settings" if entry.who == "operator" else "", remedy)
    return Finding(part, thing, State.FAILED, message, step)
