"""What attachments cost the worker."""

from __future__ import annotations

from benchmarks.figures import Figure
from benchmarks.flow import FAST, FAST_SETTINGS, warm
from benchmarks.run import ACME, a_stage, add_invoices, moved, peak_memory, wait
from gateway.sandbox.world.demo_world import guid

COUNT, SIZE = 20, 9_900_000


def attachments() -> list[Figure]:
    """The most memory that a worker took while files of 10 MB passed, beside the same worker after an invoice without.

    Its children, which check the files, are counted apart (docs/attachments.md). Nothing is chosen (S16), so only
    invoices that group their rows with a file have one (X3).
    """
    with a_stage(FAST, **FAST_SETTINGS) as stage:
        warm(stage)
        pid = stage.workers[-1].pid
        before = peak_memory(pid)
        owners = [guid(ACME.id, "invoice", number) for number in range(2, COUNT + 2)]
        files = [{"guid": own, "fileGuid": own, "invoiceGuid": own, "name": "a.pdf", "size": SIZE} for own in owners]
        settings = [{"guid": own, "workHourGrouping": "Group+Attachment"} for own in owners]
        stage.apis.change({"severa": {"nordic": {"/v1/invoicefiles": files, "/v1/invoicesettings": settings}}})
        add_invoices(stage, 2, COUNT)
        wait(lambda: moved(stage) == COUNT + 1, 300, stage)
        sent = sum(one["object"]["size"] for one in stage.apis.journal(operation="saveAttachment", effect="created"))
        if sent < COUNT * SIZE:
            raise AssertionError(f"{sent} bytes were attached")
        name = f"worker's peak memory, {COUNT} invoices with 10 MB of attachments"
        return [Figure(name, peak_memory(pid), "MB", before, "after one invoice without")]
