"""What users of Severa, accountants in Procountor and operators of the gateway do meanwhile."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tests.chaos.evidence import Json
from tests.chaos.flows import KINDS, Document
from tests.chaos.judge.case import Case, error_code
from tests.chaos.plan import Act
from tests.chaos.run import Run

#: What an operator says of a refusal that isn't the document's own, once all is calm: try it again.
IN_PASSING = (
    "INVOICE_NOT_FOUND",
    "STEP_UNANSWERED",
    "REGISTER_UNANSWERED",
    "STATUS_NOT_MOVED",
    "PROCOUNTOR_REFUSED",
    "RECEIPT_REFUSED",
    "SEVERA_REFUSED",
)

#: What an operator has tried again meanwhile.
MAY_BE_FIXED = tuple(code for one in KINDS.values() for code in (one.FIXED, *one.SUMS))
#: States of a ledger record that has its end.
ENDS = ("settled", "refused", "withdrawn")


def _waiting(run: Run, act: Act) -> Iterator[Document]:
    """A document that waits in Severa, if there is one."""
    some = [one for one in run.documents().values() if one.waits]
    yield from [act.one_of(some)] if some else []


def _withdraw(run: Run, act: Act) -> None:
    """A user takes a waiting invoice out of the status, and puts it back."""
    for one in _waiting(run, act):
        with run.touch("withdraw", one.key):
            back = dict(one.head[one.STATUS])
            one.draft()
            time.sleep(0.5)
            one.head[one.STATUS] = back


def _take_out(run: Run, act: Act) -> None:
    """A user takes a waiting invoice out for good."""
    for one in _waiting(run, act):
        with run.touch("take out", one.key):
            one.draft()


def _edit(run: Run, act: Act) -> None:
    """A user changes the head of a waiting invoice."""
    for one in _waiting(run, act):
        with run.touch("edit", one.key):
            one.edit(f"edited {act.after:.0f}")


def _rows(run: Run, act: Act) -> None:
    """A user changes a row of a waiting invoice, and with it its total."""
    for one in _waiting(run, act):
        if one.code:
            continue
        with run.touch("rows", one.key):
            one.change_rows()


def _mend(run: Run, act: Act) -> None:
    """A user fixes what a document is refused for: an address, a bank account."""
    some = [one for one in run.documents().values() if one.code == one.FIXED and one.waits]
    for one in [act.one_of(some)] if some else []:
        with run.touch("edit", one.key):
            one.fix()


def _ours(
    run: Run, act: Act, fits: Callable[[Json, Case], bool], moved: bool = False
) -> Iterator[tuple[str, Json, Case]]:
    """A valid invoice of ours that fits, with its company and its document."""
    some = [
        (one.document.book.id, invoice, one)
        for one in run.cases().values()
        for invoice in one.valid
        if fits(invoice, one) and (not moved or (one.state == "created" and one.document.is_moved))
    ]
    yield from [act.one_of(some)] if some else []


def _any(invoice: Json, case: Case) -> bool:
    return True


def _accountant(run: Run, act: Act) -> None:
    """An accountant edits an unfinished invoice: its notes and its sum; Procountor books it anew."""
    for company, one, _ in _ours(run, act, lambda invoice, _: invoice["status"] == "UNFINISHED"):
        with run.touch("accountant", f"{company}/{one['id']}"):
            rows = copy.deepcopy(one["invoiceRows"])
            rows[0]["unitPrice"] = 1.0
            run.apis.change({"procountor": {company: {"/invoices": [{"id": one["id"], "invoiceRows": rows}]}}})
            one["notes"] = f"Checked. {one['notes']}"


def _unapprove(run: Run, act: Act) -> None:
    """An accountant takes an approval back, after all was done."""

    def approved(invoice: Json, case: Case) -> bool:
        return bool(invoice["status"] == case.document.TAKEN_BACK[0])

    for company, one, case in _ours(run, act, approved, moved=True):
        with run.touch("unapprove", f"{company}/{one['id']}"):
            one["status"] = case.document.TAKEN_BACK[1]


def _put_back(run: Run, document: Document) -> None:
    with run.touch("put back", document.key):
        document.put_back(run.world["severa"][document.book.organisation])


def _invalidate(run: Run, act: Act) -> None:
    """An accountant invalidates an invoice, after all was done; a user then wants it once more."""
    for company, one, case in _ours(run, act, _any, moved=True):
        with run.touch("invalidate", f"{company}/{one['id']}"):
            one["status"] = "INVALIDATED"
        _put_back(run, case.document)


def _invalidate_early(run: Run, act: Act) -> None:
    """An accountant invalidates an invoice at any moment."""
    for company, one, _ in _ours(run, act, _any):
        with run.touch("invalidate", f"{company}/{one['id']}"):
            one["status"] = "INVALIDATED"


def _copy(run: Run, act: Act) -> None:
    """An accountant invalidates an invoice and makes a corrected copy of it; a user then wants it once more."""
    for company, one, case in _ours(run, act, _any, moved=True):
        there = run.world["procountor"][company]["/invoices"]
        made = {**copy.deepcopy(one), "id": max(other["id"] for other in there) + 1000, "status": "UNFINISHED"}
        with run.touch("copy", f"{company}/{made['id']}"), run.touch("invalidate", f"{company}/{one['id']}"):
            one["status"] = "INVALIDATED"
            there.append(made)
        _put_back(run, case.document)


def _refused(run: Run, codes: Iterable[str]) -> list[str]:
    return [key for key, one in run.told().items() if error_code(one) in codes and one["key"]["kind"] != "company"]


def _retry(run: Run, act: Act) -> None:
    for key in [act.one_of(found)] if (found := sorted(_refused(run, MAY_BE_FIXED))) else []:
        run.say("retry", key)


def _strangers(run: Run, act: Act) -> Iterator[tuple[str, int]]:
    """A document that is refused since its number is another integration's, and the id of that invoice."""
    wished = {one.about for one in run.touches}
    some = sorted(key for key in _refused(run, ("INVOICE_FROM_ELSEWHERE",)) if key not in wished)
    for key in [act.one_of(some)] if some else []:
        document, there = run.documents()[key], run.world["procountor"][key.partition("/")[0]]["/invoices"]
        wanted = (document.TYPE, document.number, "")
        yield (
            key,
            next(one["id"] for one in there if (one["type"], one["originalInvoiceNumber"], one["notes"]) == wanted),
        )


def _wish(run: Run, what: str, key: str, invoice: int) -> None:
    with run.touch(what, key, invoice):
        run.say(what, key, *(["--invoice", str(invoice)] if invoice else []))


def _adopt(run: Run, act: Act) -> None:
    for key, invoice in _strangers(run, act):
        _wish(run, "adopt", key, invoice)


def _create_anyway(run: Run, act: Act) -> None:
    for key, _ in _strangers(run, act):
        _wish(run, "create-anyway", key, 0)


def _is_refused_again(run: Run, key: str) -> bool:
    """Whether the ledger has the document refused for what the operator had decided; waits until it has an end."""
    until = time.monotonic() + 300
    while (state := _state(run, key)) not in ENDS and time.monotonic() < until:
        run.supervise()  # workers that end by themselves are replaced, or nobody would end it
        time.sleep(1)
    return state == "refused" and key in _refused(run, ("INVOICE_FROM_ELSEWHERE",))


def _state(run: Run, key: str) -> str:
    record = run.broker.ledger().get(key)
    return record["state"] if isinstance(record, dict) else ""


def last_word(run: Run) -> None:
    """All is calm: what was refused for want of an answer is tried again, and companies that are held. A command that
    may be gone with the ledger is given again, where its document is still refused for the same cause.
    """
    if any(one.what == "lose_ledger" for one in run.touches):
        for one in [one for one in run.touches if one.what in ("adopt", "create-anyway")]:
            if _is_refused_again(run, one.about):
                _wish(run, one.what, one.about, one.invoice)
    for key in _refused(run, IN_PASSING):
        run.say("retry", key)
    for key in run.broker.ledger():
        if key.endswith("/hold"):
            run.say("release", key.partition("/")[0])


PEOPLE: dict[str, Callable[[Run, Act], Any]] = {
    "withdraw": _withdraw,
    "take_out": _take_out,
    "edit": _edit,
    "rows": _rows,
    "mend": _mend,
    "accountant": _accountant,
    "unapprove": _unapprove,
    "invalidate": _invalidate,
    "invalidate_early": _invalidate_early,
    "copy": _copy,
    "retry": _retry,
    "adopt": _adopt,
    "create_anyway": _create_anyway,
}
