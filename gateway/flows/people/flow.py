"""People as one flow: from Severa's users to Procountor's persons, kept in step (F5, S12)."""

from __future__ import annotations

from gateway.delivery.flow import SyncFlow
from gateway.documents import Kind, User
from gateway.flows.people.source import Users
from gateway.flows.people.target import Persons

FLOW = SyncFlow(
    kind=Kind.USER,
    title="user",
    document=User,
    schema="user-changed",
    event="UserChanged",
    settings=lambda company: company.people,
    source=Users,
    target=Persons(),
)
