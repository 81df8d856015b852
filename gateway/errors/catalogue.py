"""Every error code with its texts (B8). Docs, e-mails and outcomes use these and no others."""

from __future__ import annotations

from gateway.errors.family import Configuration, InDoubt, Permanent, Poison, Transient
from gateway.errors.texts.companies import COMPANIES
from gateway.errors.texts.entry import Entry
from gateway.errors.texts.files import FILES
from gateway.errors.texts.invoices import INVOICES
from gateway.errors.texts.transfers import TRANSFERS

CATALOGUE: dict[str, Entry] = dict(sorted((INVOICES | TRANSFERS | FILES | COMPANIES).items()))


def _texts(code: str, facts: dict[str, object]) -> str:
    return " ".join(CATALOGUE[code].told(facts))


def refuse(code: str, detail: str = "", **facts: object) -> Permanent:
    """A refusal of one document: a person at the source must act."""
    return Permanent(code, _texts(code, facts), detail, **facts)


def configuration(code: str, detail: str = "", **facts: object) -> Configuration:
    """A cause that concerns a whole company: the operator must act."""
    return Configuration(code, _texts(code, facts), detail, **facts)


def transient(code: str, detail: str = "", retry_after: float | None = None, **facts: object) -> Transient:
    """Comes again by itself."""
    error = Transient(code, _texts(code, facts), detail, **facts)
    error.retry_after = retry_after
    return error


def in_doubt(code: str, detail: str = "", **facts: object) -> InDoubt:
    """May have been executed."""
    return InDoubt(code, _texts(code, facts), detail, **facts)


def poison(code: str, detail: str = "", **facts: object) -> Poison:
    """Unreadable."""
    return Poison(code, _texts(code, facts), detail, **facts)
