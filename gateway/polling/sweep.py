"""What is open in the ledger and waits no more in Severa is settled or explained all the same (decision 1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice

from gateway.delivery.company import Desk
from gateway.delivery.hold_actions import holding
from gateway.delivery.recheck import due_looks, second_look
from gateway.delivery.record import State, record_of
from gateway.documents import DocumentKey, Kind
from gateway.ledger import Home
from gateway.polling.queue import Step
from gateway.polling.worklist import Intake


def sweep(intake: Intake, desks: Iterable[Desk], seen: set[str], before: int) -> None:
    """Hand on what the whole list did not show: counted out intents, attempts without an outcome, write-backs that
    were cut off; and second looks. Not all at once, and nothing while the company is held: its documents aren't listed
    then, so all of them would seem to be gone. A company that is off has no list: it is swept without.

    `seen`: guids that the list showed; `before`: the home's commits when its reading began.
    """
    home, readers = intake.home, intake.readers
    for desk in desks:
        steps: list[tuple[DocumentKey, Step]] = [
            *((key, partial(intake.finish, before, desk, key)) for key in _gone(home, desk, seen)),
            *((key, partial(_look, desk, home, key)) for key in due_looks(desk)),
        ]
        for key, step in islice(_free(desk, steps), intake.half(desk)):
            record = record_of(home, str(key))
            if record is not None and record.state is State.OPEN:
                desk.waits.begin(str(key), before, number=record.number)
            readers.put(desk, str(key), partial(_holding, desk, home, step), counts=False)
        moves = [(key, partial(intake.write_back, desk, key)) for key in map(DocumentKey.parse, sorted(desk.unwritten))]
        for key, step in islice(_free(desk, moves), max(0, intake.room_beside(desk))):
            readers.put(desk, str(key), step, counts=False)


def _free(desk: Desk, steps: Iterable[tuple[DocumentKey, Step]]) -> Iterator[tuple[DocumentKey, Step]]:
    """Steps of documents that are neither under way nor resting."""
    return (one for one in steps if str(one[0]) not in desk.in_flight and not desk.resting(str(one[0])))


def _gone(home: Home, desk: Desk, seen: set[str]) -> Iterator[DocumentKey]:
    """Documents of the company that are open in the ledger and wait no more.

    One that is listed is left to the list; but not where it may be in the Procountor of a company that is off: no other
    company takes it up before that is known.
    """
    prefix = f"{desk.company.id}/{Kind.SALES_INVOICE}/"
    intents = {one.key for one in home.intents() if one.key.startswith(prefix)}
    for key in map(DocumentKey.parse, sorted(intents | desk.unexplained)):
        begun = str(key) in intents
        if key.id in seen and not (begun and not desk.company.active):
            continue
        if not begun or home.seconds_until_ripe(str(key)) <= 0:
            yield key


async def _holding(desk: Desk, home: Home, step: Step) -> bool:
    async with holding(desk, home):
        return await step()


async def _look(desk: Desk, home: Home, key: DocumentKey) -> bool:
    await second_look(desk, home, key)
    desk.went_well(str(key))
    return False
