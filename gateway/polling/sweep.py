"""What is open in the ledger and waits no more in Severa is settled or explained all the same (decision 1)."""

from __future__ import annotations

from functools import partial

from gateway.delivery.desk import Desk
from gateway.delivery.second_look import due_looks, second_look
from gateway.documents import DocumentKey, Kind
from gateway.ledger import Home
from gateway.polling.intake import Intake


def sweep(intake: Intake, seen: set[str], before: int) -> None:
    """Hand on what the whole list did not show: counted out intents, attempts without an outcome, write-backs that
    were cut off; and second looks.

    `seen`: guids that the list showed; `before`: the home's commits when its reading began.
    """
    home, readers = intake.home, intake.readers
    for desk in intake.desks.values():
        company = desk.company.id
        prefix = f"{company}/{Kind.SALES_INVOICE}/"
        open_here = {one.key for one in home.intents() if one.key.startswith(prefix)} | set(desk.unexplained)
        for key in map(DocumentKey.parse, sorted(open_here)):
            if key.id in seen or str(key) in desk.in_flight or desk.resting(str(key)):
                continue
            if home.intent(str(key)) is None or home.seconds_until_ripe(str(key)) <= 0:
                readers.put(desk, str(key), partial(intake.finish, before, desk, key))
        for key in map(DocumentKey.parse, sorted(desk.unwritten)):
            if str(key) not in desk.in_flight and not desk.resting(str(key)):
                readers.put(desk, str(key), partial(intake.write_back, desk, key))
        for key in due_looks(desk):
            if str(key) not in desk.in_flight and not desk.resting(str(key)):
                readers.put(desk, str(key), partial(_look, desk, home, key))


async def _look(desk: Desk, home: Home, key: DocumentKey) -> bool:
    await second_look(desk, home, key)
    return False
