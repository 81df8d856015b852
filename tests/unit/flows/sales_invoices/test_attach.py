"""Attaching, step by step, with fakes: what is fetched, what is sent, what is left when it fails."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from gateway.attachments import FileKind, Limits, Part, ProcessedFile, Stored
from gateway.delivery.apply import apply
from gateway.delivery.attempt import IntentPayload
from gateway.documents import Revision, Sequence, Target
from gateway.errors import InDoubt, Permanent, Transient, in_doubt, transient
from gateway.flows.sales_invoices.attach import attachments
from gateway.http import TooLarge
from gateway.ledger import Lease, LeaseExpired
from gateway.ledger.rounds import Word
from tests.unit.invoices import an_invoice

INVOICE = Target("procountor", "sales-invoice", "7", "UNFINISHED", "7", "3")
LEASE = Lease("k", 10, lambda: 9.0, lambda: None)


def write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def is_there(path: Path) -> bool:
    return path.exists()


class Fake:
    """An attempt whose neighbours keep what they are asked. `content`: of the PDF; `ends`: of the uploads, in order."""

    def __init__(self, folder: Path, choice: str = "full", content: Any = b"%PDF-", **more: Any) -> None:
        self.done: list[str] = []
        self.there: list[Stored] = more.get("there", [])
        self.ends: list[Any] = more.get("ends", [])
        self.side, self.content, self.intent, self.record = more.get("side"), content, more.get("intent"), None
        self.resources, self.made, self.step = AsyncExitStack(), INVOICE, ""
        self.document, self.key, self.told = an_invoice(), "acme/sales-invoice/x", list[str]()
        self.beside = list[int]()
        self.revision = Revision(1, Sequence(1, 1), "c" * 64)
        sales = SimpleNamespace(attachments=choice)
        severa = SimpleNamespace(invoice_pdf=self.pdf, groups_with_attachment=self.grouped)
        procountor = SimpleNamespace(attachments=self.attachments, upload_attachment=self.upload)
        self.context = SimpleNamespace(
            company=SimpleNamespace(sales=sales),
            severa=severa,
            procountor=procountor,
            file_processor=SimpleNamespace(limits=Limits(), fit=self.fit),
            folder=folder,
            organisation="nordic",
        )
        self.home = SimpleNamespace(
            renew=self.renew,
            open_intent=self.open,
            left_unknown=self.left,
            answered=lambda lease: None,
            config=SimpleNamespace(lease=10),
        )
        self.word: Word = lambda rounds, error: []
        self.lease: Lease | None = more.get("lease", LEASE)

    async def grouped(self, guid: str) -> bool:
        self.done.append("asked")
        return False

    async def pdf(self, guid: str, rendition: Any, target: Path, most: int) -> None:
        self.done.append(f"fetched {rendition.value}")
        if isinstance(self.content, Exception):
            raise self.content
        write(target, self.content)

    async def fit(self, part: Part, target: Path) -> ProcessedFile:
        return ProcessedFile(part.path, FileKind.PDF, 1, 5, self.side, False, 0, 0)

    async def attachments(self, invoice_id: int) -> list[Stored]:
        self.done.append("read")
        return self.there

    async def upload(self, invoice_id: int, name: str, path: Path, kind: FileKind, lease: Lease) -> None:
        assert is_there(path)
        self.done.append(f"sent {name}")
        if self.ends and (end := self.ends.pop(0)) is not None:
            raise end

    async def renew(self, lease: Lease) -> None:
        self.done.append("renewed")

    async def open(self, key: str, note: bytes, organisation: str, *, writes: Any, reopen: bool) -> Lease:
        assert IntentPayload.decode(note).partner_id == 3
        self.done.append(f"opened {len(writes)} {reopen}")
        return LEASE

    def left(self, key: str) -> None:
        self.done.append("left unknown")

    async def attach(self) -> None:
        try:
            async with self.resources:
                for effect in attachments(cast(Any, self)):
                    await apply(cast(Any, self), effect)
        finally:
            assert list(self.context.folder.iterdir()) == []


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(_: float) -> None:
        """No wait."""

    monkeypatch.setattr("gateway.ledger.effects.asyncio.sleep", at_once)


async def test_X9_first_attempt_uploads_at_once_others_look_first(tmp_path: Path) -> None:
    first, second = Fake(tmp_path), Fake(tmp_path, there=[Stored("other.pdf")], lease=None)
    name = f"sent invoice-{first.document.number}.pdf"
    await first.attach()
    assert first.done == ["fetched All", name]
    await second.attach()
    assert second.done == ["read", "fetched All", "opened 1 False", name]


async def test_X9_what_is_there_is_not_even_fetched(tmp_path: Path) -> None:
    one = Fake(tmp_path, lease=None)
    one.there = [Stored(f"Invoice-{one.document.number}.PDF")]
    await one.attach()
    assert one.done == ["read"]


async def test_X2_nothing_chosen_asks_only_for_the_grouping(tmp_path: Path) -> None:
    one = Fake(tmp_path, choice="none")
    await one.attach()
    assert one.done == ["asked"]


async def test_X2_a_pdf_without_bytes_is_nothing_to_attach(tmp_path: Path) -> None:
    one = Fake(tmp_path, choice="breakdown", content=b"")
    await one.attach()
    assert one.done == ["fetched AttachmentAndBreakdown"]


async def test_B6_pictures_that_were_made_smaller_are_told(tmp_path: Path) -> None:
    one = Fake(tmp_path, side=1750)
    await one.attach()
    assert "1750" in one.told[0]


@pytest.mark.parametrize(
    ("content", "code"), [(TooLarge(200_000_000), "ATTACHMENT_TOO_LARGE"), (OSError("full"), "ATTACHMENT_NO_ROOM")]
)
async def test_X7_X8_a_file_that_does_not_fit_is_told_by_its_name(tmp_path: Path, content: Any, code: str) -> None:
    with pytest.raises((Permanent, Transient), match=code) as caught:
        await Fake(tmp_path, content=content).attach()
    assert "invoice-" in str(caught.value)


async def test_X9_an_upload_of_unknown_end_is_not_tried_again_here(tmp_path: Path) -> None:
    one = Fake(tmp_path, ends=[in_doubt("ATTEMPT_UNKNOWN", operation="upload attachment")])
    with pytest.raises(InDoubt):
        await one.attach()
    assert one.done[-2:] == [f"sent invoice-{one.document.number}.pdf", "left unknown"]


async def test_decision_7_unexecuted_upload_is_retried_under_new_lease(tmp_path: Path) -> None:
    busy = transient("API_BUSY", api="Procountor", operation="upload attachment")
    one = Fake(tmp_path, ends=[LeaseExpired("late"), busy, None])
    await one.attach()
    name = f"sent invoice-{one.document.number}.pdf"
    assert one.done == ["fetched All", name, *["renewed", name] * 2]
    with pytest.raises(Transient):
        await Fake(tmp_path, ends=[busy] * 3).attach()
