"""The person who is paid: number and bank account on the user's card (R1).

Numbers and accounts are arguments here, never kept; errors name the user alone.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from stdnum import iban

from gateway.errors import Faults, refuse
from gateway.rules.personal_id import PersonalId, personal_id
from gateway.rules.register_items import UserCard


@dataclass(frozen=True, slots=True)
class Payee:
    """Who is paid: a checked number and a checked IBAN."""

    id: PersonalId
    iban: str = field(repr=False)


def payee(user: UserCard, country: str, on: dt.date) -> Payee:
    """Number and bank account of a user. Raises Permanent with every fault: nothing is sent without both."""
    faults, name = Faults(), user.name
    own, account = None, iban.compact(user.account or "")
    if not (user.personal_id or "").strip():
        faults.add(refuse("PERSONAL_ID_MISSING", user=name))
    elif (own := personal_id(user.personal_id or "", country, on)) is None:
        faults.add(refuse("PERSONAL_ID_INVALID", user=name))
    if not account:
        faults.add(refuse("PERSON_ACCOUNT_MISSING", user=name))
    elif not iban.is_valid(account, check_country=False):
        faults.add(refuse("PERSON_ACCOUNT_INVALID", user=name))
    faults.raise_all()
    assert own is not None
    return Payee(own, account)
