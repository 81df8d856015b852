"""Settings that must differ: two of a kind would be two homes, two polls or two keys of one company."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gateway.settings.company import Company, Organisation


@dataclass(frozen=True, slots=True)
class Named:
    """A value that must be unique. `place` is where it stands in the file; the value itself may be a secret."""

    what: str
    value: str
    place: str


def clashes(organisations: Iterable[Organisation], common_client: str) -> list[str]:
    """One line for each value that stands in more than one place; it names the places, and never the value."""
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
            # one credential is one Severa organisation, and has one rate limit: two homes would poll it (decision 18)
            yield Named("severa.client_id", organisation.severa.client_id.casefold(), at)
        else:
            yield Named("company id", company.id, at)
            # a unit's documents are one company's (decision 13)
            yield Named("business_unit", company.business_unit.casefold(), at)
            # a key is one Procountor company's: two companies would write into it
            yield Named("procountor.api_key", company.procountor.api_key.get_secret_value().strip(), at)


def _spellings(organisations: Iterable[Organisation], common: str) -> Iterator[str]:
    """One Procountor client that is spelled in two ways would have two rate budgets (decision 18)."""
    first = {common.casefold(): (common, "procountor")}
    for _, company, at in _companies(organisations):
        client = company.procountor.client_id if company is not None else None
        if client is None:
            continue
        known, place = first.setdefault(client.casefold(), (client, at))
        if known != client:
            yield f"procountor.client_id differs in {place} and {at} by small and capital letters only: write it alike"


def _companies(organisations: Iterable[Organisation]) -> Iterator[tuple[Organisation, Company | None, str]]:
    """Each organisation by itself, then each of its companies, with the place in the file."""
    for n, organisation in enumerate(organisations):
        at = f"organisations[{n}]({organisation.name})"
        yield organisation, None, at
        for m, company in enumerate(organisation.companies):
            yield organisation, company, f"{at}.companies[{m}]({company.id})"
