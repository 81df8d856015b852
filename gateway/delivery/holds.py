"""Holds as the ledger keeps them: a cause that concerns a whole company (decision 14)."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

from gateway.errors import code_of
from gateway.ledger import Codec, Home

#: Seconds between two probes of a held company: the first wait, doubled up to the last.
PROBE = (15.0, 600.0)
#: Causes that only a document at the company's own risk can probe: once a day.
DAILY = {"ECHO_MISSING": 86_400.0}
#: Causes that some documents don't meet: an invoice without a project needs no dimension, one without files no right,
#: one that is in Procountor already no bank account.
OF_SOME = ("DIMENSION_MISSING", "RIGHTS_MISSING", "BANK_ACCOUNT_MISSING", "IBAN_INVALID")
#: What shows that a cause is gone that no transfer meets: Severa has the names of the statuses, a status was moved
#: there, a list or a document was read.
NAMED, MOVED, LISTED, READ = "named", "moved", "listed", "read"
#: What shows that the ledger's records can be read: the home was taken by a version that can.
READABLE = "readable"


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a company is held. `wait` in seconds; `next_probe` in seconds since 1970.

    `met`: the causes that were told since it began, each with what shows that it is gone: the key of the document that
    met it (`when_read`: that it is read), `NAMED`, `MOVED`, `LISTED`, `READ`, the cause itself (API_DOWN), or "" for
    any document that goes over.
    """

    code: str
    cause: str
    message: str
    since: str
    wait: float
    next_probe: float
    met: dict[str, str] = field(default_factory=dict)

    def probing(self) -> bool:
        """Whether one document may be tried to see if the cause is gone."""
        return time.time() >= self.next_probe


_HOLDS = Codec(Hold)


def when_read(key: str) -> str:
    """What shows that a cause is gone which a document met when it was read: to go over it may have more to pass."""
    return f"{READ} {key}"


def document_of(by: str) -> str:
    """The key of the document that shows that a cause is gone; what is no document's comes back as it is."""
    return by.removeprefix(f"{READ} ")


def hold_key(company: str) -> str:
    """Where the ledger keeps a company's hold."""
    return f"{company}/hold"


def known_hold(home: Home, company: str) -> Hold | None:
    """The hold that the ledger has of a company. A restart often brings the mend in the settings: probe at once.

    Raises Unreadable.
    """
    held = _HOLDS.read(home, hold_key(company))
    if held is None:
        return None
    held = replace(held, met=held.met or {held.cause: ""})  # one of the version before says the cause alone
    daily = any(code_of(cause) in DAILY for cause in held.met)
    return held if daily else replace(held, next_probe=0.0)
