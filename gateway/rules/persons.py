"""Severa's users as persons of Procountor's register: which person it is, and what it has (R1, S12).

Numbers and accounts are arguments here, never kept; errors name the user alone.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping

from stdnum import iban

from gateway.documents import Truncation, User
from gateway.errors import Permanent, refuse
from gateway.rules.codes.countries import country
from gateway.rules.codes.languages import language
from gateway.rules.fields import Beyond, Field, text
from gateway.rules.personal_id import PersonalId, same_person
from gateway.rules.register_items import PersonCard
from gateway.rules.text.assemble import Truncations, assemble

#: Languages of Procountor's persons (docs/api-facts.md 74).
LANGUAGES = frozenset(("ENGLISH", "FINNISH", "SWEDISH"))
ACTIVE, ACCOUNT, LANGUAGE = "registryInfo.active", "paymentInfo.accountNumber", "invoicingInfo.language"

#: What a person has of its user.
FOLLOWED = (
    text("firstName", "firstName", 80),
    text("lastName", "lastName", 80),
    text("jobTitle", "title", 80),
    text("deliveryAddress.street", "address", 80),
    text("deliveryAddress.zip", "postalCode", 20),
    text("deliveryAddress.city", "city", 40),
    Field("deliveryAddress.country", "country", "left out if Procountor doesn't know it"),
    Field(ACCOUNT, "bankAccountNumber", "read for the transfer alone",
          bounds="IBAN with its check digits", beyond=Beyond.REFUSED),
    Field(LANGUAGE, "language.code", "Finnish, Swedish or English"),
    Field(ACTIVE, "isActive"),
    text("registryInfo.email", "email", 80),
    text("registryInfo.phone", "phone", 40),
)  # fmt: skip

#: What a new person has besides: Procountor requires it, and Severa has nothing like it.
GIVEN = (
    Field("paymentInfo.paymentMethod", "always BANK_TRANSFER"),
    Field("paymentInfo.paymentTermDays", "always 0", "Severa has none"),
    Field("paymentInfo.penalInterestRate", "always 0", "Severa has none"),
    Field("invoicingInfo.identifier", "socialSecurityNumber", "read for the transfer alone (R3)",
          bounds="form and check digit", beyond=Beyond.REFUSED),
    Field("invoicingInfo.identifierType", "HETU or SE, by the form of the number"),
    Field("invoicingInfo.gender", "always NOT_APPLICABLE", "Severa has none"),
)  # fmt: skip
#: POST /persons (S12). A language that Procountor's persons don't have is the company's own.
PERSON = (*FOLLOWED, *GIVEN)

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}")


def match_person(
    persons: Iterable[PersonCard], own: PersonalId, user: str, on: dt.date, inactive_too: bool = False
) -> PersonCard | None:
    """The person with this number; None if there is none. Raises Permanent if several active persons have it.

    If only inactive ones have it, the newest of them will do (`inactive_too`), or it is refused.
    """
    same = {one.id: one for one in persons if same_person(one.identifier, own, on)}
    active = sorted((one for one in same.values() if one.active), key=lambda one: one.id)
    if same and not active and not inactive_too:
        raise refuse("PERSON_INACTIVE", user=user)
    if len(active) > 1:
        ids = ", ".join(str(one.id) for one in active)
        raise refuse("PERSON_AMBIGUOUS", user=user, count=len(active), ids=ids)
    return active[0] if active else max(same.values(), key=lambda one: one.id, default=None)


def followed(user: User, account: str, losses: Truncations) -> dict[str, object]:
    """What the person has of its user, by path. Fields that are empty in Severa are left out."""
    return dict(_flat(assemble(FOLLOWED, _values(user, account), losses, prefix="person.")))


def new_person(user: User, own: PersonalId, account: str, home: str) -> tuple[dict[str, object], list[Truncation]]:
    """The body of POST /persons, and what was cut. `home`: the company's country."""
    losses = Truncations()
    values = {
        **_values(user, account),
        "paymentInfo.paymentMethod": "BANK_TRANSFER",
        "paymentInfo.paymentTermDays": "0",
        "paymentInfo.penalInterestRate": 0,
        "invoicingInfo.identifier": own.written,
        "invoicingInfo.identifierType": own.kind,
        "invoicingInfo.gender": "NOT_APPLICABLE",
    }
    values[LANGUAGE] = values[LANGUAGE] or language(None, home)[0]
    return assemble(PERSON, values, losses, prefix="person."), losses.truncations


def masked_account(account: str | None) -> str | None:
    """An account as events and ledger may have it: its first and last four characters; None if there is none."""
    plain = iban.compact(account or "")
    if not plain:
        return None
    return f"{plain[:4]}…{plain[-4:]}" if _IBAN.fullmatch(plain) else "…"


def _values(user: User, account: str) -> dict[str, object]:
    spoken, fallback = language(user.language, "FI")
    return {
        "firstName": user.first_name,
        "lastName": user.last_name or user.first_name,
        "jobTitle": user.job_title,
        "deliveryAddress.street": user.address.street,
        "deliveryAddress.zip": user.address.postal_code,
        "deliveryAddress.city": user.address.city,
        "deliveryAddress.country": _country(user.address.country),
        ACCOUNT: account or None,
        LANGUAGE: None if fallback else spoken if spoken in LANGUAGES else "ENGLISH",
        ACTIVE: user.is_active,
        "registryInfo.email": user.email,
        "registryInfo.phone": user.phone,
    }


def _country(name: str | None) -> str | None:
    try:
        return country(name)
    except Permanent:
        return None


def _flat(tree: Mapping[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield before + name, value
