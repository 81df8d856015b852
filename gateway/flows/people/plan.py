"""The plan of a user: the person that it is in Procountor, to be created or changed (S12, ADR 32).

Number and account of the user, and the person, are read here, for this plan alone (R3).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from stdnum import iban

from gateway.delivery.attempt import Attempt
from gateway.delivery.plan import Synced, Update, planned_payload
from gateway.documents import OutcomeState, Target, User
from gateway.errors import Faults, Permanent, refuse, transient
from gateway.flows.people.rules.changes import Changes, changes, named
from gateway.flows.people.rules.memo import Memo, memo_of, shown
from gateway.flows.people.shared import active_one, sharing
from gateway.flows.people.source import today
from gateway.ledger import Lease
from gateway.ledger.effects import Effect, Planned
from gateway.ledger.rounds import ROUNDS
from gateway.procountor.persons import PersonRead, changed
from gateway.registers.persons import find_person
from gateway.rules.personal_id import PersonalId, personal_id, same_person
from gateway.rules.persons import ACTIVE, followed, new_person
from gateway.rules.register_items import PersonCard, UserCard
from gateway.rules.text.assemble import Truncations

_STAYS = "User {user} has the same personal identity number and is active in Severa, so the person stays active."


async def plan_person(attempt: Attempt[User]) -> Update:
    """Look for the person, and plan what is missing. Raises every kind of GatewayError."""
    context, user = attempt.context, attempt.document
    memo, day = memo_of(attempt.memo, is_open=attempt.intent is not None), today(context)
    card = await context.severa.users.card(user.id, day)
    if card is None:
        return _nothing(attempt, memo, "The user was deleted in Severa. The person stays as it is.")
    own, account = _checked(card, context.company.id, context.company.country, day, user.is_active)
    if memo.person:
        found = await _known(attempt, memo, own, day)
        if found is None:
            note = f"The person {memo.person} was deleted in Procountor, and is not created again."
            return _nothing(attempt, memo, note)
        read, memo = found
        return await _update(attempt, read, memo, account)
    if own is None:
        return _nothing(attempt, memo, "The user has no personal identity number in Severa.")
    planned = await _by_number(attempt, own, account, day)
    if planned.card is not None:
        there = await context.procountor.person(planned.card.id)
        if there is None:
            raise transient("PERSON_CHANGED", user=user.name, id=planned.card.id)
        return await _update(attempt, there, replace(memo, person=there.id), account)
    if not user.is_active:
        return _nothing(attempt, memo, "The user is inactive in Severa, and Procountor has no such person.")
    return _create(attempt, planned, own, account)


def _checked(
    card: UserCard, company: str, country: str, day: dt.date, is_active: bool
) -> tuple[PersonalId | None, str]:
    """Number and account, as far as the user has them. Raises Permanent with every fault; nothing of a user who left is
    a fault.
    """
    faults, name = Faults(), card.name
    text, account = (card.personal_id or "").strip(), iban.compact(card.account or "")
    own = personal_id(text, country, day) if text else None
    if is_active and not name:
        faults.add(refuse("USER_NAMELESS", company=company, id=card.id))
    if is_active and text and own is None:
        faults.add(refuse("PERSONAL_ID_INVALID", user=name))
    if account and not iban.is_valid(account, check_country=False):
        if is_active:
            faults.add(refuse("PERSON_ACCOUNT_INVALID", user=name))
        account = ""
    faults.raise_all()
    return own, account


async def _known(
    attempt: Attempt[User], memo: Memo, own: PersonalId | None, day: dt.date
) -> tuple[PersonRead, Memo] | None:
    """The person that the ledger knows, if it has the user's number; otherwise the one that has it, of which nothing is
    known. None if the known one is gone, and no other is there. Raises Permanent if the known one has another number.
    """
    procountor, name = attempt.context.procountor, attempt.document.name
    read = await procountor.person(memo.person)
    if read is not None and (own is None or same_person(read.identifier, own, day)):
        return read, memo
    other = await find_person(procountor, own, name, day, inactive_too=True) if own is not None else None
    there = await procountor.person(other.id) if other is not None else None
    if there is not None:
        return there, Memo(there.id)
    if read is not None:
        raise refuse("PERSON_NUMBER_DIFFERS", user=name, id=read.id)
    return None


async def _by_number(attempt: Attempt[User], own: PersonalId, account: str, day: dt.date) -> Planned[PersonCard]:
    """The person with this number; to be created under the intent that travel reimbursements use, too."""
    context, user = attempt.context, attempt.document

    async def look() -> PersonCard | None:
        return await find_person(context.procountor, own, user.name, day, inactive_too=True)

    async def body() -> dict[str, object]:
        return new_person(user, own, account, context.company.country)[0]

    return await context.registers.person(attempt.home, user.id, user.name, look, body, attempt.word)


def _create(attempt: Attempt[User], planned: Planned[PersonCard], own: PersonalId, account: str) -> Update:
    user, effect = attempt.document, planned.effect
    assert effect is not None
    said = shown(followed(user, account, Truncations()))
    _, lost = new_person(user, own, account, attempt.context.company.country)
    payload = planned_payload(attempt, lost, (), memo=Memo(0, said, creating=True).encode())

    def result() -> Synced:
        number = planned.created.id
        return Synced(OutcomeState.CREATED, _target(number, True), Memo(number, said).encode())

    return Update((effect,), payload, result)


async def _update(attempt: Attempt[User], read: PersonRead, memo: Memo, account: str) -> Update:
    """What the person lacks. A person of several users is active as long as one of them is."""
    losses, is_first, is_active = Truncations(), memo.said is None, attempt.document.is_active
    wanted = followed(attempt.document, account, losses)
    now = shown(wanted)
    others = await sharing(attempt, read.id) if is_first or not is_active else {}
    staying = "" if is_active else await active_one(attempt, others)
    if staying:
        del wanted[ACTIVE]
    left = is_active and any(one.said is not None and one.said.get(ACTIVE) is False for one in others.values())

    def missing(there: PersonRead) -> Changes:
        return changes(wanted, memo.said, there.value, left)

    found = missing(read)
    state = OutcomeState.ADOPTED if is_first else OutcomeState.CREATED if memo.creating else OutcomeState.UPDATED
    notes = (*_notes(found, is_first), *([_STAYS.format(user=staying)] if staying else []))
    remains = bool(found.written.get(ACTIVE, read.active))
    after = Memo(read.id, {**(memo.said or {}), **now}).encode()
    payload = planned_payload(attempt, losses.truncations if found.written else (), notes, memo=memo.encode())
    effects = (_write(attempt, read, missing),) if found.written else ()
    return Update(effects, payload, lambda: Synced(state, _target(read.id, remains), after))


def _notes(found: Changes, is_first: bool) -> tuple[str, ...]:
    why = "The person was in Procountor already, and keeps its own" if is_first else "Changed by hand, so it stays"
    kept = (f"{why}: {named(found.kept)}.",) if found.kept else ()
    return (*kept, f"Written to the person: {named(found.written)}.") if found.written else kept


def _write(attempt: Attempt[User], read: PersonRead, missing: Callable[[PersonRead], Changes]) -> Effect:
    """Write the whole person by its version. Where it was changed since it was read, it is read again. `missing`: what
    a person lacks.
    """
    procountor, name, newest = attempt.context.procountor, attempt.document.name, read

    async def call(lease: Lease) -> None:
        nonlocal newest
        written = missing(newest).written
        if not written:
            return
        try:
            await procountor.update_person(newest.id, changed(newest, written), lease)
        except Permanent:
            now = await procountor.person(newest.id)
            if now is None or now.version == newest.version:
                raise
            newest = now
            raise transient("PERSON_CHANGED", user=name, id=now.id) from None

    unanswered = refuse("PERSON_UNANSWERED", user=name, id=read.id, rounds=ROUNDS)
    title = f"write the person {read.id} of user {name}"
    return Effect(title, call, unanswered=unanswered, unnamed="write person")


def _nothing(attempt: Attempt[User], memo: Memo, note: str) -> Update:
    """The user needs nothing in Procountor."""
    kept = memo.encode()
    payload = planned_payload(attempt, (), (note,), memo=kept)
    return Update((), payload, lambda: Synced(OutcomeState.WITHDRAWN, None, kept))


def _target(number: int, is_active: bool) -> Target:
    return Target("procountor", "person", str(number), "ACTIVE" if is_active else "INACTIVE")
