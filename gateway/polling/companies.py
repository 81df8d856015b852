"""Which company a document belongs to: the nearest business unit above it that is one. Pure (decision 13)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from gateway.severa.responses import BusinessUnit


def companies_of_units(units: Iterable[BusinessUnit], configured: Mapping[str, str]) -> dict[str, str]:
    """Company id by guid of each business unit that belongs to a configured company.

    A unit with a VAT number of its own is a company; one without belongs to its nearest ancestor that is one.
    A company without settings is never transferred, also where an ancestor of it is configured
    (docs/requirements.md, Settings).
    `configured`: company id by guid of the company's own unit.
    """
    by_guid = {unit.guid: unit for unit in units}
    ends = {guid: _end(guid, by_guid, configured) for guid in by_guid}
    return {guid: configured[end.guid] for guid, end in ends.items() if end is not None and end.guid in configured}


def odd_units(units: Iterable[BusinessUnit], configured: Mapping[str, str]) -> dict[str, str]:
    """Units whose company can't be told, since a unit on the way up to it can't be read: with what can't."""
    by_guid = {unit.guid: unit for unit in units}
    ends = {guid: _end(guid, by_guid, configured) for guid in by_guid}
    return {guid: end.odd for guid, end in ends.items() if end is not None and end.odd and end.guid not in configured}


def _end(guid: str, by_guid: Mapping[str, BusinessUnit], configured: Collection[str]) -> BusinessUnit | None:
    """The nearest unit upwards that is a company, or can't be read."""
    seen: set[str] = set()
    at: str | None = guid
    while at is not None and at in by_guid and at not in seen:
        seen.add(at)
        unit = by_guid[at]
        if at in configured or unit.vat_number or unit.odd:
            return unit
        at = unit.parent_guid
    return None


def unnamed_companies(units: Iterable[BusinessUnit], configured: Collection[str]) -> dict[str, str]:
    """Names by guid of the units that are companies and none of the `configured` ones."""
    return {one.guid: one.name for one in units if one.vat_number and one.guid not in configured}
