"""Severa's answers about users. `card` alone reads personal identity numbers and bank accounts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from gateway.documents import Address, NumberState, User
from gateway.documents.document import LONG_AGO
from gateway.errors import mask
from gateway.http.trees import part, text
from gateway.rules.personal_id import personal_id
from gateway.rules.persons import masked_account
from gateway.rules.register_items import UserCard
from gateway.severa.fields import guid_of, of_type, time_of


@dataclass(frozen=True, slots=True)
class ListedUser:
    """A user with the guid of the business unit; "" without one."""

    user: User
    unit: str


def user(tree: object, on: dt.date) -> User:
    """UserOutputModel, without number and account. `on`: today."""
    country = part(tree, "country")
    return User(
        id=guid_of(tree),
        created_at=time_of(tree, "createdDateTime") or LONG_AGO,
        updated_at=time_of(tree, "lastUpdatedDateTime"),
        is_active=of_type(tree, "isActive", bool) is not False,
        first_name=mask(text(tree, "firstName") or ""),
        last_name=mask(text(tree, "lastName") or ""),
        job_title=_plain(tree, "title"),
        email=_plain(tree, "email"),
        phone=_plain(tree, "phone"),
        address=Address(
            _plain(tree, "address"),
            _plain(tree, "postalCode"),
            _plain(tree, "city"),
            text(country, "code3") or text(country, "englishName") or text(country, "name"),
        ),
        language=text(part(tree, "language"), "code"),
        personal_id=_state(text(tree, "socialSecurityNumber"), on),
        account=masked_account(text(tree, "bankAccountNumber")),
    )


def card(tree: object, on: dt.date) -> UserCard:
    """The same, with number and account: for one step, kept nowhere (R3)."""
    return UserCard(user(tree, on), text(tree, "socialSecurityNumber"), text(tree, "bankAccountNumber"))


def listed(tree: object, on: dt.date) -> ListedUser:
    """The user and its business unit."""
    return ListedUser(user(tree, on), unit_of_user(tree) or "")


def unit_of_user(tree: object) -> str | None:
    """UserOutputModel: the guid of the user's business unit."""
    return text(part(tree, "businessUnit"), "guid")


def _plain(tree: object, name: str) -> str | None:
    """A text as it is; None if it is empty, or looks as if it had a personal number: `***` is nobody's telephone."""
    found = (text(tree, name) or "").strip()
    return found if found and mask(found) == found else None


def _state(number: str | None, on: dt.date) -> NumberState:
    """By either country's reading: the company's country is not known here."""
    if not (number or "").strip():
        return NumberState.MISSING
    return NumberState.VALID if personal_id(number or "", "SE", on) is not None else NumberState.WRONG
