"""A unit's company is pinned; a move is told once, and waits until an operator confirms it (decision 13)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from types import SimpleNamespace
from typing import Any, cast

from gateway.delivery.commands import unit_key
from gateway.documents import Outcome
from gateway.ledger import Write
from gateway.polling.units import Units
from gateway.severa.responses import BusinessUnit

COMPANIES = {"acme": "unit-a", "bolt": "unit-b"}


class Severa:
    """A hierarchy in which a team is moved about; `told` are the outcomes that were published."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}
        self.told: list[str] = []
        self.parent = "unit-a"
        counter = count(1)
        home = SimpleNamespace(
            get=self.values.get, commit=self.commit, commits=0, next_sequence=lambda: (1, next(counter))
        )
        desks = {
            name: SimpleNamespace(
                company=SimpleNamespace(business_unit=unit),
                publish=self.publish,
                now=lambda: datetime(2026, 3, 2, tzinfo=UTC),
            )
            for name, unit in COMPANIES.items()
        }
        severa = SimpleNamespace(business_units=self.business_units)
        self.units = Units("nordic", cast(Any, home), cast(Any, severa), cast(Any, desks), again=0.0)

    async def business_units(self) -> list[BusinessUnit]:
        own = [BusinessUnit(unit, unit, None, "FI01120389") for unit in COMPANIES.values()]
        return [*own, BusinessUnit("team", "Team", self.parent)]

    async def commit(self, *, writes: Sequence[Write] = (), publish: Sequence[Outcome] = ()) -> None:
        assert writes or publish
        for one in writes:
            if one.value is None:
                del self.values[one.key]
            else:
                self.values[one.key] = one.value

    def publish(self, outcome: Outcome) -> Outcome:
        assert outcome.error is not None
        self.told.append(outcome.error.message)
        return outcome

    async def move(self, parent: str) -> None:
        """In Severa; two polls see it."""
        self.parent = parent
        for _ in range(2):
            await self.units.refresh()

    async def confirm(self, company: str) -> None:
        """As the operator's command does it."""
        self.values[unit_key("nordic", "team")] = company.encode()
        await self.units.refresh()


async def test_decision_13_a_move_is_told_once_and_holds_the_unit_until_it_is_confirmed() -> None:
    severa = Severa()
    await severa.move("unit-a")
    assert (severa.units.company("team"), severa.told) == ("acme", [])
    await severa.move("unit-b")
    assert (severa.units.company("team"), len(severa.told)) == ("", 1)
    await severa.confirm("bolt")
    assert (severa.units.company("team"), len(severa.told)) == ("bolt", 1)


async def test_decision_13_a_second_move_is_told_again_after_the_first_was_confirmed_or_undone() -> None:
    severa = Severa()
    await severa.move("unit-a")
    await severa.move("unit-b")
    await severa.move("unit-a")
    assert (severa.units.company("team"), len(severa.told)) == ("acme", 1)
    await severa.move("unit-b")
    assert len(severa.told) == 2
    await severa.confirm("bolt")
    assert not any("unit-moved" in key for key in severa.values)
    await severa.move("unit-a")
    await severa.confirm("acme")
    await severa.move("unit-b")
    assert len(severa.told) == 4


async def test_decision_13_a_transfer_that_asks_before_the_first_poll_has_the_hierarchy_read() -> None:
    severa = Severa()
    await severa.units.known()
    assert severa.units.company("team") == "acme"
