"""Which company a document belongs to: the nearest business unit above it that is one. Pure (decision 13)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gateway.severa.responses import BusinessUnit


def companies_of_units(units: Iterable[BusinessUnit], configured: Mapping[str, str]) -> dict[str, str]:
    """Company id by guid of each business unit that belongs to a configured company.

    A unit with a VAT number of its own is a company; one without belongs to its nearest ancestor that is one.
    A company without settings is never transferred, also where an ancestor of it is configured (SPEC, Settings).
    `configured`: company id by guid of the company's own unit.
    """
    by_guid = {unit.guid: unit for unit in units}
    found: dict[str, str] = {}
    for guid in by_guid:
        seen: set[str] = set()
        at: str | None = guid
        while at is not None and at in by_guid and at not in seen:
            seen.add(at)
            if at in configured:
                found[guid] = configured[at]
                break
            if by_guid[at].vat_number:
                break
            at = by_guid[at].parent_guid
    return found
