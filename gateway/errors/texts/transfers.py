"""Errors on the way: rejected by an API, in doubt, or waiting (decisions 7, 9)."""

from __future__ import annotations

from gateway.errors.texts.entry import Entry

TRANSFERS: dict[str, Entry] = {
    "PROCOUNTOR_REFUSED": Entry(
        "Procountor rejected this {document} (step: {operation}): {said}",
        "Fix what the message names, in Severa or in Procountor.",
    ),
    "PERIOD_CLOSED": Entry(
        "The period of the {document}'s date is closed in Procountor ({said}).",
        "Open the period in Procountor, or change the {document}'s date in Severa.",
    ),
    "SEVERA_REFUSED": Entry(
        "Severa rejected a request of the gateway (step: {operation}): {said}",
        "Read Severa's message. If it names a missing right, grant the right to the gateway's API client. Otherwise "
        "ask Severa's support.",
        "operator",
    ),
    "STATUS_NOT_MOVED": Entry(
        "{Document} {number} is in Procountor, as {there}. Severa doesn't let the gateway change its status to "
        "{status}.",
        "Change the status in Severa by hand, or fix what prevents it. The gateway retries by itself.",
        headline="is in Procountor, but its status in Severa was not changed",
    ),
    "NOT_YET_TRANSFERRED": Entry(
        "{Document} {number} has waited for more than {minutes} minutes without a result. {said}",
        "Check in Severa that everything that the {document} refers to exists and can be opened: customer, project, "
        "rows. Correct the {document}, or take it out of the status that starts the transfer. If everything is right, "
        "report it to the operator. The gateway retries by itself.",
        headline="has waited too long",
    ),
    "INVOICES_WAIT": Entry(
        "{count} documents of company {company} have waited too long without an outcome. They are too many to be "
        "reported one by one. An example: {said}",
        "Nothing is lost: the gateway keeps retrying. Find in the worker's log what the documents wait for, in the "
        "lines `transfer refused` and `transfer will be retried`.",
        "operator",
        headline="has documents that wait too long",
    ),
    "INVOICE_NOT_FOUND": Entry(
        "The gateway sent {document} {number} to Procountor three times. Procountor gave no clear answer, and the "
        "gateway doesn't find it there.",
        "Ask Procountor's support what became of the calls. The gateway looks for it once an hour and does "
        "not send it again. To have it sent once more, run `gateway retry`.",
        "operator",
        headline="may not have reached Procountor",
    ),
    "STEP_UNANSWERED": Entry(
        "{Document} {number} is in Procountor. Procountor gave no answer {rounds} times when the gateway attached its "
        "files or sent it.",
        "Check in Procountor what it lacks there, and ask Procountor's support. The gateway looks again once an "
        "hour. To have it do the rest once more, run `gateway retry`.",
        "operator",
        headline="is in Procountor, perhaps without its files or not sent",
    ),
    "RECORD_TOO_LARGE": Entry(
        "{Document} {number} is too large for the message broker ({size} bytes).",
        "Raise kafka.max_record_bytes in the settings, run `gateway topics apply`, and restart the workers. Or have "
        "the {document} split in Severa.",
        "operator",
    ),
    "UNEXPECTED": Entry(
        "The gateway has a fault, or received an answer that it can't read ({kind}).",
        "Read the worker's log about this document, and report the error to whoever maintains the gateway. The gateway "
        "retries by itself.",
        "operator",
    ),
    "ATTEMPT_UNKNOWN": Entry(
        "The gateway doesn't know yet whether Procountor executed this step: {operation}.",
        "Nothing: the gateway looks in Procountor first, then continues.",
        "nobody",
    ),
    "POST_UNSEEN": Entry(
        "Procountor rejected {document} {number} a moment ago. If it created it anyway, a search may not show it yet.",
        "Nothing: the gateway searches in a moment, then retries.",
        "nobody",
    ),
}
