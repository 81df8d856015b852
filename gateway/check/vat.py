"""The VAT status that `gateway check` finds per case, and the cases without one (V1, S2)."""

from __future__ import annotations

import datetime as dt

from gateway.check.findings import Finding, State, in_settings
from gateway.errors import CATALOGUE, Permanent
from gateway.rules.vat_statuses import SAID, VatCase, VatTerms, choose

PART = "VAT statuses"
#: Cases that every company has.
ALWAYS = (VatCase.DOMESTIC, VatCase.DOMESTIC_ZERO)


def vat_statuses(terms: VatTerms, country: str, day: dt.date) -> list[Finding]:
    """One line per case that the settings allow. Without a status, only invoices of that case are refused."""
    return [_of(case, terms, country, day) for case in VatCase if _occurs(case, terms)]


def _occurs(case: VatCase, terms: VatTerms) -> bool:
    if case is VatCase.OUTSIDE_EU:
        return not terms.outside_eu_reported
    if case is VatCase.ZERO_RATED:
        return terms.outside_eu_reported or terms.zero_rated_without_number
    return True


def _of(case: VatCase, terms: VatTerms, country: str, day: dt.date) -> Finding:
    thing = SAID[case]
    try:
        found = choose(terms, case, country, day)
    except Permanent as error:
        what, remedy = CATALOGUE[error.code].texts(error.facts)
        if case in terms.numbers:
            return Finding(PART, thing, State.DIFFERENT, what, in_settings(remedy))
        if case in ALWAYS:
            return Finding(PART, thing, State.MISSING, what, in_settings(remedy))
        return Finding(PART, thing, State.NOTE, f"none: such invoices are refused. {remedy} {what}")
    how = "by the settings" if case in terms.numbers else "by its description"
    return Finding(PART, thing, State.OK, f"{found.number} {found.description}, {how}", always_shown=True)
