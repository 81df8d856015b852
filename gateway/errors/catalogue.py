"""Every error code with its texts (B8). Docs, e-mails and outcomes use these and no others."""

from __future__ import annotations

from gateway.errors.family import Configuration, InDoubt, Permanent, Poison, Transient
from gateway.errors.texts.amounts import AMOUNTS
from gateway.errors.texts.companies import COMPANIES
from gateway.errors.texts.customers import CUSTOMERS
from gateway.errors.texts.entry import Entry
from gateway.errors.texts.files import FILES
from gateway.errors.texts.found import FOUND
from gateway.errors.texts.people import PEOPLE
from gateway.errors.texts.purchases import PURCHASES
from gateway.errors.texts.registers import REGISTERS
from gateway.errors.texts.systems import SYSTEMS
from gateway.errors.texts.transfers import TRANSFERS
from gateway.errors.texts.travel import TRAVEL
from gateway.errors.texts.vat import VAT

#: The codes by topic, in the order of docs/errors.md.
TOPICS: dict[str, dict[str, Entry]] = {
    "Customers and addresses": CUSTOMERS,
    "Numbers, dates, totals and currencies": AMOUNTS,
    "VAT": VAT,
    "Products, accounts and dimensions": REGISTERS,
    "Travel reimbursements": TRAVEL,
    "Purchase invoices": PURCHASES,
    "People": PEOPLE,
    "Files": FILES,
    "Found in Procountor already": FOUND,
    "On the way to Procountor": TRANSFERS,
    "A company's keys, settings and business units": COMPANIES,
    "APIs, network, mail server and broker": SYSTEMS,
}
CATALOGUE: dict[str, Entry] = dict(sorted(item for topic in TOPICS.values() for item in topic.items()))


def _message(code: str, facts: dict[str, object]) -> str:
    return " ".join(CATALOGUE[code].texts(facts))


def refuse(code: str, detail: str = "", **facts: object) -> Permanent:
    """One document is refused: a person at the source must act."""
    return Permanent(code, _message(code, facts), detail, **facts)


def configuration(code: str, detail: str = "", **facts: object) -> Configuration:
    """A whole company has a problem: the operator must act."""
    return Configuration(code, _message(code, facts), detail, **facts)


def transient(code: str, detail: str = "", retry_after: float | None = None, **facts: object) -> Transient:
    """The gateway retries by itself, after `retry_after` seconds where the API said so."""
    error = Transient(code, _message(code, facts), detail, **facts)
    error.retry_after = retry_after
    return error


def in_doubt(code: str, detail: str = "", **facts: object) -> InDoubt:
    """The call may have been executed."""
    return InDoubt(code, _message(code, facts), detail, **facts)


def poison(code: str, detail: str = "", **facts: object) -> Poison:
    """The record can't be read."""
    return Poison(code, _message(code, facts), detail, **facts)
