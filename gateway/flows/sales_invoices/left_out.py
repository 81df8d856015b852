"""What is said of an invoice that is left as it is before its transfer had ended: what it has, and what it may lack."""

from __future__ import annotations

from gateway.settings import SalesSettings, TargetStatus


def left_out(sales: SalesSettings, status: str, why: str, attached: list[str] | None = None) -> tuple[str, ...]:
    """Sentences about the invoice. `why`: what became of its document; `attached`: its files, None when not known."""
    steps = [one.value for one in TargetStatus]
    said = [
        f"{why} before its transfer had ended. Its invoice is in Procountor, {status}, and is left as it is: complete "
        "it there, or invalidate it."
    ]
    if status in steps[: steps.index(sales.target_status)]:
        said.append(f"It was to become {sales.target_status}: not done.")
    if attached or sales.attachments != "none":
        files = ", ".join(attached or ["nothing"])
        said.append("Its files may be missing." if attached is None else f"Attached: {files}.")
    said.append("Whether its ledger receipt has the accounts and dimensions of its rows can't be told any more.")
    return tuple(said)
