"""Long work is done in pieces, and others have a turn after each (Q4)."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from datetime import UTC, datetime

import pytest

from gateway.flows.dimensions.register import Register
from gateway.http import in_turns
from gateway.http.budget import in_background
from gateway.http.turns import PIECE
from gateway.procountor.responses import Dimension
from gateway.registers.dimensions import Dimensions
from gateway.rules.items import DimensionItem
from gateway.rules.receipts import Axis
from gateway.rules.severa_objects import SeveraObject

ITEM = DimensionItem(1, "A")


async def turns_of_others(work: asyncio.Future[None]) -> int:
    """How often another task had a turn until the work was done."""
    turns = 0
    while not work.done():
        await asyncio.sleep(0)
        turns += 1
    work.result()
    return turns


@pytest.mark.parametrize("background", [False, True])
async def test_Q4_others_have_a_turn_after_each_piece(background: bool) -> None:
    seen = list[int]()

    async def work() -> None:
        with in_background() if background else nullcontext():
            async for one in in_turns(range(5 * PIECE)):
                seen.append(one)

    turns = await turns_of_others(asyncio.ensure_future(work()))
    assert (seen, turns >= 5) == (list(range(5 * PIECE)), True)
    assert background is (turns > 50)  # work in the background rests, as long as they like


class Procountor:
    """A dimension, whose reading may be held up."""

    def __init__(self, *items: DimensionItem) -> None:
        self.items, self.goes_on = items, asyncio.Event()
        self.goes_on.set()

    async def dimensions(self) -> list[Dimension]:
        read = [Dimension(1, "Projects", self.items)]
        await self.goes_on.wait()
        return read


async def test_Q4_items_of_a_dimension_are_indexed_in_turns() -> None:
    there = Dimensions(Procountor(*(DimensionItem(n, f"{n}") for n in range(10 * PIECE))))  # type: ignore[arg-type]
    assert await turns_of_others(asyncio.ensure_future(there.refresh(0.0))) >= 10
    assert len(there.index(await there.named("Projects"))) == 10 * PIECE


async def test_Q4_register_is_kept_in_turns_and_changes_at_once() -> None:
    """Another company that looks meanwhile sees it as it was before: codes may be exchanged half-way."""
    projects = [SeveraObject(Axis.PROJECT, f"p{n}", f"{n}", "Site") for n in range(10 * PIECE)]

    async def read(axis: Axis, since: datetime | None) -> list[SeveraObject]:
        return projects

    register, sizes = Register(Axis.PROJECT, read), set[int]()
    reading = asyncio.ensure_future(register.refresh(datetime.now(UTC)))
    while not reading.done():
        sizes.add(len(register.changed_since(-1)))
        await asyncio.sleep(0)
    assert (sizes, len(register.changed_since(0)), register.sharing("7")) == ({0}, 10 * PIECE, [projects[7]])


async def test_D5_item_written_while_others_are_read_stays_so() -> None:
    """The answer is older than the write, and would show a rename as undone by hand."""
    procountor = Procountor(ITEM, DimensionItem(2, "B"))
    there = Dimensions(procountor)  # type: ignore[arg-type]
    dimension = await there.named("Projects")
    procountor.goes_on.clear()
    reading = asyncio.ensure_future(there.refresh(0.0))
    await asyncio.sleep(0)
    there.wrote(dimension, DimensionItem(1, "Renamed"))
    there.wrote(dimension, DimensionItem(3, "C"), is_new=True)
    procountor.goes_on.set()
    await reading
    assert {one.name for one in there.index(dimension).by_id.values()} == {"Renamed", "B", "C"}
    procountor.items = (ITEM,)
    await there.refresh(0.0)  # a search may not show the new item yet; a deleted one is gone
    assert {one.name for one in there.index(dimension).by_id.values()} == {"A", "C"}
