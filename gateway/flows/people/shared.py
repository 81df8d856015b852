"""Users who share a person, since they have one personal identity number: somebody who was entered twice (ADR 32)."""

from __future__ import annotations

from gateway.delivery.attempt import Attempt
from gateway.delivery.record import record_of
from gateway.documents import DocumentKey, Kind, User
from gateway.flows.people.rules.memo import Memo, memo_of
from gateway.flows.people.source import today
from gateway.http import in_turns


async def sharing(attempt: Attempt[User], person: int) -> dict[str, Memo]:
    """Guids of the company's other users whose person this is, by the ledger, each with what is known of it."""
    prefix, found = str(DocumentKey(attempt.context.company.id, Kind.USER, "")), dict[str, Memo]()
    async for key, _ in in_turns(attempt.home.items(prefix)):
        record = record_of(attempt.home, key)
        memo = memo_of(record.memo, is_open=False) if record is not None and key != attempt.key else Memo()
        if memo.person == person:
            found[key.removeprefix(prefix)] = memo
    return found


async def active_one(attempt: Attempt[User], users: dict[str, Memo]) -> str:
    """The name of a user among these who is active in Severa now; "" if none is. Raises GatewayError."""
    for guid in users:
        listed = await attempt.context.severa.users.user(guid, today(attempt.context))
        if listed is not None and listed.user.is_active:
            return listed.user.name
    return ""
