"""The company of a business unit's documents: pinned in the ledger when the unit is first seen (decision 13)."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog

from gateway.delivery.company import CompanyContext
from gateway.delivery.outcomes import describe, of_many
from gateway.documents import DocumentKey, Kind, Outcome, OutcomeState
from gateway.documents.ledger_keys import unit_key, unit_moved_key
from gateway.errors import GatewayError, configuration, transient
from gateway.ledger import Home, Publish, Write
from gateway.severa.client import SeveraClient
from gateway.severa.responses import BusinessUnit

log = structlog.get_logger()


@dataclass(slots=True)
class Units:
    """Companies by unit. If the hierarchy contradicts the pin, the unit is held until an operator confirms it."""

    organisation: str
    home: Home
    severa: SeveraClient
    contexts: Mapping[str, CompanyContext]
    #: Seconds after which the hierarchy is read again.
    again: float
    _names: dict[str, str] = field(default_factory=dict)
    _said: dict[str, str] = field(default_factory=dict)
    _odd: dict[str, str] = field(default_factory=dict)
    _missed: set[str] = field(default_factory=set)
    _logged: set[str] = field(default_factory=set)
    _read_at: float = float("-inf")
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def known(self) -> None:
        """Read the hierarchy once: a transfer may need it before the first poll."""
        if not self._names:
            await self.refresh()

    async def refresh(self) -> None:
        """Read the hierarchy when it is due; pin new units, report moved ones."""
        async with self._reading:
            await self._refresh()

    async def _refresh(self) -> None:
        if time.monotonic() - self._read_at < self.again:
            return
        configured = {context.company.business_unit: company for company, context in self.contexts.items()}
        units = await self.severa.business_units()
        self._said, self._odd = companies_of_units(units, configured), odd_units(units, configured)
        self._names = {one.guid: one.name for one in units}
        self._read_at = time.monotonic()
        new = {unit: company for unit, company in self._said.items() if self._pin(unit) is None}
        if new:
            await self.home.commit(
                writes=[
                    Write(unit_key(self.organisation, unit), company.encode(), self.organisation)
                    for unit, company in new.items()
                ]
            )
        writes, events = list[Write](), list[Publish]()
        for unit in self._names.keys() - self._odd.keys():
            if (pin := self._pin(unit)) is None:
                continue
            if pin != self._said.get(unit, ""):
                await self._moved(unit, pin)
            elif reported := self.home.get(unit_moved_key(self.organisation, unit)):
                # confirmed or undone: a later move is reported again
                writes.append(Write(unit_moved_key(self.organisation, unit), None, self.organisation))
                events += self._over(unit, pin, reported.decode().partition("/")[2] or pin)
        if writes:
            await self.home.commit(writes=writes, publish=events)

    async def of(self, unit: str) -> str:
        """The company of a unit's objects, by a hierarchy that isn't older than `again`. Raises as `company`."""
        await self.refresh()
        return self.company(unit)

    def company(self, unit: str) -> str:
        """The company of a unit's documents; empty if it has none, or is held. Raises Transient if it is unknown."""
        if unit in self._odd:
            raise transient("ANSWER_ODD", api="Severa", operation="list business units", said=self._odd[unit])
        if unit not in self._names and unit not in self._missed:
            self._missed.add(unit)
            self._read_at = float("-inf")
        said = self._said.get(unit, "")
        return said if said and said == self._pin(unit) else ""

    def held(self, unit: str) -> tuple[CompanyContext, GatewayError] | None:
        """Why the unit's documents wait for an operator, and the company to report to; None if they don't wait. That is
        the company that they would belong to, otherwise the one that they belonged to.
        """
        pin, said = self._pin(unit), self._said.get(unit, "")
        context = self.contexts.get(said) or self.contexts.get(pin or "")
        if unit not in self._names or pin is None or pin == said or context is None:
            return None
        return context, self._held(unit, pin)

    def _held(self, unit: str, pin: str) -> GatewayError:
        now = self._said.get(unit, "none")
        return configuration("UNIT_MOVED", detail=unit, unit=self._names[unit], before=pin, now=now)

    def _pin(self, unit: str) -> str | None:
        value = self.home.get(unit_key(self.organisation, unit))
        return value.decode() if value is not None else None

    async def _moved(self, unit: str, pin: str) -> None:
        now = self._said.get(unit, "none")
        if (self.home.get(unit_moved_key(self.organisation, unit)) or b"").partition(b"/")[0] == now.encode():
            return
        error = self._held(unit, pin)
        if unit not in self._logged:
            self._logged.add(unit)
            log.error("business unit held", unit=unit, before=pin, now=now)
        context = self.contexts.get(pin) or self.contexts.get(now)
        if context is None:
            return
        event = self._outcome(context, unit, OutcomeState.REFUSED, now, error=describe(error))
        moved = Write(
            unit_moved_key(self.organisation, unit), f"{now}/{context.company.id}".encode(), self.organisation
        )
        await self.home.commit(writes=[moved], publish=[context.publish(event)])

    def _over(self, unit: str, now: str, company: str) -> list[Publish]:
        """The result that replaces the error; nothing if the company that got the report is no longer here."""
        log.info("business unit hold ended", unit=unit, now=now)
        context = self.contexts.get(company)
        if context is None:
            return []
        note = f"UNIT_MOVED is over: the business unit {self._names[unit]} belongs to {now}."
        return [context.publish(self._outcome(context, unit, OutcomeState.WITHDRAWN, now, notes=(note,)))]

    def _outcome(self, context: CompanyContext, unit: str, state: OutcomeState, now: str, **more: Any) -> Outcome:
        key, content = (
            DocumentKey(context.company.id, Kind.BUSINESS_UNIT, unit),
            hashlib.sha256(now.encode()).hexdigest(),
        )
        return of_many(key, self.organisation, self.home, state, content, context.now(), **more)


def companies_of_units(units: Iterable[BusinessUnit], configured: Mapping[str, str]) -> dict[str, str]:
    """Company id by guid, for each business unit that belongs to a configured company.

    A unit with a VAT number of its own is a company. Any other unit belongs to its nearest ancestor that is a company.
    A company without settings is never transferred, even if an ancestor of it is configured (docs/requirements.md,
    Settings). `configured`: company id by guid of the company's own unit.
    """
    by_guid = {unit.guid: unit for unit in units}
    ends = {guid: _end(guid, by_guid, configured) for guid in by_guid}
    return {guid: configured[end.guid] for guid, end in ends.items() if end is not None and end.guid in configured}


def odd_units(units: Iterable[BusinessUnit], configured: Mapping[str, str]) -> dict[str, str]:
    """Units whose company is unknown, since a unit above them can't be read, with what can't."""
    by_guid = {unit.guid: unit for unit in units}
    ends = {guid: _end(guid, by_guid, configured) for guid in by_guid}
    return {guid: end.odd for guid, end in ends.items() if end is not None and end.odd and end.guid not in configured}


def _end(guid: str, by_guid: Mapping[str, BusinessUnit], configured: Collection[str]) -> BusinessUnit | None:
    """The nearest unit upwards that is a company or can't be read."""
    seen: set[str] = set()
    at: str | None = guid
    while at is not None and at in by_guid and at not in seen:
        seen.add(at)
        unit = by_guid[at]
        if at in configured or unit.vat_number or unit.odd:
            return unit
        at = unit.parent_guid
    return None


def unnamed_companies(units: Iterable[BusinessUnit], configured: Collection[str]) -> dict[str, str]:
    """Names by guid of the units that are companies but not `configured`."""
    return {one.guid: one.name for one in units if one.vat_number and one.guid not in configured}
