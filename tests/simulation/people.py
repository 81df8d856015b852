"""What users of Severa, accountants in Procountor and operators do; most of it as in a chaos run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random
from typing import Any

from gateway.sandbox.world.file import stamp
from tests.chaos import people
from tests.chaos.flows import Document
from tests.chaos.plan import Act
from tests.simulation.stage import Stage

#: The part of the documents that are created while the gateway runs.
NEW = 0.8


async def _withdraw(stage: Stage, act: Act) -> None:
    """A user takes a waiting invoice out of the status, and puts it back."""
    some = [one for one in stage.documents().values() if one.waits]
    for one in [act.one_of(some)] if some else []:
        with stage.touch("withdraw", one.key):
            back = dict(one.head[one.STATUS])
            one.draft()
            await asyncio.sleep(0.5)
            one.head[one.STATUS] = back


def take_out_transferred(stage: Stage) -> None:
    """Users take documents out that are in Procountor, and whose status was not moved yet."""
    for case in stage.cases().values():
        if case.valid and case.document.waits:
            with stage.touch("take out", case.key):
                case.document.draft()


async def finish_drafts(stage: Stage, seed: int, seconds: float) -> None:
    """Users finish their documents one after the other, so that each meets other faults. Most are created then, after
    the horizon; those that another integration has transferred are older.
    """
    drafts = [(one, dict(one.head[one.STATUS])) for one in stage.documents().values()]
    chance = Random(f"drafts {seed}")
    chance.shuffle(drafts)
    for one, _ in drafts:
        one.draft()
    for one, status in drafts:
        await asyncio.sleep(seconds / len(drafts) * 2 * chance.random())
        if chance.random() < NEW and not there_before(one):
            one.head["createdDateTime"] = stamp("severa")
        one.head[one.STATUS] = status


def there_before(document: Document) -> bool:
    """Whether another integration has its invoice, or one of its number, in Procountor."""
    return bool(document.adopts) or document.code == "INVOICE_FROM_ELSEWHERE"


async def last_word(stage: Stage) -> None:
    """All is calm: what was refused in passing is tried again, and companies that are held. A command that may be gone
    with the ledger is given again, where its document is still refused for the same cause.
    """
    if any(one.what == "lose_ledger" for one in stage.touches):
        for wish in [one for one in stage.touches if one.what in ("adopt", "create-anyway")]:
            if await _is_refused_again(stage, wish.about):
                people._wish(stage, wish.what, wish.about, wish.invoice)  # type: ignore[arg-type]
    for key in refused_in_passing(stage):
        stage.say("retry", key)
    for key in stage.topics.ledger():
        if key.endswith("/hold"):
            stage.say("release", key.partition("/")[0])


def refused_in_passing(stage: Stage) -> list[str]:
    """Documents that are refused for what only was true while faults came."""
    return people._refused(stage, people.IN_PASSING)  # type: ignore[arg-type]


async def _is_refused_again(stage: Stage, key: str) -> bool:
    """Whether the ledger has the document refused for what the operator had decided; waits until it has an end."""
    for _ in range(60):
        record = stage.topics.ledger().get(key)
        state = record["state"] if isinstance(record, dict) else ""
        if state in people.ENDS:
            return state == "refused" and key in people._refused(stage, ("INVOICE_FROM_ELSEWHERE",))  # type: ignore[arg-type]
        await asyncio.sleep(5)
    return False


PEOPLE: dict[str, Callable[..., Any]] = {**people.PEOPLE, "withdraw": _withdraw}
