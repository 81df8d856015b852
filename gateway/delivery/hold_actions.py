"""Put a company on hold, and end its hold when a probe gets past the cause (decision 14).

A hold may end although its cause remains: an invoice without a project needs no dimension. The next document that meets
the cause starts the hold again, without a report: a cause is reported at most once a day. The end is reported where the
beginning was, so that no company stays refused on the topic.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import orjson
import structlog

from gateway.delivery.absence import look_first_after
from gateway.delivery.company import CompanyContext
from gateway.delivery.holds import (
    DAILY,
    REPORTED,
    Hold,
    Stage,
    began,
    next_wait,
)
from gateway.delivery.outcomes import describe, of_company
from gateway.delivery.wall_clock import is_due
from gateway.documents import Outcome, OutcomeState
from gateway.documents.ledger_keys import error_key, hold_key, reported_key
from gateway.errors import Configuration, GatewayError, configuration
from gateway.http import Outage
from gateway.ledger import Home, Publish, Write

log = structlog.get_logger()

#: An error of the whole company that doesn't hold it.
WAITING = "INVOICES_WAIT"


async def place_hold(
    context: CompanyContext, home: Home, error: GatewayError, stage: Stage = Stage.TRANSFER, kind: str = ""
) -> None:
    """Hold the company. Whoever meets a cause before the next probe had begun before the hold: the hold stays as it is.

    `kind`: of the documents whose list met the cause; "" if the cause is not a list's.
    """
    before, now = context.hold, context.clock()
    writes: list[Write] = []
    events: list[Publish] = []
    if before is None or before.probing(now):
        context.hold = _hold(before, error, now, stage, kind)
        writes.append(Write(hold_key(context.company.id), orjson.dumps(context.hold), context.organisation))
    if before is None or before.cause != error.cause:
        reported, events = _reported(context, home, error, now)
        writes += reported
    if writes:
        log.error("company held", **_facts(context, error))
        await home.commit(writes=writes, publish=events)


@asynccontextmanager
async def holding(context: CompanyContext, home: Home) -> AsyncIterator[None]:
    """A cause that is met outside a transfer holds the company too: without a waiting invoice, no transfer would meet
    it. Nothing of a company that is off waits for its end.
    """
    try:
        yield
    except Configuration as error:
        if context.company.active:
            await place_hold(context, home, error)
        raise


def _hold(before: Hold | None, error: GatewayError, now: float, stage: Stage, kind: str) -> Hold:
    """The new hold. A hold that is probed at the company's own risk stays until that probe, whatever else is met."""
    wait = next_wait(before, error.cause)
    if before is not None and before.code in DAILY and error.code not in DAILY:
        return replace(before, next_probe=now + wait, released="")
    wait = DAILY.get(error.code, wait)
    return Hold(error.code, error.cause, error.message, began(before, now), wait, now + wait, stage, kind)


async def clear_hold(context: CompanyContext, home: Home) -> None:
    """End the company's hold: its documents continue. Every hold ends here."""
    held, context.hold = context.hold, None
    if held is not None:
        log.info("hold ended", company=context.company.id, code=held.code, since=held.since)
        await look_first_after(context, home, held)
        writes, events = [Write(hold_key(context.company.id), None, context.organisation)], list[Publish]()
        if context.current_error != WAITING:
            since = held.since[:16].replace("T", " ")
            over, events = _over(context, home, f"the company was on hold since {since} UTC ({held.code}).")
            writes += over
        await home.commit(writes=writes, publish=events)


async def stage_passed(context: CompanyContext, home: Home, stage: Stage, held: Hold | None, kind: str = "") -> None:
    """A step of this stage got past causes that concern the company. `held`: the hold when the step began; a hold that
    began since, in another stage, or with the list of another `kind` of documents, stays.
    """
    if held is None or context.hold is not held or held.stage is not stage or held.kind not in ("", kind):
        return
    if held.code not in DAILY or context.echo_proved:
        await clear_hold(context, home)


async def hold_unreadable(context: CompanyContext, home: Home) -> None:
    """Unreadable records hold their company until a version that can read them owns the home."""
    for error in islice(context.unreadable.values(), 1):
        await place_hold(context, home, error, Stage.LEDGER)
    if not context.unreadable:
        await stage_passed(context, home, Stage.LEDGER, context.hold)


async def track_outage(
    context: CompanyContext, home: Home, api: str, outage: Outage, stage: Stage = Stage.TRANSFER
) -> None:
    """An API that is down for reads too holds the company until it answers again."""
    down = configuration("API_DOWN", api=api)
    if outage.seconds >= context.delivery.down_after:
        await place_hold(context, home, down, stage)
    elif outage.has_answered and context.hold is not None and context.hold.cause == down.cause:
        await clear_hold(context, home)


async def report(context: CompanyContext, home: Home, error: GatewayError) -> None:
    """Report an error of the whole company without holding it, at most once a day."""
    writes, events = _reported(context, home, error, context.clock())
    if writes:
        log.error("company error reported", **_facts(context, error))
        await home.commit(writes=writes, publish=events)


async def report_over(context: CompanyContext, home: Home, why: str) -> None:
    """Report the end of an error of the whole company that was reported without a hold."""
    writes, events = _over(context, home, why)
    if writes:
        log.info("company error resolved", company=context.company.id, why=why)
        await home.commit(writes=writes, publish=events)


def _reported(
    context: CompanyContext, home: Home, error: GatewayError, now: float
) -> tuple[list[Write], list[Publish]]:
    """The error outcome of the company, unless its cause was reported within a day."""
    reported = {cause: at for cause, at in context.reported.items() if not is_due(at + REPORTED, REPORTED, now)}
    if error.cause in reported:
        return [], []
    context.reported = {**reported, error.cause: now}
    context.current_error = error.code
    company, organisation = context.company.id, context.organisation
    kept = [
        Write(reported_key(company), orjson.dumps(context.reported), organisation),
        Write(error_key(company), error.code.encode(), organisation),
    ]
    return kept, [context.publish(_refused(company, organisation, home, error, context.now()))]


async def report_unserved(home: Home, publish: Callable[[Outcome], Publish], company: str, organisation: str) -> None:
    """A company that our settings lack and another worker's have: only the owner of its home can report it, once. Its
    next owner that serves it reports the end, as for any error of a company.
    """
    error = configuration("COMPANY_UNSERVED", company=company, organisation=organisation)
    if home.get(error_key(company)) == error.code.encode():
        return
    outcome = _refused(company, organisation, home, error, datetime.fromtimestamp(home.broker_time(), UTC))
    kept = Write(error_key(company), error.code.encode(), organisation)
    await home.commit(writes=[kept], publish=[publish(outcome)])


def _over(context: CompanyContext, home: Home, why: str) -> tuple[list[Write], list[Publish]]:
    """The result that replaces the company's error outcome; nothing if there is none."""
    code, context.current_error = context.current_error, ""
    if not code:
        return [], []
    note = f"{code} is over: {why}"
    company, organisation, at = context.company.id, context.organisation, context.now()
    outcome = of_company(company, organisation, home, OutcomeState.WITHDRAWN, code, at, notes=(note,))
    return [Write(error_key(context.company.id), None, context.organisation)], [context.publish(outcome)]


def _refused(company: str, organisation: str, home: Home, error: GatewayError, at: datetime) -> Outcome:
    return of_company(company, organisation, home, OutcomeState.REFUSED, error.cause, at, error=describe(error))


def _facts(context: CompanyContext, error: GatewayError) -> dict[str, Any]:
    """The log's facts about an error of the whole company, with the catalogue's remedy."""
    info, held = describe(error), context.hold
    probe = {"since": held.since, "next_probe_in": round(held.next_probe - context.clock())} if held is not None else {}
    about = {"company": context.company.id, "code": info.code, "message": info.message, "remedy": info.remedy}
    return {**about, "who": info.who, "detail": info.detail, **probe}
