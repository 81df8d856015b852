"""Whose a document is, when its business unit moves while it is under way (decision 13, SPEC Q1)."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

from gateway.delivery.record import State, TransferRecord
from gateway.documents import DocumentKey, Kind, ProcountorInvoice, ProjectRef, Revision, Sequence
from gateway.errors import refuse
from gateway.polling.intake import Intake
from tests.unit.invoices import an_invoice

HEAD = an_invoice(status_id="before")
OLD = str(DocumentKey("acme-fi", Kind.SALES_INVOICE, HEAD.id))
RECORD = TransferRecord(Revision(1, Sequence(1, 1), "c"), State.OPEN, 0)


class Fake:
    """Two companies, of which the second has the document's unit now."""

    def __init__(self, record: TransferRecord | None = None, intent: bool = False) -> None:
        values = {OLD: record.encode()} if record else {}
        intents = {OLD: SimpleNamespace()} if intent else {}
        desks = {
            name: SimpleNamespace(
                company=SimpleNamespace(id=name, enabled=True, sales=SimpleNamespace(enabled=True)), in_flight={}
            )
            for name in ("acme-fi", "bolt-fi")
        }
        home = SimpleNamespace(get=values.get, intent=intents.get)
        units = SimpleNamespace(company=lambda unit: "bolt-fi", known=self.known)
        intake: Any = Intake.__new__(Intake)
        intake.home, intake.desks, intake.units = home, desks, units
        intake.before = dict.fromkeys(desks, "before")
        self.intake = cast(Intake, intake)

    async def known(self) -> None:
        pass

    async def company(self) -> str:
        desk = await self.intake._desk(HEAD)
        return desk.company.id if desk else ""


async def test_decision_13_a_document_that_was_not_begun_goes_with_its_unit() -> None:
    assert await Fake().company() == "bolt-fi"
    assert await Fake(RECORD).company() == "bolt-fi"


async def test_decision_13_what_may_be_in_procountor_is_ended_where_it_was_begun() -> None:
    """Else it is made in the other company too, while nobody looks what came of it in the first."""
    assert await Fake(RECORD, intent=True).company() == "acme-fi"
    there = RECORD.replace(state=State.SETTLED, invoice=ProcountorInvoice(7, "UNFINISHED"))
    assert await Fake(there).company() == "acme-fi"
    assert await Fake(there.replace(written_back=True)).company() == "acme-fi"


async def test_decision_13_an_invoice_whose_project_is_gone_holds_up_no_other() -> None:
    fake, asked = Fake(), list[str]()

    async def gone(guid: str) -> str:
        asked.append(guid)
        raise refuse("SEVERA_REFUSED", operation="read project", said="not found")

    fake.intake.severa = cast(Any, SimpleNamespace(unit_of_project=gone))
    head = replace(HEAD, business_unit_id=None, projects=(ProjectRef("p", "Project"),))
    await fake.intake.consider([head, head], 0)
    assert asked == ["p", "p"]
