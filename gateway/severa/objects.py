"""Severa's projects, cost centers and business units as objects that may have an item in Procountor (F4).

An object that can't be read has neither code nor name: it is there, and its item stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog

from gateway.http.trees import Odd, flag, integer, needed, part, text
from gateway.rules.receipts import Axis
from gateway.rules.severa_objects import SeveraObject
from gateway.severa.fields import guid_of, is_active, no_person

log = structlog.get_logger()


def project(tree: object) -> SeveraObject:
    """ProjectOutputModel."""
    guid = needed(guid_of(tree) or None, "guid")
    try:
        number, unit = integer(tree, "number"), guid_of(part(tree, "businessUnit"))
        code, name = str(number) if number is not None else None, no_person(text(tree, "name")) or ""
        return SeveraObject(Axis.PROJECT, guid, code, name, flag(tree, "isClosed"), unit)
    except Odd as odd:
        return _unreadable(Axis.PROJECT, guid, odd)


def cost_center(tree: object) -> SeveraObject:
    """CostCenterModel."""
    guid = needed(guid_of(tree) or None, "guid")
    try:
        code, name = (text(tree, "identifier") or "").strip(), no_person(text(tree, "name")) or ""
        return SeveraObject(Axis.COST_CENTER, guid, code or None, name, not is_active(tree))
    except Odd as odd:
        return _unreadable(Axis.COST_CENTER, guid, odd)


def business_unit(tree: object) -> SeveraObject:
    """BusinessUnitModel. The unit itself says whose it is."""
    guid = needed(guid_of(tree) or None, "guid")
    try:
        name = no_person(text(tree, "name")) or ""
        return SeveraObject(Axis.BUSINESS_UNIT, guid, text(tree, "code"), name, not is_active(tree), guid)
    except Odd as odd:
        return _unreadable(Axis.BUSINESS_UNIT, guid, odd)


READERS: dict[Axis, Callable[[object], SeveraObject]] = {
    Axis.PROJECT: project,
    Axis.COST_CENTER: cost_center,
    Axis.BUSINESS_UNIT: business_unit,
}


def _unreadable(axis: Axis, guid: str, odd: Odd) -> SeveraObject:
    log.warning("list entry can't be read", api="Severa", entry=f"{axis} {guid}: {odd}")
    return SeveraObject(axis, guid, None, "")
