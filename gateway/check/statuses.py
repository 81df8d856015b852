"""Severa's invoice statuses before and after the transfer: their options and their order (S13, docs/setup.md)."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.check.findings import Finding, State, in_severa
from gateway.rules.register_items import Flags

PART = "settings"


#: What goes wrong without each option.
_NOT_EDITABLE = "an invoice can be changed during or after its transfer"
_NUMBER = "its invoices have no number and are refused"
_SENT = "Severa counts its invoices as unsent"


def compare_flags(before: Flags, after: Flags) -> list[Finding]:
    """The options that each of the two must have, and that the status before the transfer comes first."""
    found = [line for which, status in (("before", before), ("after", after)) for line in _flags(which, status)]
    if before.order is not None and after.order is not None and before.order > after.order:
        message = f"{after.name} comes before {before.name} in Severa's list of statuses."
        found.append(
            Finding(PART, "order of statuses", State.NOTE, f"{message} The transfer moves invoices the other way.")
        )
    return found


def _flags(which: str, status: Flags) -> Iterator[Finding]:
    wanted = [
        ("Not editable", status.not_editable, _NOT_EDITABLE),
        ("Invoice number", status.invoice_number, _NUMBER),
    ]
    if which == "after":
        wanted.append(("Sent", status.sent, _SENT))
    for flag, there, without in wanted:
        if there is False:
            step = in_severa(f"Tick {flag} in the settings of the invoice status {status.name}.")
            message = f"The status {status.name} doesn't have the option {flag}: {without}."
            yield Finding(PART, f"status {which}", State.DIFFERENT, message, step)
