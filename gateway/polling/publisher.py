"""How a document that needs an attempt is published: numbered, logged, committed (decisions 2, 5)."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog

from gateway.delivery.attempt import Attempt
from gateway.delivery.change import Changed, Origin
from gateway.delivery.company import CompanyContext
from gateway.delivery.flow import AnyFlow
from gateway.delivery.record import record_of
from gateway.delivery.settle import too_large
from gateway.documents import DocumentKey, Revision, Sequence
from gateway.documents.document import Document
from gateway.documents.hashing import content_hash
from gateway.ledger import Home, Publish, RecordTooLarge
from gateway.polling.due import next_revision

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Publisher:
    """Publishes documents of one flow of an organisation."""

    organisation: str
    home: Home
    flow: AnyFlow
    #: Turns a change into the record of its topic.
    record: Callable[[Changed[Any]], Publish]

    async def publish(
        self, context: CompanyContext, key: DocumentKey, document: Document, origin: Origin, returned: bool = False
    ) -> bool:
        """Number the revision and publish it. `returned`: it waits again after its status update.

        False if its event is too large for the broker, which is reported here. Raises HomeLost.
        """
        name, content = str(key), content_hash(document)
        number = next_revision(record_of(self.home, name), content, returned)
        revision = Revision(number, Sequence(*self.home.next_sequence()), content)
        change = Changed(self.organisation, key, revision, origin, document)
        # logged before the commit, or a fast transfer's end would be logged first
        log.info("publishing change", document=name, number=document.number, revision=number, origin=origin.value)
        context.unread[name] = math.inf  # the event may be read before its commit is known here
        try:
            await self.home.commit(publish=[self.record(change)])
        except RecordTooLarge as error:
            context.read_back(name)
            async with context.alone(name):
                await too_large(Attempt(self.flow, change, self.home, context, unanswered=True), error)
            if self.home.intent(name) is not None:  # which no attempt can look up now
                context.later(name)
            return False
        if name in context.unread:
            context.unread[name] = time.monotonic()
        context.waits.published(name, revision)
        return True
