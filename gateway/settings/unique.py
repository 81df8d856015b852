"""Settings that must be unique: duplicates would give one company two homes, two polls or two keys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gateway.settings.company import Company, Organisation


@dataclass(frozen=True, slots=True)
class Named:
    """A value that must be unique."""

    what: str
    #: May be a secret: never shown.
    value: str
    #: The place in the file.
    place: str


def clashes(organisations: Iterable[Organisation], common_client: str) -> list[str]:
    """One line per value that is in more than one place. It names the places, never the value."""
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in _named(organisations):
        places[one.what, one.value].append(one.place)
    twice = [
        f"{what} is the same in {' and '.join(where)}; each must be unique"
        for (what, _), where in places.items()
        if len(where) > 1
    ]
    return [*twice, *_spellings(organisations, common_client)]


def _named(organisations: Iterable[Organisation]) -> Iterator[Named]:
    for organisation, company, at in _companies(organisations):
        if company is None:
            yield Named("organisation name", organisation.name, at)
            # A credential has one organisation in Severa and one rate limit: two homes would share both (decision 18).
            yield Named("severa.client_id", organisation.severa.client_id.casefold(), at)
        else:
            yield Named("company id", company.id, at)
            # The documents of a unit belong to one company (decision 13).
            yield Named("business_unit", company.business_unit.casefold(), at)
            # A key opens one company in Procountor: two companies would write into it.
            yield Named("procountor.api_key", company.procountor.api_key.get_secret_value().strip(), at)


def _spellings(organisations: Iterable[Organisation], common: str) -> Iterator[str]:
    """A client of Procountor spelled in two ways would get two rate budgets (decision 18)."""
    first = {common.casefold(): (common, "procountor")}
    for _, company, at in _companies(organisations):
        client = company.procountor.client_id if company is not None else None
        if client is None:
            continue
        known, place = first.setdefault(client.casefold(), (client, at))
        if known != client:
            yield f"procountor.client_id differs between {place} and {at} only by upper and lower case: write it alike"


def _companies(organisations: Iterable[Organisation]) -> Iterator[tuple[Organisation, Company | None, str]]:
    """Each organisation without a company, then with each of its companies, and the place in the file."""
    for n, organisation in enumerate(organisations):
        at = f"organisations[{n}]({organisation.name})"
        yield organisation, None, at
        for m, company in enumerate(organisation.companies):
            yield organisation, company, f"{at}.companies[{m}]({company.id})"
