"""Operators' commands, kept in the ledger until the attempt that they were for has ended (decisions 11, 14)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime

import orjson
import structlog

from gateway.delivery.books import confirm_books
from gateway.delivery.company import CompanyContext
from gateway.delivery.pauses import released
from gateway.delivery.record import State, TransferRecord, record_of
from gateway.documents import OF_DOCUMENTS, Command, CommandKind, DocumentKey, Revision
from gateway.documents.keys import INVOICE_TYPES, WORDS
from gateway.documents.ledger_keys import command_key, hold_key, pause_keys, unit_confirmed_key, unit_key
from gateway.ledger import Codec, Home, Values, Write
from gateway.telemetry.tracing import traceparent

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class KeptCommand(Command):
    """A command in the ledger, with the revision that it is for; none once it is used up. Its time stays, so that it
    isn't carried out again when its topic is read again (Q2).
    """

    revision: int | None = None
    content_hash: str | None = None
    #: The span that wrote it here, which its attempt is linked to.
    trace: str = ""


_KEPT = Codec(KeptCommand)


def asked_for(home: Home, key: DocumentKey, revision: Revision) -> KeptCommand | None:
    """An operator's command for this document that no attempt has used up.

    It holds for the revision that was refused: whoever says "create it anyway" has seen no other content. Raises
    Unreadable.
    """
    kept = _KEPT.read(home, command_key(key))
    if kept is None or (kept.revision, kept.content_hash) != (revision.number, revision.content_hash):
        return None
    return kept


def stands(home: Home, key: DocumentKey) -> bool:
    """Whether a command for this document, of any revision, isn't used up."""
    kept = _KEPT.read(home, command_key(key))
    return kept is not None and kept.revision is not None


def used_up(home: Home, key: DocumentKey) -> list[Write]:
    """The command for this document has had its attempt."""
    kept = _KEPT.read(home, command_key(key))
    return [_kept(kept)] if kept is not None and kept.revision is not None else []


def never_applies(kind: CommandKind, key: DocumentKey) -> str:
    """Why a command doesn't fit this kind of document, and what to do instead; "" if it fits."""
    if kind is not CommandKind.ADOPT or key.kind in INVOICE_TYPES:
        return ""
    return (
        f"a {WORDS[key.kind].document} is kept in step with its source, so there is no invoice to adopt. "
        f"Fix what its error says, then run 'gateway retry {key}'"
    )


def nothing_to_do(known: Values, command: Command) -> str:
    """Why a command would change nothing, by the ledger; "" if it would change something. Raises Unreadable."""
    if why := never_applies(command.kind, command.key):
        return why
    if command.kind in OF_DOCUMENTS:
        record = record_of(known, str(command.key))
        if record is None:
            return "the gateway has no outcome of this document yet"
        return "" if _refused(record) else f"the document is not refused: it is {record.state.value}"
    if command.kind is CommandKind.RELEASE:
        held = any(known.get(key) is not None for key in (hold_key(command.company), *pause_keys(command.company)))
        return "" if held else "the company is not on hold"
    pinned = known.get(unit_key(command.organisation, command.key.id))
    return "" if pinned is not None else "the gateway doesn't know the business unit: no poll has read it yet"


def said_in(command: Command) -> tuple[tuple[str, ...], str]:
    """Keys in the ledger: what the command is about, and what changes once it is taken."""
    if command.kind in OF_DOCUMENTS:
        return (str(command.key),), command_key(command.key)
    if command.kind is CommandKind.RELEASE:
        return (hold_key(command.company), *pause_keys(command.company)), command_key(command.key)
    return (
        (unit_key(command.organisation, command.key.id),),
        unit_confirmed_key(command.organisation, command.key.id),
    )


async def obey(context: CompanyContext, home: Home, command: Command) -> None:
    """Write the command to the ledger; the poll makes its document due. A command that changes nothing is logged.

    A command older than the refusal was for another revision: it was read late. A command no later than the last one
    was carried out before: its topic is read again (Q2). `command.at` is when the broker took it.
    """
    facts = {"about": str(command.key), "command": command.kind.value, "by": command.by}
    if command.kind in OF_DOCUMENTS:
        async with context.alone(
            str(command.key)
        ):  # otherwise the end of an attempt that hasn't seen it would use it up
            why = await _obey_of_document(context, home, command)
    elif command.kind is CommandKind.RELEASE:
        why = await _obey_release(context, home, command)
    else:
        why = await _obey_confirmation(context, home, command)
    if why:
        log.warning("command ignored: nothing to do", why=why, **facts)
    else:
        log.info("command taken", **facts)


async def _obey_of_document(context: CompanyContext, home: Home, command: Command) -> str:
    record = record_of(home, str(command.key))
    if (why := nothing_to_do(home, command)) or record is None:
        return why
    if command.at.timestamp() < record.refusal.since:
        return "the command is older than the refusal of this revision"
    if _obeyed_before(home, command):
        return "this command, or a later one, was carried out before"
    await home.commit(writes=[_kept(command, record.revision)])
    context.went_well(str(command.key))
    return ""


async def _obey_release(context: CompanyContext, home: Home, command: Command) -> str:
    if context.hold is None and not context.pauses:
        return "the company is not on hold"
    if _obeyed_before(home, command):
        return "this command, or a later one, was carried out before"
    writes = [*released(context), _kept(command)]
    if context.hold is not None:
        await confirm_books(context, home, command.at)
        context.hold = replace(context.hold, next_probe=0.0, released=traceparent())
        writes.append(Write(hold_key(context.company.id), orjson.dumps(context.hold), context.organisation))
    await home.commit(writes=writes)
    return ""


async def _obey_confirmation(context: CompanyContext, home: Home, command: Command) -> str:
    if why := nothing_to_do(home, command):
        return why
    unit = command.key.id
    confirmed, at = unit_confirmed_key(command.organisation, unit), command.at.isoformat().encode()
    last = home.get(confirmed)
    if last is not None and command.at <= datetime.fromisoformat(last.decode()):
        return "a later command confirmed the unit"
    pinned = Write(unit_key(context.organisation, unit), command.company.encode(), context.organisation)
    await home.commit(writes=[pinned, Write(confirmed, at, context.organisation)])
    return ""


def _refused(record: TransferRecord) -> bool:
    """Also while the refusal is being retried."""
    return record.state is State.REFUSED or (record.state is State.OPEN and bool(record.refusal.cause))


def _obeyed_before(home: Home, command: Command) -> bool:
    last = _KEPT.read(home, command_key(command.key))
    return last is not None and command.at <= last.at


def _kept(command: Command, of: Revision | None = None) -> Write:
    seen = {"revision": of.number, "content_hash": of.content_hash} if of else {"revision": None, "content_hash": None}
    value = orjson.dumps({"trace": traceparent(), **asdict(command), **seen})
    return Write(command_key(command.key), value, command.organisation)
