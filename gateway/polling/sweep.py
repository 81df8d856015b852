"""Documents that are open in the ledger but no longer wait in Severa are settled or explained too (decision 1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice

from gateway.delivery.company import CompanyContext
from gateway.delivery.hold_actions import holding
from gateway.delivery.recheck import due_looks, second_look
from gateway.delivery.record import State, record_of
from gateway.documents import DocumentKey
from gateway.ledger import Home
from gateway.polling.queue import Step
from gateway.polling.worklist import WorkList


def sweep(work_list: WorkList, contexts: Iterable[CompanyContext], seen: set[str], before: int) -> None:
    """Hand on what the whole list did not show: expired intents, attempts without an outcome, interrupted status
    updates, and second looks. Not all at once, and nothing while the company is held: its documents aren't listed then,
    so all of them would seem to be gone. A company that is off has no list, and is swept without one.

    `seen`: guids that the list showed; `before`: the home's commits when its reading began.
    """
    home, queues, kind = work_list.home, work_list.queues, work_list.flow.kind
    for context in contexts:
        steps: list[tuple[DocumentKey, Step]] = [
            *((key, partial(work_list.finish, before, context, key)) for key in _gone(work_list, context, seen)),
            *((key, partial(_look, context, home, key)) for key in due_looks(context) if key.kind is kind),
        ]
        for key, step in islice(_free(context, steps), work_list.side_limit(context)):
            record = record_of(home, str(key))
            if record is not None and record.state is State.OPEN:
                context.waits.begin(str(key), before, number=record.number)
            queues.put(context, str(key), partial(_holding, context, home, step), counts=False)
        moves = [
            (key, partial(work_list.write_back, context, key))
            for key in map(DocumentKey.parse, sorted(context.unwritten))
            if key.kind is kind
        ]
        for key, step in islice(_free(context, moves), max(0, work_list.side_capacity(context))):
            queues.put(context, str(key), step, counts=False)


def _free(context: CompanyContext, steps: Iterable[tuple[DocumentKey, Step]]) -> Iterator[tuple[DocumentKey, Step]]:
    """Steps of documents that are neither under way nor in backoff."""
    return (one for one in steps if str(one[0]) not in context.in_flight and not context.resting(str(one[0])))


def _gone(work_list: WorkList, context: CompanyContext, seen: set[str]) -> Iterator[DocumentKey]:
    """Documents of the company and of this kind that are open in the ledger and no longer wait.

    A listed document is left to the list, unless it may be in the Procountor of a company that is off: no other company
    takes it before that is known.
    """
    home, prefix = work_list.home, work_list.prefix(context)
    intents = {one.key for one in home.intents() if one.key.startswith(prefix)}
    unexplained = {one for one in context.unexplained if one.startswith(prefix)}
    for key in map(DocumentKey.parse, sorted(intents | unexplained)):
        begun = str(key) in intents
        if key.id in seen and not (begun and not work_list.is_on(context)):
            continue
        if not begun or home.seconds_until_expired(str(key)) <= 0:
            yield key


async def _holding(context: CompanyContext, home: Home, step: Step) -> bool:
    async with holding(context, home):
        return await step()


async def _look(context: CompanyContext, home: Home, key: DocumentKey) -> bool:
    await second_look(context, home, key)
    context.went_well(str(key))
    return False
