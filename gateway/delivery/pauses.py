"""Pauses: causes that let one flow of a company rest, while its documents of other flows go on (ADR 31).

A pause is reported once a day while it lasts, and so is its end. It is probed by the flow's next look at its source, or
at once after `gateway release`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import structlog

from gateway.delivery.company import CompanyContext
from gateway.delivery.holds import REPORTED, Pause, Stage, began, next_wait
from gateway.delivery.outcomes import describe, of_company
from gateway.delivery.wall_clock import is_due
from gateway.documents import Kind, Outcome, OutcomeState
from gateway.documents.ledger_keys import pause_key
from gateway.errors import GatewayError
from gateway.ledger import Codec, Home, Write

log = structlog.get_logger()


_PAUSES = Codec(Pause)


def known_pause(home: Home, company: str, kind: Kind) -> Pause | None:
    """The ledger's pause of a flow, which is probed at once after a restart. Raises Unreadable."""
    known = _PAUSES.read(home, pause_key(company, kind))
    return replace(known, next_probe=0.0) if known is not None else None


async def pause(
    context: CompanyContext, home: Home, error: GatewayError, kind: Kind, stage: Stage = Stage.TRANSFER
) -> None:
    """Let the flow rest until its next probe. A pause of a transfer ends by a transfer, not by a look at the source."""
    before, now = context.pauses.get(kind), context.clock()
    wait = next_wait(before, error.cause)
    reported = before.reported if before is not None and before.cause == error.cause else 0.0
    report = is_due(reported + REPORTED, REPORTED, now)
    paused = Pause(
        error.code,
        error.cause,
        error.message,
        began(before, now),
        wait,
        now + wait,
        stage,
        kind,
        reported=now if report else reported,
    )
    context.pauses[kind] = paused
    events = []
    if report:
        log.error("flow paused", company=context.company.id, flow=kind.value, code=error.code, detail=error.detail)
        outcome = _outcome(context, home, kind, OutcomeState.REFUSED, error.cause, error=describe(error))
        events.append(context.publish(outcome))
    await home.commit(writes=[_kept(context, kind, paused)], publish=events)


async def resume(context: CompanyContext, home: Home, kind: Kind, stage: Stage | None = None) -> None:
    """The flow got past the cause, or is off. `stage`: only a pause of this stage ends."""
    paused = context.pauses.get(kind)
    if paused is None or stage not in (None, paused.stage):
        return
    del context.pauses[kind]
    log.info("pause ended", company=context.company.id, flow=kind.value, code=paused.code, since=paused.since)
    since = paused.since[:16].replace("T", " ")
    note = f"{paused.code} is over: the flow {kind} was paused since {since} UTC."
    over = _outcome(context, home, kind, OutcomeState.WITHDRAWN, paused.code, notes=(note,))
    key = pause_key(context.company.id, kind)
    await home.commit(writes=[Write(key, None, context.organisation)], publish=[context.publish(over)])


def released(context: CompanyContext) -> list[Write]:
    """Records of all pauses of the company, whose causes an operator has let pass: each flow looks again at once."""
    for kind, paused in context.pauses.items():
        context.pauses[kind] = replace(paused, next_probe=0.0, confirmed=paused.cause)
    return [_kept(context, kind, paused) for kind, paused in context.pauses.items()]


def _outcome(context: CompanyContext, home: Home, kind: Kind, state: OutcomeState, cause: str, **more: Any) -> Outcome:
    company, organisation = context.company.id, context.organisation
    return of_company(company, organisation, home, state, cause, context.now(), about=kind, **more)


def _kept(context: CompanyContext, kind: Kind, paused: Pause) -> Write:
    return Write(pause_key(context.company.id, kind), orjson.dumps(paused), context.organisation)
