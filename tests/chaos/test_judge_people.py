"""Q1: what users, accountants and operators did makes an end right that would be a finding without them."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta

from gateway.sandbox.world.demo_world import AFTER, BEFORE
from tests.chaos.evidence import Touch
from tests.chaos.flows.sales_invoices.document import SalesInvoice
from tests.chaos.honest import Honest
from tests.chaos.judge import wanted
from tests.chaos.judge.case import LISTED
from tests.chaos.test_judge import (
    FIRST,
    WHOLE,
    assert_named,
    false_refusal,
    head_of,
    invoice_of,
    lines,
    mailed,
    refusal,
    told,
)


def test_Q1_what_people_did_makes_a_refusal_true() -> None:
    """A user puts a transferred invoice back: a person is asked. The same without a user is a false refusal."""
    evidence = copy.deepcopy(WHOLE)
    false_refusal(evidence)
    evidence.touches.append(Touch("put back", FIRST, len(evidence.journal), len(evidence.journal)))
    head_of(evidence, FIRST)["status"] = {"name": BEFORE}
    assert lines(evidence) == []


def test_Q1_head_that_was_edited_after_its_list_asks_a_person() -> None:
    """The document waited in its company's queue meanwhile, but not for long: what was edited before is transferred."""
    evidence = copy.deepcopy(WHOLE)
    post = next(n for n, one in enumerate(evidence.journal) if n > 5 and one["operation"] == "saveInvoice")
    key = next(key for key in WHOLE.ledger if key[-36:] in evidence.journal[post]["object"]["notes"])
    told(evidence, key, **refusal("INVOICE_CHANGED_AFTER_TRANSFER"))
    mailed(evidence, key, "INVOICE_CHANGED_AFTER_TRANSFER")
    head_of(evidence, key)["status"] = {"name": BEFORE}
    rows = {
        "operation": SalesInvoice.READS,
        "path": f"/v1/invoices/{key[-36:]}/invoicerows",
        "effect": "",
        "object": {},
    }
    evidence.journal.insert(post, {**evidence.journal[post], **rows})
    post += 1
    for n, one in enumerate(evidence.journal):  # one call in half the time that a document may wait
        at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=n * LISTED / 2)
        one |= {"n": n, "at": at.isoformat(timespec="microseconds")}
    evidence.touches.append(Touch("edit", key, post - 2, post - 2))
    assert lines(evidence) == []
    evidence.touches[-1] = Touch("edit", key, post - 5, post - 5)
    assert_named("false_refusals: *: refused by INVOICE_CHANGED_AFTER_TRANSFER in the end", evidence)


def test_Q1_invalidated_invoice_is_created_again() -> None:
    """Invalidated and put back: a second one is right, a third one is not."""
    honest = Honest()
    evidence = honest.run()
    document = wanted.documents(evidence)[FIRST]
    invoice = invoice_of(evidence, FIRST)
    invoice["status"] = "INVALIDATED"
    n = len(evidence.journal)
    evidence.touches += [Touch("invalidate", f"acme-fi/{invoice['id']}", n, n), Touch("put back", FIRST, n, n)]
    honest.transfer(document, 2)
    evidence.journal = honest.apis.journal.entries()
    assert lines(evidence) == []
    honest.transfer(document, 3)
    evidence.journal = honest.apis.journal.entries()
    assert_named("doubled: acme-fi/*: invoice", evidence)


def test_Q1_operator_command_is_obeyed_unless_ledger_is_lost() -> None:
    """Of an invoice whose number is a stranger's."""
    evidence = Honest(28).run()
    about = next(one["about"] for one in evidence.mails if one["subject"].endswith("INVOICE_FROM_ELSEWHERE"))
    n = len(evidence.journal)
    evidence.touches.append(Touch("adopt", about, n, n, 5))
    assert_named("false_refusals: *: refused by INVOICE_FROM_ELSEWHERE in the end", evidence)
    evidence.touches.append(Touch("lose_ledger", "", n, n))
    assert lines(evidence) == []
    evidence.touches.pop()
    told(evidence, about, state="adopted", error=None)
    head_of(evidence, about)["status"] = {"name": AFTER}
    assert lines(evidence) == []


def test_Q1_adopted_invoice_stays_when_its_rows_change() -> None:
    """A user changes the rows once they were read, and a person is asked. Changed before, it was not to be adopted."""
    evidence = Honest(28).run()
    key = next(key for key, one in wanted.documents(evidence).items() if one.adopts)
    document, n = wanted.documents(evidence)[key], len(evidence.journal)
    entry = {
        "at": evidence.journal[-1]["at"],
        "company": key.partition("/")[0],
        "fault": "",
        "path": f"/v1/invoices/{key.rpartition('/')[2]}/invoicerows",
    }
    read = {**entry, "n": n, "operation": "invoiceRowsGetInvoiceRowsForInvoice", "effect": "", "object": {}}
    mark = {"notes": f"severa-adopted:{document.head['guid']}#1:hash1"}
    marked = {"n": n + 1, "operation": "addNotesToInvoice", "effect": "updated", "object": mark}
    evidence.journal += [read, {**entry, **marked, "object_id": document.adopts}]
    head_of(evidence, key)["totalExcludingTax"]["amount"] += 2 * document.rows[0]["unitPrice"]["amount"]
    document.rows[0]["quantity"] += 2
    head_of(evidence, key)["status"] = {"name": BEFORE}
    told(evidence, key, **refusal("INVOICE_CHANGED_AFTER_TRANSFER"))
    mailed(evidence, key, "INVOICE_CHANGED_AFTER_TRANSFER")
    evidence.touches.append(Touch("rows", key, n + 2, n + 2))
    assert lines(evidence) == []
    evidence.touches[-1] = Touch("rows", key, n - 1, n - 1)
    assert_named("false_refusals: *: refused by INVOICE_CHANGED_AFTER_TRANSFER; INVOICE_FROM_ELSEWHERE", evidence)
