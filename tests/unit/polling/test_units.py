"""A unit's company is pinned; a move is reported once, and waits until an operator confirms it (decision 13)."""

from __future__ import annotations

from structlog.testing import capture_logs

from gateway.documents.ledger_keys import unit_key
from gateway.polling.units import Units
from gateway.severa.responses import BusinessUnit
from tests.memory_home import MemoryLedger
from tests.unit.one_company import HOME, MemorySevera, a_company, a_context
from tests.unit.published import outcomes

COMPANIES = {"acme": "unit-a", "bolt": "unit-b"}


class Severa(MemorySevera):
    """A hierarchy in which a team is moved about."""

    def __init__(self) -> None:
        super().__init__()
        self.home = MemoryLedger().take(HOME)
        self.parent, self.others = "unit-a", list[BusinessUnit]()
        contexts = {
            name: a_context(a_company(name).model_copy(update={"business_unit": unit}))
            for name, unit in COMPANIES.items()
        }
        self.units = Units("nordic", self.home, self, contexts, again=0.0)

    async def business_units(self) -> list[BusinessUnit]:
        own = [BusinessUnit(unit, unit, None, "FI01120389") for unit in COMPANIES.values()]
        return [*own, BusinessUnit("team", "Team", self.parent), *self.others]

    @property
    def told(self) -> list[str]:
        """Errors that were published."""
        return [outcome.error.message for outcome in outcomes(self.home) if outcome.error is not None]

    @property
    def over(self) -> list[tuple[str, str, str]]:
        """Ends of errors: of which company, and what it says last."""
        ends = [outcome for outcome in outcomes(self.home) if outcome.error is None]
        return [(one.key.company, one.state.value, one.notes[0].rpartition(" ")[2]) for one in ends]

    async def move(self, parent: str) -> None:
        """In Severa; two polls see it."""
        self.parent = parent
        for _ in range(2):
            await self.units.refresh()

    async def confirm(self, company: str) -> None:
        """As the operator's command does it."""
        self.home.put(unit_key("nordic", "team"), company.encode())
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
    assert not any("unit-moved" in key for key in severa.home.stored)
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
    severa.home.put(unit_key("nordic", "unit-a"), b"acme-of-old")
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
    severa.home.put(unit_key("nordic", "elsewhere"), b"acme-of-old")
    severa.others = [BusinessUnit("elsewhere", "Elsewhere", None, "FI01120389")]
    with capture_logs() as logs:
        for _ in range(2):
            await severa.units.refresh()
    assert (severa.told, [line["event"] for line in logs]) == ([], ["business unit held"])
    assert severa.units.held("elsewhere") is None
