"""Which company's books are written: the company in Procountor that a key opens must be the business unit's, and the
one that the ledger knows (decision 12, S1).

A wrong key would create invoices in another company's books, so both sides' business ids are compared first. Ids,
partners and the proof of the echo hold only in one company of Procountor. If the key opens another one, by mistake or
because a pilot has ended, nothing in the ledger applies to it: the company is held until an operator confirms the
change, and is then taken over again.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime

import orjson
import structlog

from gateway.delivery.company import CompanyContext
from gateway.delivery.hold_actions import clear_hold
from gateway.documents.ledger_keys import books_key, echo_key
from gateway.errors import Permanent, Varying, configuration
from gateway.ledger import Codec, Home, Unreadable, Write, horizon_from_now
from gateway.rules.own_company import OwnCompany, differences, without_business_id
from gateway.severa.responses import BusinessUnit

log = structlog.get_logger()

#: Holds that a proof ends, whoever makes it: without a waiting invoice, no transfer would.
CAUSES = ("WRONG_COMPANY", "BOOKS_CHANGED", "BOOKS_SHARED")


@dataclass(frozen=True, slots=True)
class Books:
    """The company in Procountor that the ledger knows."""

    #: In Procountor.
    id: int
    name: str
    #: The company that the key was seen to open since.
    other: tuple[int, str] | None = None
    #: When that was first seen, in seconds since 1970.
    since: float = 0.0

    def write(self, context: CompanyContext) -> Write:
        """The ledger's record."""
        return Write(books_key(context.company.id), orjson.dumps(asdict(self)), context.organisation)


_BOOKS = Codec(Books)


async def prove_books(context: CompanyContext, home: Home) -> None:
    """Once per context, before anything in the ledger is believed in Procountor, and before anything is written.

    Raises Configuration if the key opens another company than the business unit's, than the ledger's, or the same as a
    colleague's.
    """
    if context.books_proved:
        return
    async with context.alone(books_key(context.company.id)):
        if not context.books_proved:
            there = await _there(context)
            _compare(context, there, await _unit(context))
            async with context.proving:
                await _prove(context, home, there)
            context.books_proved = True
            if context.hold is not None and context.hold.code in CAUSES:
                await clear_hold(context, home)


async def _there(context: CompanyContext) -> OwnCompany:
    try:
        return await context.procountor.own_company()
    except Permanent as error:  # no document can fix it
        raise configuration("RIGHTS_MISSING", error.detail, api="Procountor", operation="read company") from error


async def _unit(context: CompanyContext) -> BusinessUnit | None:
    """The company's business unit as it is now: the next probe sees a corrected number."""
    try:
        units = await context.severa.business_units()
    except Permanent as error:  # no document can fix it
        raise configuration("RIGHTS_MISSING", error.detail, api="Severa", operation="list business units") from error
    return next((one for one in units if one.guid == context.company.business_unit), None)


def _compare(context: CompanyContext, there: OwnCompany, unit: BusinessUnit | None) -> None:
    """Compare both sides. A missing number is not guessed: the log says so, once per start."""
    company, vat_number = context.company, unit.vat_number if unit is not None else None
    if missing := without_business_id(there, vat_number):
        log.warning("company not compared: no business id is known", company=company.id, side=missing)
    if wrong := differences(there, vat_number, company.country):
        raise configuration(
            "WRONG_COMPANY",
            company=company.id,
            name=Varying(there.name),
            unit=Varying(unit.name if unit is not None else company.business_unit),
            differs="; ".join(wrong),
        )


def _sharer(context: CompanyContext, home: Home, books: int) -> str:
    """A colleague whose key was the first to open the same company in Procountor; empty if there is none."""
    for other in context.colleagues:
        try:
            known = _BOOKS.read(home, books_key(other))
        except Unreadable:  # its company waits until a version can read it
            continue
        if known is not None and known.id == books:
            return other
    return ""


async def _prove(context: CompanyContext, home: Home, there: OwnCompany) -> None:
    if other := _sharer(context, home, there.id):
        raise configuration(
            "BOOKS_SHARED", company=context.company.id, other=other, name=Varying(there.name), books=there.id
        )
    known = _BOOKS.read(home, books_key(context.company.id))
    if known is None or known.id == there.id:
        if known != (now := Books(there.id, there.name)):
            await home.commit(writes=[now.write(context)])
        return
    if known.other is None or known.other[0] != there.id:
        seen = replace(known, other=(there.id, there.name), since=home.broker_time())
        await home.commit(writes=[seen.write(context)])
    raise configuration(
        "BOOKS_CHANGED",
        company=context.company.id,
        before=Varying(known.name),
        before_id=known.id,
        now=Varying(there.name),
        now_id=there.id,
    )


async def confirm_books(context: CompanyContext, home: Home, at: datetime) -> None:
    """An operator released the company: if its key was seen to open another company in Procountor before that, the
    ledger knows this company from now on. Its horizon starts again, and the echo must be proved again.
    """
    known = _BOOKS.read(home, books_key(context.company.id))
    if known is None or known.other is None or at.timestamp() < known.since:
        return
    if _sharer(context, home, known.other[0]):
        return
    company = context.company
    at, horizon = horizon_from_now(home, company.id, context.organisation)
    writes = [
        Books(*known.other).write(context),
        horizon,
        Write(echo_key(context.company.id), None, context.organisation),
    ]
    await home.commit(writes=writes)
    context.horizon = at
    context.echo_proved = context.books_proved = False
    log.warning("change of the Procountor company confirmed", company=company.id, procountor=known.other[0])
