"""The life of one document: poll, transfer, offset, write-back, users, accountants, an operator. Every order is walked.

The product's own decisions are asked (`decide`, `due`, `next_revision`, `identify`, and what a record keeps); what is
around them is modelled: each commit and each call is a step of its own, and the worker may be killed between any two.
Time, leases and owners are the matter of `protocol.py`; here a POST is answered, or its answer is lost, with or without
the invoice, or it surely was not executed, or it is refused and executed nevertheless.

A content is two characters: what the head says, and what the rows say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from gateway.delivery.identity import Candidate, Verdict
from gateway.delivery.record import State
from tests.model.worker import consider, works
from tests.model.world import DAY, GONE, LOST, SUM, Bounds, Rules, World, head


def anyone(world: World, rules: Rules, bounds: Bounds) -> Iterator[tuple[str, World]]:
    """What may happen: the worker's next steps, a kill, a user, an accountant, an operator, an hour."""
    yield from works(world, rules, bounds)
    if world.may("kills", bounds):
        yield "kill", _restarted(world.once("kills"))
    if world.may("edits", bounds) and world.status == "waiting":
        yield "a user edits it", world.once("edits", content=f"{world.done.edits + 1}{world.content[1]}")
    if world.may("rows", bounds) and world.status == "waiting":
        yield "a user edits its rows", world.once("rows", content=f"{head(world.content)}{world.done.rows + 1}")
    if world.may("moves", bounds):
        where = {"waiting": "draft", "draft": "waiting", "after": "waiting"}[world.status]
        yield f"a user moves it to {where}", world.once("moves", status=where)
    if world.may("accountant", bounds):
        yield from _accountant(world)
    if world.may("hours", bounds) and world.page is not None:
        yield "consider an hour later", consider(world.once("hours", page=None), *world.page, long_ago=True)
    record = world.record
    if bounds.commands and not world.seen and record is not None and record.state is State.REFUSED:
        yield "an operator says create it anyway", replace(world, seen=record.revision.number)
    if world.seen and world.may("commands", bounds):
        yield "obey", _obey(world.once("commands"), rules)
    if world.may("losses", bounds):
        yield "the ledger is lost", _lose(world.once("losses"))
    if world.may("versions", bounds) and world.record is not None:
        yield "another version takes the home", _restarted(world.once("versions", strange=True))


def _accountant(world: World) -> Iterator[tuple[str, World]]:
    by_hand = Candidate(len(world.invoices), "UNFINISHED", "", 5, DAY, Decimal(2))
    yield "an accountant makes one by hand", world.once("accountant", invoices=(*world.invoices, by_hand))
    for n, one in enumerate(world.invoices):
        rest = world.invoices[:n], world.invoices[n + 1 :]
        for what, changed in (
            ("edits", replace(one, total=Decimal(1))),
            ("invalidates", replace(one, status="INVALIDATED")),
            ("deletes", replace(one, status=GONE)),
        ):
            yield f"an accountant {what} it", world.once("accountant", invoices=(*rest[0], changed, *rest[1]))
        if one.valid and one.notes:
            invalid, copy = replace(one, status="INVALIDATED"), replace(one, id=len(world.invoices))
            corrected = (*rest[0], invalid, *rest[1], copy)
            yield "an accountant makes a corrected copy", world.once("accountant", invoices=corrected)
            credit = (*world.invoices, replace(copy, total=-SUM))
            yield "an accountant credits it", world.once("accountant", invoices=credit)
            copied = (*rest[0], invalid, *rest[1], replace(copy, by_user=True))
            yield "an accountant copies it, and invalidates it", world.once("accountant", invoices=copied)


def _obey(world: World, rules: Rules) -> World:
    """The command was given after the revision that was seen had been refused, and before any later one was."""
    record = world.record
    if record is None or (world.used and rules.obey_once):
        return world
    if not (record.state is State.REFUSED or (record.state is State.OPEN and record.refusal.cause)):
        return world
    late = record.revision.number != world.seen
    return world if late and rules.hold_for_what_was_seen else replace(world, command=record.revision.number)


def _restarted(world: World) -> World:
    phase = "back" if world.event is not None else "idle"
    return replace(world, phase=phase, write_back="", page=None, epoch=world.epoch + 1)


def _lose(world: World) -> World:
    """The workers are stopped, the ledger is made again, and all offsets are reset. What may be under way is counted
    out (`protocol.py`). A command that was given before is older than whatever is refused from now on.
    """
    asked = None if world.asked is not None and world.asked[0] is Verdict.ABSENT else world.asked
    seen = -1 if world.seen else 0
    lost = replace(world, record=None, intent=None, rounds=0, unknown=False, strange=False, committed=0)
    lost = replace(lost, seen=seen, command=0, used=False, asked=asked, epoch=(world.epoch // LOST + 1) * LOST)
    return _restarted(lost)
