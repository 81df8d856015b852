"""A result moves its invoice in Severa to the status after transfer; the end of a company's error is mailed."""

from __future__ import annotations

import structlog

from gateway.delivery.flow import TransferFlow
from gateway.delivery.outcomes import facts_of
from gateway.delivery.record import record_of
from gateway.documents import Outcome, OutcomeState
from gateway.errors import GatewayError
from gateway.events.catalogue import Topics
from gateway.ledger import Home, Unreadable
from gateway.notify.mail import is_over
from gateway.notify.smtp import Mailer
from gateway.telemetry.spans import handled
from streams.contexts import HomeContexts
from streams.handlers.mail import LANE, send_mail
from streams.publishing import Publishing
from streams.runtime.handler import Handler, Record

log = structlog.get_logger()

#: Outcomes after which the document is in the other system, and its status is due.
TRANSFERRED = (OutcomeState.CREATED, OutcomeState.ADOPTED)


def write_back_handler(
    topics: Topics, home_contexts: HomeContexts, publishing: Publishing, mailer: Mailer | None
) -> Handler[Outcome]:
    """Handle each result: read the head, update the status if the invoice is still what was transferred, record it."""

    async def handle(outcome: Outcome, record: Record, home: Home) -> None:
        if is_over(outcome):
            await send_mail(outcome, record, home, home_contexts, mailer)
            return
        context = home_contexts.context(outcome.key.company, home)
        flow = home_contexts.flows.get(outcome.key.kind)
        if context is None or not isinstance(flow, TransferFlow) or outcome.state not in TRANSFERRED:
            return
        key = str(outcome.key)
        try:
            known = record_of(home, key)
            if known is not None and known.write_back.done:
                return  # its status has been updated: the result is read again
            with handled(record, key, facts_of(outcome)):
                await flow.completion.write_back(home, context, flow, outcome.key, outcome.revision.number, outcome)
        except Unreadable as error:
            context.cannot_read(error)
        except GatewayError as error:
            log.warning("status update will be retried", document=key, code=error.code)

    return Handler(
        topic=topics.results,
        name="write-back",
        decode=lambda record: publishing.read_outcome(record),
        document=lambda outcome: f"{_lane(outcome)}{outcome.key}",
        company=lambda outcome: f"{_lane(outcome)}{outcome.key.company}",
        handle=handle,
        patient=is_over,
    )


def _lane(outcome: Outcome) -> str:
    """Outcomes that are only mailed wait in a queue of their own."""
    return f"{LANE}/" if is_over(outcome) else ""
