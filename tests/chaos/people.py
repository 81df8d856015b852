"""What users of Severa, accountants in Procountor and operators of the gateway do meanwhile."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from gateway.sandbox.world.demo_world import AFTER, BEFORE
from tests.chaos.evidence import Json
from tests.chaos.judge.case import Case, error_code
from tests.chaos.judge.wanted import Document
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

#: States of a ledger record that has its end.
ENDS = ("settled", "refused", "withdrawn")


def _waiting(run: Run, act: Act) -> Iterator[Document]:
    """A document that waits in Severa, if there is one."""
    some = [one for one in run.documents().values() if one.status == BEFORE]
    yield from [act.one_of(some)] if some else []


def _withdraw(run: Run, act: Act) -> None:
    """A user takes a waiting invoice out of the status, and puts it back."""
    for one in _waiting(run, act):
        with run.touch("withdraw", one.key):
            back = dict(one.head["status"])
            one.head["status"] = {"guid": back["guid"][::-1], "name": "Draft"}
            time.sleep(0.5)
            one.head["status"] = back


def _take_out(run: Run, act: Act) -> None:
    """A user takes a waiting invoice out for good."""
    for one in _waiting(run, act):
        with run.touch("take out", one.key):
            one.head["status"] = {"guid": one.head["status"]["guid"][::-1], "name": "Draft"}


def _edit(run: Run, act: Act) -> None:
    """A user changes the head of a waiting invoice."""
    for one in _waiting(run, act):
        with run.touch("edit", one.key):
            one.head["orderNumber"] = f"edited {act.after:.0f}"


def _rows(run: Run, act: Act) -> None:
    """A user changes a row of a waiting invoice, and with it its total."""
    for one in _waiting(run, act):
        if one.code:
            continue
        with run.touch("rows", one.key):
            one.rows[0]["quantity"] = quantity = one.rows[0]["quantity"] + 2
            one.rows[0]["description"] = f"Consulting, {quantity} hours"
            nets = [(row["quantity"] * row["unitPrice"]["amount"], row["vatRate"]) for row in one.rows]
            one.head["totalExcludingTax"]["amount"] = round(sum(net for net, _ in nets), 2)
            one.head["totalIncludingTax"]["amount"] = round(sum(net * (1 + vat / 100) for net, vat in nets), 2)


def _mend(run: Run, act: Act) -> None:
    """A user mends an invoice that is refused for its address."""
    some = [one for one in run.documents().values() if one.code == "COUNTRY_MISSING" and one.status == BEFORE]
    for one in [act.one_of(some)] if some else []:
        with run.touch("edit", one.key):
            place = {"addressline": "Torikatu 1", "postalCode": "00100", "city": "Helsinki"}
            country = "Sverige" if one.book.country == "SE" else "Suomi"  # the customer's business id is of its country
            one.head["receiverAddress"] = {**place, "country": country}


def _ours(run: Run, act: Act, *statuses: str, moved: bool = False) -> Iterator[tuple[str, Json, Case]]:
    """A valid invoice of ours in one of these statuses, with its company and its document."""
    some = [
        (one.document.book.id, invoice, one)
        for one in run.cases().values()
        for invoice in one.own
        if invoice["status"] in statuses and (not moved or (one.state == "created" and one.document.status == AFTER))
    ]
    yield from [act.one_of(some)] if some else []


def _accountant(run: Run, act: Act) -> None:
    """An accountant edits an unfinished invoice: its notes and its sum; Procountor books it anew."""
    for company, one, _ in _ours(run, act, "UNFINISHED"):
        with run.touch("accountant", f"{company}/{one['id']}"):
            rows = copy.deepcopy(one["invoiceRows"])
            rows[0]["unitPrice"] = 1.0
            run.apis.change({"procountor": {company: {"/invoices": [{"id": one["id"], "invoiceRows": rows}]}}})
            one["notes"] = f"Checked. {one['notes']}"


def _unapprove(run: Run, act: Act) -> None:
    """An accountant takes an approval back, after all was done."""
    for company, one, _ in _ours(run, act, "NOT_SENT", moved=True):
        with run.touch("unapprove", f"{company}/{one['id']}"):
            one["status"] = "UNFINISHED"


def _put_back(run: Run, document: Document) -> None:
    with run.touch("put back", document.key):
        organisation = run.world["severa"][document.book.organisation]
        status = next(one for one in organisation["/v1/invoicestatuses"] if one["name"] == BEFORE)
        document.head["status"] = {"guid": status["guid"], "name": BEFORE}


def _invalidate(run: Run, act: Act) -> None:
    """An accountant invalidates an invoice, after all was done; a user then wants it once more."""
    for company, one, case in _ours(run, act, "UNFINISHED", "NOT_SENT", "SENT", moved=True):
        with run.touch("invalidate", f"{company}/{one['id']}"):
            one["status"] = "INVALIDATED"
        _put_back(run, case.document)


def _invalidate_early(run: Run, act: Act) -> None:
    """An accountant invalidates an invoice at any moment."""
    for company, one, _ in _ours(run, act, "UNFINISHED", "NOT_SENT", "SENT"):
        with run.touch("invalidate", f"{company}/{one['id']}"):
            one["status"] = "INVALIDATED"


def _copy(run: Run, act: Act) -> None:
    """An accountant invalidates an invoice and makes a corrected copy of it; a user then wants it once more."""
    for company, one, case in _ours(run, act, "UNFINISHED", "NOT_SENT", "SENT", moved=True):
        there = run.world["procountor"][company]["/invoices"]
        made = {**copy.deepcopy(one), "id": max(other["id"] for other in there) + 1000, "status": "UNFINISHED"}
        with run.touch("copy", f"{company}/{made['id']}"), run.touch("invalidate", f"{company}/{one['id']}"):
            one["status"] = "INVALIDATED"
            there.append(made)
        _put_back(run, case.document)


def _refused(run: Run, codes: Iterable[str]) -> list[str]:
    return [key for key, one in run.told().items() if error_code(one) in codes and one["key"]["kind"] != "company"]


def _retry(run: Run, act: Act) -> None:
    for key in [act.one_of(found)] if (found := sorted(_refused(run, ("COUNTRY_MISSING", "TOTAL_DIFFERS")))) else []:
        run.say("retry", key)


def _strangers(run: Run, act: Act) -> Iterator[tuple[str, int]]:
    """A document that is refused since its number is another integration's, and the id of that invoice."""
    wished = {one.about for one in run.touches}
    some = sorted(key for key in _refused(run, ("INVOICE_FROM_ELSEWHERE",)) if key not in wished)
    for key in [act.one_of(some)] if some else []:
        number = run.documents()[key].number
        there = run.world["procountor"][key.partition("/")[0]]["/invoices"]
        yield key, next(one["id"] for one in there if one["originalInvoiceNumber"] == number and not one["notes"])


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
