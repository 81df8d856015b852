"""What is promised of topics, ledger, mails and replay, whatever the documents are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.chaos.evidence import Evidence, Json, current, key_of
from tests.chaos.finding import Finding
from tests.chaos.flows import KINDS
from tests.chaos.judge.case import Case, error_code

#: What holds a company, and what the run must have done for that to be true.
HOLDS = {
    "API_DOWN": ("cut_severa", "cut_procountor", "freeze", "zombie", "storm"),
    "LOGIN_REFUSED": ("key_refused",),
    "RIGHTS_MISSING": ("right_taken",),
}
#: What people do after which a document may not need what it was about to create.
UNNEEDED = ("adopt", "take out", "edit", "rows", "withdraw")


def promises(evidence: Evidence, found: Mapping[str, Case]) -> Iterator[Finding]:
    """Nothing is left open, nobody is left without a word, nothing was asked that the APIs don't have."""
    yield from _untold(evidence)
    yield from _left_open(evidence)
    yield from _mails(evidence, found)
    yield from _holds(evidence)
    yield from (Finding("passed", one, "below the committed offset, and nobody knows it") for one in evidence.passed)
    for topic, count in evidence.unread.items():
        if count:
            yield Finding("unread", topic, f"{count} events are not committed")
    for one in evidence.journal:
        if "violation" in one:
            yield Finding("violations", one["operation"] or one["path"], one["violation"])
        if "crash" in one:
            yield Finding("crashes", one["operation"], one["crash"])
    yield from _replay(evidence.replay)


def _untold(evidence: Evidence) -> Iterator[Finding]:
    """Each revision that was published has an outcome (F6). After a lost ledger, one content may get two numbers: the
    outcome of the later one is that of both.
    """
    told = {_revision(one) for one in evidence.outcomes}
    lost = any(touch.what == "lose_ledger" for touch in evidence.touches)
    latest = {_content(one): _sequence(one) for one in sorted(evidence.outcomes, key=_sequence)} if lost else {}
    for one in {_revision(one): one for one in evidence.changes}.values():
        if _revision(one) not in told and latest.get(_content(one), (0, 0)) <= _sequence(one):
            yield Finding("untold", key_of(one), f"revision {one['revision']['number']} has no outcome")


def _content(tree: Json) -> tuple[str, str]:
    return key_of(tree), tree["revision"]["content_hash"]


def _sequence(tree: Json) -> tuple[int, int]:
    sequence = tree["revision"].get("sequence", {"epoch": 0, "counter": 0})
    return sequence["epoch"], sequence["counter"]


def _revision(tree: Json) -> tuple[str, int, str]:
    return key_of(tree), tree["revision"]["number"], tree["revision"]["content_hash"]


def _left_open(evidence: Evidence) -> Iterator[Finding]:
    for one in evidence.dead_letters:
        yield Finding("dead_letters", str(one.get("dead-letter-topic")), str(one.get("dead-letter-detail")))
    for key, value in evidence.ledger.items():
        if key.startswith("~intent/"):
            if not _of_document(key.removeprefix("~intent/")) and _unneeded(evidence, key.split("/")[1]):
                continue
            yield Finding("open_intents", key.removeprefix("~intent/"), f"of epoch {_of(value, 'epoch')}")
        elif key.endswith("/hold"):
            yield Finding("holds", key.partition("/")[0], f"held by {_of(value, 'code')}")
        elif _of_document(key) and _of(value, "state") == "open":
            yield Finding("untold", key, "the ledger has it open")


def _of_document(key: str) -> bool:
    """Whether a key of the ledger is a document's."""
    return key.count("/") == 2 and key.split("/")[1] in KINDS


def _unneeded(evidence: Evidence, company: str) -> bool:
    """A partner, product or item that a document wanted until a person took it another way: the next document that
    wants it asks for it first.
    """
    return any(one.what in UNNEEDED and one.about.startswith(f"{company}/") for one in evidence.touches)


def _of(value: Any, name: str) -> str:
    return str(value.get(name, "")) if isinstance(value, dict) else ""


def _mails(evidence: Evidence, found: Mapping[str, Case]) -> Iterator[Finding]:
    """A refusal that stands was told to the company's people; nobody was told what never was (S8)."""
    recipients = {one.id: one.settings["recipients"] for one in evidence.books}
    refused = {_mailed_as(key_of(one)) for one in evidence.outcomes if one["state"] == "refused"}
    told: dict[tuple[str, str], set[str]] = {}
    for mail in evidence.mails:
        about, code = mail["about"], mail["subject"].rpartition(": ")[2].partition(" and ")[0]
        told.setdefault((about, code), set()).update(one.strip() for one in mail["to"].split(","))
        if about not in refused and about.count("/") == 2:
            yield Finding("false_mails", about, mail["subject"])
    for key, outcome in current(evidence.outcomes).items():
        if outcome["state"] != "refused":
            continue
        wanted = set(recipients.get(outcome["key"]["company"], ()))
        if not wanted <= told.get((_mailed_as(key), error_code(outcome)), set()):
            yield Finding("unmailed", key, f"{error_code(outcome)} was not mailed to {', '.join(sorted(wanted))}")


def _mailed_as(key: str) -> str:
    """What a mail is about: of a flow that pauses for a company (company/company/kind), it names the company alone."""
    company, kind, _ = key.split("/")
    return f"{company}/company/{company}" if kind == "company" else key


def _holds(evidence: Evidence) -> Iterator[Finding]:
    """A company is held for a reason that the run gave."""
    for one in evidence.outcomes:
        code = error_code(one)
        if one["state"] != "refused" or one["key"]["kind"] != "company":
            continue
        if not any(name in evidence.faults for name in HOLDS.get(code, ())):
            yield Finding("false_refusals", one["key"]["company"], f"held by {code}: {one['error']['message']}")


def _replay(replay: Json) -> Iterator[Finding]:
    """Q2: every event once more, no effect, no mail, and the digests tell of each."""
    if not replay:
        return
    for name in ("effects", "mails", "unread"):
        if replay[name]:
            yield Finding("replay", name, f"{replay[name]} in the replay")
    if replay["told"] < replay["events"]:
        yield Finding("replay", "told", f"{replay['told']} of {replay['events']} events")
    if replay["told"] > replay["all_events"]:
        yield Finding("replay", "told", f"{replay['told']} events, and {replay['all_events']} were redelivered")
