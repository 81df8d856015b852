"""Persons in Procountor (a SyncTarget)."""

from __future__ import annotations

from gateway.delivery.attempt import Attempt
from gateway.delivery.plan import Update
from gateway.documents import User
from gateway.flows.people.plan import plan_person


class Persons:
    """A SyncTarget."""

    async def plan(self, attempt: Attempt[User]) -> Update:
        """The person to create, or the fields to write."""
        return await plan_person(attempt)
