"""A unit's company is pinned; a move is told once, and waits until an operator confirms it (decision 13)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from types import SimpleNamespace
from typing import Any, cast

from structlog.testing import capture_logs

from gateway.documents import Outcome
from gateway.documents.ledger_keys import unit_key
from gateway.ledger import Write
from gateway.polling.units import Units
from gateway.severa.responses import BusinessUnit

COMPANIES = {"acme": "unit-a", "bolt": "unit-b"}


class Severa:
    """A hierarchy in which a team is moved about; `told` are the errors that were published, `over` their ends."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}
        self.told: list[str] = []
        self.over: list[tuple[str, str, str]] = []
        self.parent, self.others = "unit-a", list[BusinessUnit]()
        counter = count(1)
        home = SimpleNamespace(
            get=self.values.get, commit=self.commit, commits=0, next_sequence=lambda: (1, next(counter))
        )
        contexts = {
            name: SimpleNamespace(
                company=SimpleNamespace(id=name, business_unit=unit),
                publish=self.publish,
                now=lambda: datetime(2026, 3, 2, tzinfo=UTC),
            )
            for name, unit in COMPANIES.items()
        }
        severa = SimpleNamespace(business_units=self.business_units)
        self.units = Units("nordic", cast(Any, home), cast(Any, severa), cast(Any, contexts), again=0.0)

    async def business_units(self) -> list[BusinessUnit]:
        own = [BusinessUnit(unit, unit, None, "FI01120389") for unit in COMPANIES.values()]
        return [*own, BusinessUnit("team", "Team", self.parent), *self.others]

    async def commit(self, *, writes: Sequence[Write] = (), publish: Sequence[Outcome] = ()) -> None:
        assert writes or publish
        for one in writes:
            if one.value is None:
                del self.values[one.key]
            else:
                self.values[one.key] = one.value

    def publish(self, outcome: Outcome) -> Outcome:
        if outcome.error is not None:
            self.told.append(outcome.error.message)
        else:
            self.over.append((outcome.key.company, outcome.state.value, outcome.notes[0].rpartition(" ")[2]))
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


async def test_decision_13_move_holds_the_unit_until_confirmed() -> None:
    """It is reported once."""
    severa = Severa()
    await severa.move("unit-a")
    assert (severa.units.company("team"), severa.told) == ("acme", [])
    await severa.move("unit-b")
    assert (severa.units.company("team"), len(severa.told)) == ("", 1)
    await severa.confirm("bolt")
    assert (severa.units.company("team"), len(severa.told)) == ("bolt", 1)


async def test_decision_13_second_move_is_reported_again() -> None:
    """After the first was confirmed or undone."""
    severa = Severa()
    await severa.move("unit-a")
    await severa.move("unit-b")
    await severa.move("unit-a")
    assert (severa.units.company("team"), len(severa.told)) == ("acme", 1)
    assert severa.over == [("acme", "withdrawn", "acme.")]
    await severa.move("unit-b")
    assert len(severa.told) == 2
    await severa.confirm("bolt")
    assert not any("unit-moved" in key for key in severa.values)
    assert severa.over[1:] == [("acme", "withdrawn", "bolt.")]  # acme was told that it had moved
    await severa.move("unit-a")
    await severa.confirm("acme")
    await severa.move("unit-b")
    assert len(severa.told) == 4


async def test_decision_13_early_transfer_has_the_units_read() -> None:
    """Before the first poll."""
    severa = Severa()
    await severa.units.known()
    assert severa.units.company("team") == "acme"


async def test_F6_decision_13_unit_of_a_gone_company_is_reported() -> None:
    """A company's id was corrected, or two became one: there is no context of the old one, and its documents wait."""
    severa = Severa()
    severa.values[unit_key("nordic", "unit-a")] = b"acme-of-old"
    with capture_logs() as logs:
        for _ in range(2):
            await severa.units.refresh()
    assert (len(severa.told), [line["event"] for line in logs]) == (1, ["business unit held"])
    assert "acme-of-old" in severa.told[0]
    held = severa.units.held("unit-a")
    assert held is not None
    assert (held[0].company.id, held[1].code) == ("acme", "UNIT_MOVED")
    assert severa.units.held("unit-b") is None


async def test_F6_decision_13_a_unit_of_no_company_here_is_logged_once() -> None:
    severa = Severa()
    severa.values[unit_key("nordic", "elsewhere")] = b"acme-of-old"
    severa.others = [BusinessUnit("elsewhere", "Elsewhere", None, "FI01120389")]
    with capture_logs() as logs:
        for _ in range(2):
            await severa.units.refresh()
    assert (severa.told, [line["event"] for line in logs]) == ([], ["business unit held"])
    assert severa.units.held("elsewhere") is None
