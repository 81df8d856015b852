"""What operators asked for, kept in the ledger until the attempt that it was for has ended (decisions 11 and 14)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime

import orjson
import structlog

from gateway.delivery.books import confirm_books
from gateway.delivery.desk import Desk
from gateway.delivery.holds import hold_key
from gateway.delivery.record import State, TransferRecord, record_of
from gateway.documents import OF_DOCUMENTS, Command, CommandKind, DocumentKey, Kind, Revision
from gateway.ledger import Codec, Home, Write

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Kept(Command):
    """A command as the ledger keeps it: with the revision that it is for; none once it is used up. Its time stays, so
    that it isn't obeyed again when its topic is read again (Q2).
    """

    revision: int | None = None
    content_hash: str | None = None


_KEPT = Codec(_Kept)


def command_key(company: str, guid: str) -> str:
    """Where the ledger keeps what was asked for a document."""
    return f"{company}/command/{guid}"


def asked_for(home: Home, company: str, guid: str, revision: Revision) -> Command | None:
    """What an operator asked for this document, and no attempt has ended since.

    It holds for the revision that was refused: whoever says "create it anyway" has seen no other content.
    Raises Unreadable.
    """
    kept = _KEPT.read(home, command_key(company, guid))
    if kept is None or (kept.revision, kept.content_hash) != (revision.number, revision.content_hash):
        return None  # one of the version before names no content: it is void
    return kept


def stands(home: Home, company: str, guid: str) -> bool:
    """Whether something was asked for this document, of whatever revision, and isn't used up."""
    kept = _KEPT.read(home, command_key(company, guid))
    return kept is not None and kept.revision is not None


def used_up(home: Home, company: str, guid: str) -> list[Write]:
    """What was asked for this document has had its attempt."""
    kept = _KEPT.read(home, command_key(company, guid))
    return [_kept(kept)] if kept is not None and kept.revision is not None else []


async def obey(desk: Desk, home: Home, command: Command) -> None:
    """Write the command down; the poll makes its document due. One that changes nothing is told in the log.

    One that is older than the refusal was given for another revision: it was late. One that is no later than the last
    that was obeyed was obeyed before: its topic is read again (Q2). `command.at` is when the broker took it.
    """
    facts = {"company": command.company, "command": command.kind.value, "about": command.about, "by": command.by}
    if command.kind in OF_DOCUMENTS:
        key = DocumentKey(command.company, Kind.SALES_INVOICE, command.about)
        async with desk.alone(str(key)):  # the end of an attempt that hasn't seen it would use it up
            record = record_of(home, str(key))
            if record is None or not _refused(record):
                log.warning("command has nothing to do", why="the document is not refused", **facts)
                return
            if command.at.timestamp() < record.refused_since:
                log.warning("command has nothing to do", why="it was given before this revision was refused", **facts)
                return
            if _obeyed_before(home, command):
                log.warning("command has nothing to do", why="it, or a later one, was obeyed before", **facts)
                return
            await home.commit(writes=[_kept(command, record.revision)])
            desk.went_well(str(key))
    elif command.kind is CommandKind.RELEASE:
        if desk.hold is None:
            log.warning("command has nothing to do", why="the company is not held", **facts)
            return
        if _obeyed_before(home, command):
            log.warning("command has nothing to do", why="it, or a later one, was obeyed before", **facts)
            return
        await confirm_books(desk, home, command.at)
        desk.hold = replace(desk.hold, next_probe=0.0)
        held = Write(hold_key(desk.company.id), orjson.dumps(desk.hold), desk.organisation)
        await home.commit(writes=[held, _kept(command)])
    else:
        confirmed, at = f"{desk.organisation}/unit-confirmed/{command.about}", command.at.isoformat().encode()
        last = home.get(confirmed)
        if last is not None and command.at <= datetime.fromisoformat(last.decode()):
            log.warning("command has nothing to do", why="the unit was confirmed later", **facts)
            return
        pinned = Write(unit_key(desk.organisation, command.about), command.company.encode(), desk.organisation)
        await home.commit(writes=[pinned, Write(confirmed, at, desk.organisation)])
    log.info("command taken", **facts)


def _refused(record: TransferRecord) -> bool:
    """Also while its refusal is being tried again."""
    return record.state is State.REFUSED or (record.state is State.OPEN and bool(record.cause))


def _obeyed_before(home: Home, command: Command) -> bool:
    last = _KEPT.read(home, command_key(command.company, command.about))
    return last is not None and command.at <= last.at


def _kept(command: Command, of: Revision | None = None) -> Write:
    seen = {"revision": of.number, "content_hash": of.content_hash} if of else {"revision": None, "content_hash": None}
    value = orjson.dumps({**asdict(command), **seen})
    return Write(command_key(command.company, command.about), value, command.organisation)


def unit_key(organisation: str, unit: str) -> str:
    """Where the ledger keeps the company that a business unit is pinned to (decision 13)."""
    return f"{organisation}/unit/{unit}"
