"""Items follow the registers of Severa: looks, attempts, stops (F4, D5, ADR 30)."""

from __future__ import annotations

import pytest

from gateway.errors import InDoubt
from gateway.rules.items import Form, Item
from tests.unit.flows.dimensions.one_company import FIRM, Json, OneCompany, a_project

PROJECTS = {"projects": [a_project(1001, "Renewal"), a_project(1002, "Old", isClosed=True)]}


async def test_F4_items_are_created_and_follow() -> None:
    """Created once, renamed, closed, opened; a closed project without an item gets none."""
    one = OneCompany(PROJECTS, {"Projects": []}, project="Projects", item_names={"project": "{code} {name}"})
    assert (await one.run(), one.shown()) == (1, ["1001 Renewal"])
    assert (await one.run(), await one.run()) == (0, 0)
    one.change("projects", "p1001", name="Rebuild")
    await one.run()
    one.change("projects", "p1001", isClosed=True)
    await one.run()
    assert one.shown() == ["-1001 Rebuild"]
    one.change("projects", "p1001", isClosed=False)
    await one.run()
    assert (one.shown(), one.told()) == (["1001 Rebuild"], ["created", "updated", "updated", "updated"])
    assert (len(one.calls("addDimensionItem")), len(one.calls("updateDimensionItem"))) == (1, 3)


async def test_Q4_a_dimension_is_read_once_for_many_items() -> None:
    """Not once per item: one reading of 20 000 items is large."""
    one = many(30)
    await one.run()
    assert (len(one.calls("addDimensionItem")), len(one.calls("getDimensions"))) == (30, 1)


async def test_F4_all_three_registers_are_followed() -> None:
    """Business units are the company's, cost centers the organisation's."""
    centers = [{"guid": "c1", "name": "Sales", "identifier": "C1", "isActive": True}]
    units = [
        {
            "guid": "u2",
            "name": "North",
            "code": "N",
            "isActive": True,
            "parentGuid": a_project(1)["businessUnit"]["guid"],
        },
        {"guid": "u3", "name": "Elsewhere", "code": "E", "isActive": True},
    ]
    there: dict[str, list[Json]] = {"Projects": [], "Centers": [], "Units": []}
    names = {"project": "Projects", "cost_center": "Centers", "business_unit": "Units"}
    one = OneCompany({**PROJECTS, "costcenters": centers, "businessunits": units}, there, **names)
    await one.run()
    assert (one.shown(), one.shown("Centers")) == (["1001"], ["C1"])
    assert "N" in one.shown("Units")
    assert "E" not in one.shown("Units")
    one.change("costcenters", "c1", isActive=False)
    await one.run()
    assert one.shown("Centers") == ["-C1"]


async def test_F4_a_start_publishes_only_what_differs() -> None:
    """Items that are there are noted without an event, and are followed from then on; also by the next worker."""
    items = [{"id": 1, "codeName": "1001", "description": "Renewal"}]
    one = OneCompany(PROJECTS, {"Projects": items})
    assert (await one.run(), one.outcomes) == (0, [])
    one.change("projects", "p1001", name="Rebuild")
    assert (await one.run(), one.items()[0]["description"]) == (1, "Rebuild")
    one.start()
    assert await one.run() == 0
    one.start()
    one.change("projects", "p1001", isClosed=True)
    assert (await one.run(), one.shown()) == (1, ["-1001"])


async def test_F4_a_deleted_object_closes_its_item() -> None:
    """The next look at everything sees it, after a start or a day."""
    one = OneCompany({"projects": [a_project(1001), a_project(1003)]}, {"Projects": []})
    await one.run()
    one.objects("projects").pop(0)
    assert await one.run() == 0
    one.start()
    assert (await one.run(), one.shown()) == (1, ["-1001", "1003"])


async def test_F4_a_project_of_a_held_unit_stays() -> None:
    """Nobody knows whose it is: that is no reason to close its item. Another company's is closed."""
    one = OneCompany(PROJECTS, {"Projects": []})
    await one.run()
    one.change("projects", "p1001", businessUnit={"guid": "nowhere", "name": "x"})
    assert (await one.run(), one.shown()) == (0, ["1001"])
    one.source.company_of = lambda unit: answer("bolt-fi")  # type: ignore[attr-defined]
    one.change("projects", "p1001", name="Moved")
    assert (await one.run(), one.shown()) == (1, ["-1001"])


async def answer(company: str) -> str:
    return company


async def test_F4_people_have_the_last_word_on_an_item() -> None:
    """Closed by hand: not opened. The outcome of its object's next change says so."""
    one = OneCompany(PROJECTS, {"Projects": []})
    await one.run()
    one.items()[0]["status"] = "P"
    one.change("projects", "p1001", name="Rebuild")
    await one.run()
    assert (one.shown(), one.items()[0]["description"]) == (["-1001"], "Rebuild")
    assert "closed in Procountor by hand" in one.outcomes[-1].notes[0]


async def test_F4_an_item_deleted_by_hand_stays_away() -> None:
    one = OneCompany(PROJECTS, {"Projects": []})
    await one.run()
    one.items().clear()
    one.context.registers.dimensions._written.clear()
    one.change("projects", "p1001", name="Rebuild")
    await one.run()
    assert (one.shown(), one.told()) == ([], ["created", "withdrawn"])
    assert "deleted in Procountor by hand" in one.outcomes[-1].notes[0]


async def test_S7_another_dimension_gets_the_items() -> None:
    one = OneCompany(PROJECTS, {"Projects": [], "New": []})
    await one.run()
    one.company = one.company.model_copy(
        update={"dimensions": one.company.dimensions.model_copy(update={"project": "New"})}
    )
    one.start()
    await one.run()
    assert (one.shown(), one.shown("New")) == (["1001"], ["1001"])


async def test_F4_a_missing_dimension_pauses_the_flow_once() -> None:
    """Other dimensions go on. The error says what to do; the next look ends the pause."""
    centers = [{"guid": "c1", "name": "Sales", "identifier": "C1"}]
    one = OneCompany({**PROJECTS, "costcenters": centers}, {"Centers": []}, project="Projects", cost_center="Centers")
    await one.run()
    assert (one.codes, one.shown("Centers")) == (["DIMENSION_MISSING"], ["C1"])
    one.wall += 3600
    await one.run()
    assert one.codes == ["DIMENSION_MISSING"]
    one.apis.world["procountor"][FIRM.id]["/dimensions"].append({"id": 9, "name": "Projects"})
    one.wall += 3600
    await one.run()
    assert (one.shown(), one.context.pauses) == (["1001"], {})


def many(count: int) -> OneCompany:
    """So many projects."""
    return OneCompany({"projects": [a_project(n) for n in range(1001, 1001 + count)]}, {"Projects": []})


async def test_F4_too_many_closings_wait_for_a_word() -> None:
    """Both numbers, nothing closed, new ones created. The word lets these pass, and no later ones."""
    one = many(30)
    assert await one.run() == 30
    for n in range(1001, 1013):
        one.change("projects", f"p{n}", isClosed=True)
    one.objects("projects").append(a_project(2000, lastUpdatedDateTime="2999-01-01T00:00:00Z"))
    assert await one.run() == 1
    assert (one.codes, sum(name.startswith("-") for name in one.shown())) == (["DIMENSION_CHANGES_TOO_MANY"], 0)
    (error,) = [told.error for told in one.outcomes if told.error]
    assert "close 12 and rename 0 items" in error.message
    one.wall += 3600
    assert await one.run() == 0
    one.release()
    for n in range(1013, 1029):
        one.change("projects", f"p{n}", isClosed=True)
    assert await one.run() == 12
    assert sum(name.startswith("-") for name in one.shown()) == 12
    assert one.codes == ["DIMENSION_CHANGES_TOO_MANY"] * 2
    one.release()
    assert (await one.run(), sum(name.startswith("-") for name in one.shown())) == (16, 28)
    assert (await one.run(), one.context.pauses) == (0, {})


async def test_F4_a_word_outlives_the_worker() -> None:
    """A worker that ends half way: the next one closes the rest of what was let pass."""
    one = many(20)
    await one.run()
    for n in range(1001, 1013):
        one.change("projects", f"p{n}", isClosed=True)
    await one.run()
    one.release()
    events = await one.look()
    for event in events[:1]:
        await one.handle(event)
    one.start()
    await one.run()
    assert (one.codes, sum(name.startswith("-") for name in one.shown())) == (["DIMENSION_CHANGES_TOO_MANY"], 12)


@pytest.mark.parametrize("kind", ["fail_before", "fail_after", "drop_before", "drop_after"])
async def test_F4_a_creation_in_doubt_is_looked_up(kind: str) -> None:
    one = OneCompany(PROJECTS, {"Projects": []})
    one.strike("addDimensionItem", kind)
    await one.run()
    assert one.told() == []
    await one.run()
    assert (one.shown(), one.told()) == (["1001"], ["created"])
    assert [intent.key for intent in one.home.intents()] == []


@pytest.mark.parametrize("kind", ["fail_before", "fail_after", "drop_before", "drop_after"])
async def test_F4_a_change_in_doubt_is_looked_up(kind: str) -> None:
    one = OneCompany(PROJECTS, {"Projects": []})
    await one.run()
    one.change("projects", "p1001", isClosed=True)
    one.strike("updateDimensionItem", kind)
    await one.run()
    await one.run()
    assert (one.shown(), one.told()) == (["-1001"], ["created", "updated"])


async def test_F4_objects_with_one_code_share_an_item() -> None:
    """It is open as long as one of them is; a newcomer with the same number takes nothing over."""
    one = OneCompany({"projects": [a_project(1001, "Renewal", guid="pb")]}, {"Projects": []})
    await one.run()
    one.objects("projects").append(a_project(1001, "Copy", guid="pa", lastUpdatedDateTime="2999-01-01T00:00:00Z"))
    await one.run()
    one.change("projects", "pb", isClosed=True)
    await one.run()
    assert one.shown() == ["1001"]
    one.change("projects", "pa", isClosed=True)
    await one.run()
    assert (one.shown(), len(one.calls("addDimensionItem")), one.told("project-pa")) == (["-1001"], 1, [])


async def test_F4_ambiguous_items_refuse_one_object() -> None:
    """The others go on; once they are told apart, it goes on too."""
    items = [{"id": 1, "codeName": "1001 A"}, {"id": 2, "codeName": "1001 B"}]
    one = OneCompany({"projects": [a_project(1001), a_project(1003)]}, {"Projects": items})
    await one.run()
    assert (one.codes, one.shown()[2:]) == (["DIMENSION_ITEM_AMBIGUOUS"], ["1003"])
    one.items()[0]["status"] = "P"
    one.wall += 3601
    await one.run()
    assert one.told() == ["refused", "adopted"]


async def test_F4_an_item_of_a_row_is_not_created_twice() -> None:
    """An invoice's row that needs it is creating it, and had no answer: the object waits, then finds it."""
    one = OneCompany(PROJECTS, {"Projects": []})
    one.strike("addDimensionItem", "drop_after")
    dimension = await one.context.registers.dimensions.named("Projects")
    planned = await one.context.registers.dimension_item(one.home, dimension, Item("1001"), Form.CODE)
    assert planned.effect is not None
    lease = await one.home.open_intent(planned.effect.key, b"", FIRM.organisation)
    with pytest.raises(InDoubt):
        await planned.effect.call(lease)
    events = await one.look()
    one.wall = one.home.broker_time()
    for event in events:
        await one.handle(event)
    await one.run()
    assert (one.shown(), len(one.calls("addDimensionItem"))) == (["1001"], 1)
