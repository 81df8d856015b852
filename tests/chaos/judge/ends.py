"""How each document ended, beside how the plan wants it to end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.chaos.finding import Finding
from tests.chaos.judge.case import Case, error_code

#: What an accountant does to an invoice after which it need not be there.
ENDED = ("invalidate",)
#: What a user does to a document that is in Procountor, after which a person must be asked.
WISHES = ("edit", "withdraw", "put back", "copy")


def ends(found: Iterable[Case]) -> Iterator[Finding]:
    """Documents that are lost, refused for a wrong reason or not refused, or wait without an end."""
    for case in found:
        yield from _of_errors(case)
        if not (case.document.waits or case.document.is_moved):
            continue  # a user took it out for good: whatever was under way is right
        yield from _refused(case) if case.document.code else _good(case)


def _refused(case: Case) -> Iterator[Finding]:
    """It is to be refused."""
    wanted = case.document.code
    if case.valid or case.state in ("created", "adopted") or case.document.is_moved:
        yield Finding("missed_refusals", case.key, f"to be refused by {wanted}, and is {case.state or 'transferred'}")
    elif case.state != "refused":
        yield Finding("unfinished", case.key, f"to be refused by {wanted}, nobody is told; {case.known}")
    elif case.code != wanted:
        yield Finding("false_refusals", case.key, f"refused by {case.code}; {wanted} is true")


def _good(case: Case) -> Iterator[Finding]:
    """It is to go over, unless people did what only a person can answer."""
    adopts = case.document.adopts
    there = bool(case.valid or adopts or case.touched(*ENDED))
    if case.state == "refused":
        if not _true(case, case.code):
            yield Finding("false_refusals", case.key, f"refused by {case.code} in the end, and it could go over")
            if case.valid and case.moved < 0:
                yield Finding("missing_effects", case.key, "write-back: its invoice is there, its status is not moved")
    elif case.state in ("created", "adopted"):
        wanted = "adopted" if adopts else "created"
        if not there:
            yield Finding("lost", case.key, f"told {case.state}, and no valid invoice is there")
        elif adopts and case.valid:
            yield Finding("doubled", case.key, f"made although invoice {adopts} of another integration is it")
        elif case.state != wanted:
            yield Finding("missing_effects", case.key, f"told {case.state}, and {wanted} is true")
        if case.document.waits and case.touched("put back", since=case.moved):
            yield Finding("unfinished", case.key, f"a user has put it back, and it waits; {case.known}")
        elif case.document.waits:
            yield Finding("missing_effects", case.key, f"write-back: told {case.state}, its status is not moved")
    elif case.document.is_moved:
        kind = "missing_effects" if there else "lost"
        yield Finding(kind, case.key, f"outcome: its status is moved, told is {case.state or 'nothing'}")
    else:
        has = f"invoice {case.valid[0]['id']} is there" if case.valid else "no invoice is there"
        yield Finding("unfinished", case.key, f"it waits, told is {case.state or 'nothing'}; {has}; {case.known}")


def _of_errors(case: Case) -> Iterator[Finding]:
    """Errors that were told on the way must have been true then."""
    for outcome in case.refusals:
        code = error_code(outcome)
        if outcome is case.told or code in (case.document.code, case.first_code):
            continue
        if not (_true(case, code) or _in_passing(case, code)):
            yield Finding("false_refusals", case.key, f"{code} was told on the way: {outcome['error']['message']}")


def _true(case: Case, code: str) -> bool:
    """Whether an error about a document that is good as it stands is true."""
    first = min((entry["n"] for entry in case.posts.values()), default=-1)
    if code == "INVOICE_CHANGED_AFTER_TRANSFER":
        if not (case.own or case.document.adopts):
            return False
        rows = case.touched("rows", since=case.read_before(first))
        return rows or case.touched(*WISHES, since=case.listed_before(first))
    if code == "INVOICE_INVALIDATED_MEANWHILE":
        return case.touched("invalidate") and not case.valid
    if code.startswith("RECEIPT_"):
        return case.touched("accountant", since=first)
    return False


def _in_passing(case: Case, code: str) -> bool:
    """Whether it may have been true for a while."""
    if code in case.document.SUMS:
        return case.touched("rows")
    if code == "INVOICE_INVALIDATED_MEANWHILE":
        return case.touched("invalidate")
    return code in PASSING


#: True of any document for a while, where calls are struck: no answer three times over, a refusal out of the blue.
PASSING = (
    "INVOICE_NOT_FOUND",
    "STEP_UNANSWERED",
    "REGISTER_UNANSWERED",
    "STATUS_NOT_MOVED",
    "PROCOUNTOR_REFUSED",
    "RECEIPT_REFUSED",
    "SEVERA_REFUSED",
)
