"""Where effects are applied, each of them in the same way: look first, lease, call, keep the answer (ADR 26)."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import replace

import structlog

from gateway.delivery import settle
from gateway.delivery.attempt import AnyAttempt, IntentPayload, payload_of
from gateway.delivery.flow import transfer_flow
from gateway.delivery.plan import Plan
from gateway.delivery.record import Refusal, State, TransferRecord
from gateway.documents import OutcomeState, Target
from gateway.documents.hashing import head_hash
from gateway.errors import Configuration, Permanent, refuse, transient
from gateway.ledger import Lease, Write
from gateway.ledger.effects import Effect, once
from gateway.ledger.rounds import ROUNDS, surely_not_executed
from gateway.telemetry.spans import step as in_step
from gateway.telemetry.spans import tries

log = structlog.get_logger()

#: Errors of calls without an answer in three rounds.
NOT_FOUND, STEP_UNANSWERED = "INVOICE_NOT_FOUND", "STEP_UNANSWERED"


async def carry_out(attempt: AnyAttempt, plan: Plan) -> None:
    """Apply the plan's effects in order, then settle the document."""
    log.info("transfer planned", document=attempt.key, effects=[effect.title for effect in plan.effects])
    for effect in plan.objects:
        await apply(attempt, effect)
    payload = replace(plan.payload, partner_id=plan.partner_id())
    await _create(attempt, plan.document, payload)
    await settle.settled(attempt, payload, await finish(attempt, plan.steps), OutcomeState.CREATED)
    if attempt.hold_after is not None:
        raise attempt.hold_after


async def finish(attempt: AnyAttempt, steps: Iterable[Effect]) -> Target:
    """Apply the steps that follow the document's creation. Returns it as it is after them.

    Each needs the document's lease, so a worker that was frozen does none of them.
    """
    for step in steps:
        await apply(attempt, step)
    return attempt.target


async def apply(attempt: AnyAttempt, effect: Effect, target: Target | None = None) -> None:
    """Apply one effect, unless it is there already. `target`: what a step changes, if this attempt did not create it.

    An object's intent is closed by the call's answer. A document's intent stays open until the attempt ends.
    """
    async with effect.alone or nullcontext():
        with in_step(effect.step):
            await _apply(attempt, effect, target)


async def _apply(attempt: AnyAttempt, effect: Effect, target: Target | None) -> None:
    if await effect.is_there():
        return
    if not effect.key:
        lease = await _step_lease(attempt, effect, target or attempt.made)
        await _call(attempt, lease, effect)
        return
    lease = await _object_lease(attempt, effect)
    try:
        await _call(attempt, lease, effect)
    except BaseException as error:
        if surely_not_executed(error):
            await attempt.home.withdraw(lease)
        raise
    await attempt.home.commit(settles=[effect.key])


async def _call(attempt: AnyAttempt, lease: Lease, effect: Effect) -> None:
    with tries() as counting:
        await once(attempt.home, lease, counting.each(effect.call))


async def _create(attempt: AnyAttempt, effect: Effect, payload: IntentPayload) -> None:
    """Create the document under its intent. It was looked up before; `effect.alone` is held until the attempt ends."""
    context = attempt.context
    if effect.alone is not None:
        await attempt.resources.enter_async_context(effect.alone)
    if context.hold is not None and context.hold is not attempt.held:
        raise transient("COMPANY_HELD", company=context.company.id)
    rounds = attempt.intent.rounds if attempt.intent else 0
    word = attempt.word(rounds, transfer_flow(attempt).target.not_found(attempt))
    record = opened(attempt, asked=bool(word))
    with in_step(effect.step):
        attempt.lease = await attempt.home.open_intent(
            attempt.key,
            payload.encode(),
            context.organisation,
            writes=[*word, Write(attempt.key, record.encode(), context.organisation), *settle.second_looks(attempt)],
            publish=settle.overtaken(attempt, record),
            reopen=attempt.intent is not None,
        )
        try:
            await _call(attempt, attempt.lease, effect)
        except (Permanent, Configuration):
            context.post_refused(attempt.key)
            raise


async def _object_lease(attempt: AnyAttempt, effect: Effect) -> Lease:
    """An object's own lease. Raises Permanent if three rounds had no answer."""
    intent = attempt.home.intent(effect.key)
    assert effect.unanswered is not None
    writes = attempt.word(intent.rounds if intent else 0, effect.unanswered)
    return await attempt.home.open_intent(
        effect.key, b"", attempt.context.organisation, writes=writes, reopen=intent is not None
    )


async def keep_plan(attempt: AnyAttempt, effect: Effect) -> None:
    """Open the object's own intent before an effect that has an intent of its own: a crash must not lose what was
    planned (ADR 31). Raises Permanent if three rounds had no answer.
    """
    await _step_lease(attempt, effect, None)


async def _step_lease(attempt: AnyAttempt, step: Effect, target: Target | None) -> Lease:
    """The document's lease for a step after its creation: the attempt's own, or one opened with an intent that finds
    the document again. An expired lease is renewed when its call may leave, which a fenced worker can't do.

    Raises Permanent if three rounds of this step had no answer.
    """
    attempt.step = step.title
    if attempt.lease is None:
        intent = attempt.intent
        earlier = payload_of(intent) if intent else None
        payload = attempt.planned or earlier or _own_payload(attempt, target)
        rounds = earlier.rounds(step.title) if earlier else 0
        writes = attempt.word(rounds, step.unanswered or step_unanswered(attempt))
        if attempt.record is None or writes:
            writes.append(
                Write(attempt.key, opened(attempt, asked=bool(writes)).encode(), attempt.context.organisation)
            )
        payload = replace(payload, step=step.title, steps=rounds + 1)
        attempt.lease = await attempt.home.open_intent(
            attempt.key, payload.encode(), attempt.context.organisation, writes=writes, reopen=intent is not None
        )
    return attempt.lease


def _own_payload(attempt: AnyAttempt, target: Target | None) -> IntentPayload:
    head, partner = head_hash(attempt.document), int(target.party_id) if target and target.party_id else None
    return IntentPayload(attempt.revision, partner, head_hash=head, number=attempt.document.number)


def opened(attempt: AnyAttempt, asked: bool = False) -> TransferRecord:
    """The document's record while its intent is open. It keeps the cause that was reported for this revision (Q3),
    unless an operator `asked` for this round and wants a report. It also keeps an older revision's invoice: an
    operator's command may no longer apply when the call ends.
    """
    before, number = attempt.record, settle.attempt_number(attempt, attempt.revision) - 1
    cause = before.refusal.cause if before and not asked and before.revision.is_same(attempt.revision) else ""
    record = TransferRecord(
        attempt.revision, State.OPEN, number, attempt.document.number, refusal=Refusal(cause)
    ).keeping(before)
    return record.replace(posted=True, beside=tuple(sorted({*record.beside, *attempt.beside})))


def step_unanswered(attempt: AnyAttempt) -> Permanent:
    """The error of a file, or of the sending, after three rounds without an answer."""
    return refuse(STEP_UNANSWERED, number=attempt.document.number, rounds=ROUNDS)
