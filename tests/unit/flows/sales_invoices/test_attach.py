"""Attaching, step by step: what is fetched, what is sent, what is left when it fails."""

from __future__ import annotations

from collections.abc import Sequence as Many
from pathlib import Path

import pytest

from gateway.attachments import FileKind, FileProcessor, Part, ProcessedFile, Rendition, Stored
from gateway.delivery.apply import apply
from gateway.delivery.attempt import Attempt, IntentPayload
from gateway.delivery.change import Changed, Origin
from gateway.documents import DocumentKey, Kind, Revision, Sequence, Target
from gateway.errors import InDoubt, Permanent, Transient, in_doubt, transient
from gateway.flows.sales_invoices.attach import attachments
from gateway.flows.sales_invoices.flow import FLOW
from gateway.http import CallLease, TooLarge
from gateway.ledger import LeaseExpired
from tests.memory_home import CONFIG, MemoryLedger
from tests.unit.invoices import an_invoice
from tests.unit.one_company import HOME, MemoryProcountor, MemorySevera, a_company, a_context

INVOICE = Target("procountor", "sales-invoice", "7", "UNFINISHED", "7", "3")
KEY = DocumentKey("acme-fi", Kind.SALES_INVOICE, "8f0e")


def write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def is_there(path: Path) -> bool:
    return path.exists()


class Severa(MemorySevera):
    """`content`: of the printout, or why it can't be fetched."""

    def __init__(self, done: list[str], content: bytes | Exception) -> None:
        super().__init__()
        self.done, self.content = done, content

    async def groups_with_attachment(self, guid: str) -> bool:
        self.done.append("asked")
        return False

    async def invoice_pdf(self, guid: str, rendition: Rendition, target: Path, most: int) -> None:
        self.done.append(f"fetched {rendition.value}")
        if isinstance(self.content, Exception):
            raise self.content
        write(target, self.content)


class Procountor(MemoryProcountor):
    """`there`: the files of the invoice; `ends`: of the uploads, in order."""

    def __init__(self, done: list[str], there: list[Stored], ends: list[Exception | None]) -> None:
        super().__init__()
        self.done, self.there, self.ends = done, there, ends

    async def attachments(self, invoice_id: int) -> list[Stored]:
        self.done.append("read")
        return self.there

    async def upload_attachment(
        self, invoice_id: int, name: str, path: Path, kind: FileKind, lease: CallLease, sent_with: bool = True
    ) -> None:
        assert is_there(path)
        self.done.append(f"sent {name}")
        if self.ends and (end := self.ends.pop(0)) is not None:
            raise end


class Processor(FileProcessor):
    """Reduces pictures to `side` pixels, without a child."""

    def __init__(self, side: int | None) -> None:
        super().__init__()
        self.side = side

    async def fit(self, part: Part, target: Path) -> ProcessedFile:
        return ProcessedFile(part.path, FileKind.PDF, 1, 5, self.side, False, 0, 0)


class Attaching:
    """An attempt on an invoice that is in Procountor. `done`: what its calls do; `found`: an earlier attempt created
    the invoice.
    """

    def __init__(
        self,
        folder: Path,
        choice: str = "full",
        content: bytes | Exception = b"%PDF-",
        there: Many[Stored] = (),
        ends: Many[Exception | None] = (),
        side: int | None = None,
        found: bool = False,
    ) -> None:
        self.done, self.found, self.folder = list[str](), found, folder
        self.home, invoice = MemoryLedger().take(HOME), an_invoice()
        self.name = f"invoice-{invoice.number}.pdf"
        context = a_context(
            a_company(attachments=choice),
            severa=Severa(self.done, content),
            procountor=Procountor(self.done, list(there), list(ends)),
            file_processor=Processor(side),
            folder=folder,
        )
        change = Changed("nordic", KEY, Revision(1, Sequence(1, 1), "c" * 64), Origin.POLL, invoice)
        self.attempt = Attempt(FLOW, change, self.home, context, made=INVOICE)

    async def attach(self) -> None:
        if not self.found:
            self.attempt.lease = await self.home.open_intent(self.attempt.key, b"", "nordic")
        try:
            async with self.attempt.resources:
                for effect in attachments(self.attempt):
                    await apply(self.attempt, effect)
        finally:
            assert list(self.folder.iterdir()) == []


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(_: float) -> None:
        """No wait."""

    monkeypatch.setattr("gateway.ledger.effects.asyncio.sleep", at_once)


async def test_X9_first_attempt_uploads_at_once_others_look_first(tmp_path: Path) -> None:
    first, second = Attaching(tmp_path), Attaching(tmp_path, there=[Stored("other.pdf")], found=True)
    await first.attach()
    assert first.done == ["fetched All", f"sent {first.name}"]
    await second.attach()
    assert second.done == ["read", "fetched All", f"sent {second.name}"]
    (intent,) = second.home.intents()
    assert IntentPayload.decode(intent.payload).partner_id == 3


async def test_X9_what_is_there_is_not_even_fetched(tmp_path: Path) -> None:
    attaching = Attaching(tmp_path, there=[Stored("Invoice-1001.PDF")], found=True)
    await attaching.attach()
    assert attaching.done == ["read"]


async def test_X2_nothing_chosen_asks_only_for_the_grouping(tmp_path: Path) -> None:
    attaching = Attaching(tmp_path, choice="none")
    await attaching.attach()
    assert attaching.done == ["asked"]


async def test_X2_a_pdf_without_bytes_is_nothing_to_attach(tmp_path: Path) -> None:
    attaching = Attaching(tmp_path, choice="breakdown", content=b"")
    await attaching.attach()
    assert attaching.done == ["fetched AttachmentAndBreakdown"]


async def test_B6_reduced_pictures_are_reported(tmp_path: Path) -> None:
    attaching = Attaching(tmp_path, side=1750)
    await attaching.attach()
    assert "1750" in attaching.attempt.notes[0]


@pytest.mark.parametrize(
    ("content", "code"), [(TooLarge(200_000_000), "ATTACHMENT_TOO_LARGE"), (OSError("full"), "ATTACHMENT_NO_ROOM")]
)
async def test_X7_X8_refused_file_is_named(tmp_path: Path, content: Exception, code: str) -> None:
    with pytest.raises((Permanent, Transient), match=code) as caught:
        await Attaching(tmp_path, content=content).attach()
    assert "invoice-" in str(caught.value)


async def test_X9_upload_in_doubt_is_not_retried_at_once(tmp_path: Path) -> None:
    attaching = Attaching(tmp_path, ends=[in_doubt("ATTEMPT_UNKNOWN", operation="upload attachment")])
    with pytest.raises(InDoubt):
        await attaching.attach()
    assert attaching.done.count(f"sent {attaching.name}") == 1
    assert attaching.home.seconds_until_expired(attaching.attempt.key) == pytest.approx(CONFIG.quarantine, abs=1)


async def test_decision_7_unexecuted_upload_is_retried_under_new_lease(tmp_path: Path) -> None:
    busy = transient("API_BUSY", api="Procountor", operation="upload attachment")
    attaching = Attaching(tmp_path, ends=[LeaseExpired("late"), busy, None])
    await attaching.attach()
    assert attaching.done == ["fetched All", *[f"sent {attaching.name}"] * 3]
    with pytest.raises(Transient):
        await Attaching(tmp_path, ends=[busy] * 3).attach()
