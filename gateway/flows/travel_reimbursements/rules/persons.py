"""The person who is paid: number and bank account on the user's card, and which person in Procountor it is (R1, S12).

Numbers and accounts are arguments here, never kept; errors name the user alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from stdnum import iban

from gateway.documents import Truncation
from gateway.errors import Faults, refuse
from gateway.flows.travel_reimbursements.rules.fields import PERSON
from gateway.rules.codes.languages import language
from gateway.rules.personal_id import PersonalId, personal_id, same_person
from gateway.rules.register_items import PersonCard, UserCard
from gateway.rules.text.assemble import Truncations, assemble

#: Languages of Procountor's persons (docs/api-facts.md 74).
LANGUAGES = frozenset(("ENGLISH", "FINNISH", "SWEDISH"))


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


def match_person(persons: Iterable[PersonCard], own: PersonalId, user: str, on: dt.date) -> PersonCard | None:
    """The person with this number; None if there is none.

    Raises Permanent if several active persons have it, or only inactive ones.
    """
    same = {one.id: one for one in persons if same_person(one.identifier, own, on)}
    active = sorted((one for one in same.values() if one.active), key=lambda one: one.id)
    if len(active) > 1:
        ids = ", ".join(str(one.id) for one in active)
        raise refuse("PERSON_AMBIGUOUS", user=user, count=len(active), ids=ids)
    if same and not active:
        raise refuse("PERSON_INACTIVE", user=user)
    return active[0] if active else None


def new_person(
    user: UserCard, who: Payee, country: str, may_create: bool
) -> tuple[dict[str, object], list[Truncation]]:
    """The body of POST /persons. Raises Permanent if S12 is off."""
    if not may_create:
        raise refuse("PERSON_MISSING", user=user.name)
    spoken, _ = language(user.language, country, country)
    losses = Truncations()
    values: dict[str, object] = {
        "firstName": user.first_name,
        "lastName": user.last_name or user.first_name,
        "paymentInfo.paymentMethod": "BANK_TRANSFER",
        "paymentInfo.accountNumber": who.iban,
        "paymentInfo.paymentTermDays": "0",
        "paymentInfo.penalInterestRate": 0,
        "invoicingInfo.identifier": who.id.written,
        "invoicingInfo.identifierType": who.id.kind,
        "invoicingInfo.language": spoken if spoken in LANGUAGES else "ENGLISH",
        "invoicingInfo.gender": "NOT_APPLICABLE",
        "registryInfo.active": True,
        "registryInfo.email": user.email,
    }
    return assemble(PERSON, values, losses, prefix="person."), losses.truncations
