"""Q1-Q3: the chaos judge sees each effect that a gateway leaves out, and finds nothing where nothing is wrong."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.sandbox.world.demo_world import AFTER, BEFORE
from tests.chaos.evidence import Evidence, Touch
from tests.chaos.flows import FLOWS
from tests.chaos.honest import Honest
from tests.chaos.judge import judge
from tests.chaos.world import FIRMS


def lines(evidence: Evidence) -> list[str]:
    """What is found, as a reader sees it."""
    verdict = judge(evidence)
    assert verdict.ok == (not verdict.findings) or evidence.stalled
    return [str(one) for one in verdict.findings]


def test_Q1_honest_gateway_has_no_findings(
    tmp_path: Path,
) -> None:
    """Twelve companies, each kind of each flow in each that has the flow on; kept evidence is judged the same."""
    each = max(len(flow.kinds) for flow in FLOWS)
    evidence = Honest(len(FIRMS) * len(FLOWS) * each, FIRMS).run()
    verdict = judge(evidence)
    assert (verdict.findings, verdict.ok) == ([], True)
    assert (verdict.figures["created"], verdict.figures["adopted"]) == (146, 24)
    assert verdict.figures["kinds"] == {"sales-invoice": 156, "travel-reimbursement": 130}
    evidence.keep(tmp_path / "evidence.json")
    assert judge(Evidence.load(tmp_path / "evidence.json")) == verdict


@pytest.mark.parametrize(
    ("effect", "line"),
    [
        ("attachment", "missing_effects: acme-fi/sales-invoice/*: attachment: invoice-20001.pdf is missing"),
        ("receipt", "missing_effects: acme-fi/sales-invoice/*: receipt: no entry"),
        ("approve", "missing_effects: delta-fi/sales-invoice/*: approve: invoice"),
        ("send", "missing_effects: bolt-fi/sales-invoice/*: send: invoice"),
        ("content", "wrong_contents: acme-fi/sales-invoice/*: orderReference is None, 'PO 20002' is wanted"),
        ("partner fields", "wrong_contents: acme-fi: partner 21004: address.zip is None, '00100' is wanted"),
        ("attachment", "missing_effects: acme-fi/travel-reimbursement/*: attachment: travel-20001.pdf is missing"),
        ("a page", "wrong_contents: acme-fi/travel-reimbursement/*: attachment travel-20002.pdf has 4 pages of 5"),
        ("receipt", "missing_effects: acme-fi/travel-reimbursement/*: receipt: no entry"),
        ("send to circulation", "missing_effects: acme-fi/travel-reimbursement/*: approve: invoice"),
        ("verify", "missing_effects: acme-fi/travel-reimbursement/*: approve: invoice"),
        ("content", "wrong_contents: acme-fi/travel-reimbursement/*: additionalInformation is None"),
        ("person fields", "wrong_contents: acme-fi: person Maija Matkaaja 10: registryInfo.email is None"),
        ("write-back", "missing_effects: acme-fi/travel-reimbursement/*: write-back: told created"),
        ("mail", "unmailed: acme-fi/travel-reimbursement/*: PERSON_ACCOUNT_MISSING was not mailed"),
        ("write-back", "missing_effects: acme-fi/sales-invoice/*: write-back: told created"),
        ("outcome", "missing_effects: acme-fi/sales-invoice/*: outcome: its status is moved, told is nothing"),
        ("mail", "unmailed: acme-fi/sales-invoice/*: COUNTRY_MISSING was not mailed to finance@acme-fi.example"),
    ],
)
def test_Q1_an_effect_that_is_left_out_is_named(effect: str, line: str) -> None:
    """Each kind of effect, left out of a gateway that does all else."""
    assert_named(line, Honest(leaves_out=(effect,)).run())


def assert_named(line: str, evidence: Evidence) -> None:
    """One of the findings is this one; `*` is any document."""
    before, _, after = line.partition("*")
    found = lines(evidence)
    assert any(one.startswith(before) and after in one for one in found), found


WHOLE = Honest().run()
FIRST = next(key for key in WHOLE.ledger if key.startswith("acme-fi/sales-invoice"))
TRIP = next(key for key in WHOLE.ledger if key.startswith("acme-fi/travel-reimbursement"))
NO_COUNTRY = next(one["about"] for one in WHOLE.mails if one["subject"].endswith("COUNTRY_MISSING"))


def invoice_of(evidence: Evidence, key: str) -> Any:
    """The one of a document in Procountor."""
    there = evidence.procountor[key.partition("/")[0]]["/invoices"]
    return next(one for one in there if key.rpartition("/")[2] in one["notes"])


def head_of(evidence: Evidence, key: str) -> Any:
    """The document in Severa."""
    heads = (one for there in evidence.severa.values() for one in there["/v1/invoices"])
    return next(one for one in heads if one["guid"] == key.rpartition("/")[2])


def told(evidence: Evidence, key: str, **changes: Any) -> None:
    """One more outcome of a document."""
    last = next(one for one in reversed(evidence.outcomes) if one["key"]["id"] == key.rpartition("/")[2])
    evidence.outcomes.append({**last, "attempt": last["attempt"] + 1, **changes})


def refusal(code: str) -> Any:
    return {"state": "refused", "error": {"code": code, "message": "It can't be."}}


def mailed(evidence: Evidence, key: str, code: str) -> None:
    to, subject = f"finance@{key.partition('/')[0]}.example", f"[company] Invoice was not transferred: {code}"
    evidence.mails.append({"id": "<1>", "to": to, "subject": subject, "about": key})


def again(evidence: Evidence, operation: str) -> None:
    """An effect once more."""
    entry = next(one for one in evidence.journal if one["operation"] == operation and one["effect"])
    evidence.journal.append({**entry, "n": len(evidence.journal)})


def created_again(evidence: Evidence, key: str, id_: int) -> None:
    """One more invoice of a document."""
    made = next(
        one for one in evidence.journal if one["operation"] == "saveInvoice" and key[-36:] in one["object"]["notes"]
    )
    evidence.journal.append({**made, "n": len(evidence.journal), "object_id": id_})
    evidence.procountor["acme-fi"]["/invoices"].append({**invoice_of(evidence, key), "id": id_})


def switched_off(evidence: Evidence) -> None:
    """A company without the section of travel reimbursements, from the start."""
    evidence.books[0].settings.pop("travel")


def moved_over_a_word(evidence: Evidence) -> None:
    """A user took it out, and much later its status was moved."""
    n = next(
        n for n, one in enumerate(evidence.journal) if one["object_id"] == FIRST[-36:] and one["effect"] == "status"
    )
    for one in evidence.journal[n:]:
        one["at"] = (datetime.fromisoformat(one["at"]) + timedelta(minutes=1)).isoformat(timespec="microseconds")
    evidence.touches.append(Touch("take out", FIRST, n - 1, n - 1))


def no_invoice(evidence: Evidence) -> None:
    evidence.procountor["acme-fi"]["/invoices"].remove(invoice_of(evidence, FIRST))


def waits(evidence: Evidence) -> None:
    """Taken on, and the run ended before it did."""
    evidence.stalled = True
    head_of(evidence, FIRST)["status"] = {"name": BEFORE}
    no_invoice(evidence)
    evidence.outcomes[:] = [one for one in evidence.outcomes if one["key"]["id"] not in FIRST]
    evidence.changes[:] = [one for one in evidence.changes if one["key"]["id"] not in FIRST]


def false_refusal(evidence: Evidence) -> None:
    told(evidence, FIRST, **refusal("INVOICE_CHANGED_AFTER_TRANSFER"))
    mailed(evidence, FIRST, "INVOICE_CHANGED_AFTER_TRANSFER")


def refused_on_the_way(evidence: Evidence) -> None:
    evidence.outcomes.insert(0, {**evidence.outcomes[0], **refusal("COUNTRY_MISSING"), "attempt": 0})


def another_code(evidence: Evidence) -> None:
    told(evidence, NO_COUNTRY, **refusal("PARTNER_MISSING"))
    mailed(evidence, NO_COUNTRY, "PARTNER_MISSING")


def held(evidence: Evidence) -> None:
    key = {"company": "acme-fi", "kind": "company", "id": "acme-fi"}
    evidence.outcomes.append({**evidence.outcomes[0], "key": key, **refusal("API_DOWN")})


def stranger(evidence: Evidence) -> None:
    next(one for one in evidence.procountor["bolt-fi"]["/invoices"] if not one["notes"])["status"] = "UNFINISHED"


#: 80 events were redelivered; one of them had no end before.
REPLAY = {"events": 79, "all_events": 80, "told": 79, "effects": 0, "mails": 0, "unread": 0}
SPOILED: dict[str, tuple[Callable[[Evidence], Any], str]] = {
    "no invoice": (no_invoice, "lost: acme-fi/*: told created, and no valid invoice is there"),
    "a second invoice": (lambda one: created_again(one, FIRST, 999), "doubled: acme-fi/sales*: invoice 999 made"),
    "a second travel invoice": (
        lambda one: created_again(one, TRIP, 998),
        "doubled: acme-fi/travel*: invoice 998 made beside",
    ),
    "a second person": (lambda one: again(one, "insertPerson"), "doubled: acme-fi: person*Maija Matkaaja 10 made 2"),
    "a flow that is off": (switched_off, "missed_refusals: acme-fi: invoice*made although its flow is off"),
    "a person though the settings forbid it": (
        lambda one: one.books[0].settings["people"].update(enabled=False),
        "missed_refusals: acme-fi: insertPerson although people.enabled is off",
    ),
    "a second file": (lambda one: again(one, "saveAttachment"), "doubled: acme-fi: attachment"),
    "a second sending": (lambda one: again(one, "send"), "doubled: bolt-fi: invoice"),
    "a second partner": (lambda one: again(one, "insertBusinessPartner"), "doubled: acme-fi: partner"),
    "a second item": (lambda one: again(one, "addDimensionItem"), "doubled: acme-fi: dimension item"),
    "a reimbursement moved twice": (
        lambda one: again(one, "travelReimbursementsPatchTravelReimbursement"),
        "doubled: acme-fi/travel-reimbursement/*: moved to Transferred twice",
    ),
    "moved twice": (lambda one: again(one, "invoicesPatchInvoice"), f"doubled: acme-fi/*: moved to {AFTER} twice"),
    "moved over a user's word": (moved_over_a_word, f"doubled: acme-fi/*: moved to {AFTER} after a user took it out"),
    "it waits": (
        waits,
        "unfinished: acme-fi/*: it waits, told is nothing; no invoice is there; the ledger has it settled",
    ),
    "a false refusal": (false_refusal, "false_refusals: acme-fi/*: refused by INVOICE_CHANGED_AFTER_TRANSFER in the"),
    "another code": (another_code, "false_refusals: acme-fi/*: refused by PARTNER_MISSING; COUNTRY_MISSING is true"),
    "refused on the way": (refused_on_the_way, "false_refusals: acme-fi/*: COUNTRY_MISSING was told on the way"),
    "made all the same": (
        lambda one: told(one, NO_COUNTRY, state="created", error=None),
        "missed_refusals: acme-fi/*: to be refused by COUNTRY_MISSING, and is created",
    ),
    "made though the settings forbid it": (
        lambda one: one.books[0].settings.update(create_customers=False),
        "missed_refusals: acme-fi: insertBusinessPartner although create_customers is off",
    ),
    "begun while its company is off": (
        lambda one: one.touches.append(Touch("off", "acme-fi", 0, len(one.journal))),
        "missed_refusals: acme-fi: saveInvoice while the company is off",
    ),
    "held, and nobody told": (held, "unmailed: acme-fi/company/acme-fi: API_DOWN was not mailed"),
    "held": (held, "false_refusals: acme-fi: held by API_DOWN"),
    "a stranger's": (stranger, "strangers_touched: bolt-fi: invoice"),
    "a dead letter": (
        lambda one: one.dead_letters.append({"dead-letter-topic": "changes", "dead-letter-detail": "KeyError"}),
        "dead_letters: changes: KeyError",
    ),
    "an open intent": (lambda one: one.ledger.update({f"~intent/{FIRST}": {"epoch": 7}}), "open_intents: acme-fi/"),
    "a hold": (
        lambda one: one.ledger.update({"acme-fi/hold": {"code": "API_DOWN"}}),
        "holds: acme-fi: held by API_DOWN",
    ),
    "an open record": (lambda one: one.ledger.update({FIRST: {"state": "open"}}), "untold: acme-fi/*: the ledger"),
    "no outcome": (
        lambda one: one.changes.append({**one.changes[0], "revision": {"number": 2, "content_hash": "b"}}),
        "untold: acme-fi/*: revision 2 has no outcome",
    ),
    "a false mail": (lambda one: mailed(one, FIRST, "COUNTRY_MISSING"), "false_mails: acme-fi/"),
    "passed": (lambda one: one.passed.append("acme-fi/x#1"), "passed: acme-fi/x#1"),
    "not committed": (lambda one: one.unread.update({"changes": 3}), "unread: changes: 3 events are not committed"),
    "a violation": (lambda one: one.journal[0].update(violation="no such field"), "violations: *: no such field"),
    "the sandbox broke": (lambda one: one.journal[0].update(crash="KeyError"), "crashes: *: KeyError"),
    "a replay that was told nothing of": (
        lambda one: one.replay.update(REPLAY, told=0),
        "replay: told: 0 of 79 events",
    ),
    "a replay that is reported twice": (
        lambda one: one.replay.update(REPLAY, told=160),
        "replay: told: 160 events, and 80 were redelivered",
    ),
    "a replay that acts": (
        lambda one: one.replay.update(REPLAY, effects=1),
        "replay: effects: 1 in the replay",
    ),
}


@pytest.mark.parametrize("name", SPOILED)
def test_Q1_what_is_wrong_is_named(name: str) -> None:
    """Each promise, broken once in what an honest gateway left behind."""
    evidence = copy.deepcopy(WHOLE)
    spoil, line = SPOILED[name]
    spoil(evidence)
    assert_named(line, evidence)


def test_Q1_a_move_whose_answer_was_lost_is_no_second_one() -> None:
    """It says the same once more, whenever it is executed."""
    evidence = copy.deepcopy(WHOLE)
    again(evidence, "invoicesPatchInvoice")
    evidence.journal[-1]["fault"] = "commit_late"
    assert lines(evidence) == []


def test_S8_mail_about_a_paused_flow_is_no_false_mail() -> None:
    """It names the company, whose other flows go on; a pause without a mail is named."""
    evidence = copy.deepcopy(WHOLE)
    key = {"company": "acme-fi", "kind": "company", "id": "user"}
    evidence.outcomes.append({**evidence.outcomes[0], "key": key, **refusal("LOGIN_REFUSED")})
    evidence.faults["key_refused"] = 1
    assert_named("unmailed: acme-fi/company/user: LOGIN_REFUSED was not mailed", evidence)
    mailed(evidence, "acme-fi/company/acme-fi", "LOGIN_REFUSED")
    assert lines(evidence) == []


def test_F6_one_content_with_two_numbers_after_a_lost_ledger() -> None:
    """The outcome of the later number is that of both; without a lost ledger, the first number has none."""
    evidence = copy.deepcopy(WHOLE)
    change = evidence.changes[0]
    earlier = {"epoch": 0, "counter": 1}
    evidence.changes.append({**change, "revision": {**change["revision"], "number": 7, "sequence": earlier}})
    assert_named("untold: *: revision 7 has no outcome", evidence)
    evidence.touches.append(Touch("lose_ledger", "", 0, 0))
    assert lines(evidence) == []


def test_Q1_a_stall_is_no_loss() -> None:
    """What waits is not lost, and nothing of it is called missing."""
    evidence = copy.deepcopy(WHOLE)
    waits(evidence)
    figures = judge(evidence).figures
    assert (figures["ok"], figures["stalled"], figures["unfinished"]) == (False, True, 1)
    assert (figures["lost"], figures["missing_effects"]) == (0, 0)


def test_Q1_receipt_booked_again_is_judged_by_last_write() -> None:
    evidence = copy.deepcopy(WHOLE)
    invoice = invoice_of(evidence, FIRST)
    there = evidence.procountor["acme-fi"]["/ledgerreceipts"]
    for entry in next(one for one in there if one["id"] == invoice["ledgerReceiptId"])["transactions"]:
        entry.pop("dimensionItemValues", None)
    assert_named("missing_effects: acme-fi/sales-invoice/*: receipt: no entry", evidence)
    path = f"/ledgerreceipts/{invoice['ledgerReceiptId']}"
    read = {"operation": "getLedgerReceipt", "company": "acme-fi", "path": path, "effect": "", "fault": "recreated"}
    evidence.journal.append({**read, "at": evidence.journal[-1]["at"]})
    assert lines(evidence) == []
