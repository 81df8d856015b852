"""Errors of the APIs, the network, the mail server and the broker."""

from __future__ import annotations

from gateway.errors.texts.entry import Entry

SYSTEMS: dict[str, Entry] = {
    "API_DOWN": Entry(
        "{api} has not answered for several minutes.",
        "If {api} reports an outage, wait: transfers resume by themselves. Otherwise check the network between the "
        "gateway and {api}.",
        "operator",
    ),
    "API_UNREACHABLE": Entry(
        "{api} doesn't answer.",
        "Nothing: the gateway retries by itself.",
        "nobody",
    ),
    "API_BUSY": Entry(
        "{api} accepts no more calls at the moment.",
        "Nothing: the gateway retries by itself.",
        "nobody",
    ),
    "API_FAILED": Entry(
        "A call to {api} failed (step: {operation}).",
        "Nothing: the gateway retries by itself.",
        "nobody",
    ),
    "ANSWER_FOREIGN": Entry(
        "Something between the gateway and {api} answered in place of {api} (step: {operation}): a proxy, a firewall "
        "or a login page.",
        "The gateway retries by itself. If the error stays, ask whoever runs the gateway's network, and check base_url "
        "of {api} in the settings. The worker's log shows the answer.",
        "operator",
    ),
    "ANSWER_ODD": Entry(
        "{api} returned a value that the gateway can't read (step: {operation}): {said}.",
        "The gateway retries by itself. If the error stays, open the object in {api} and save it again. If that "
        "doesn't help, report the error to whoever maintains the gateway.",
        "operator",
    ),
    "LIST_FAILED": Entry(
        "Severa does not return the list of invoices that are ready for transfer: {said}",
        "Find the lines `poll failed` in the worker's log: they show Severa's answer. If Severa has a fault, report it "
        "to Severa's support. Transfers resume by themselves when the list is returned.",
        "operator",
    ),
    "LOOK_FAILED": Entry(
        "The gateway can't read what it keeps in step (flow: {flow}): {said}",
        "Find the lines `poll failed` in the worker's log: they show the answer. If the API has a fault, report it to "
        "its support. The flow goes on by itself.",
        "operator",
    ),
    "LIST_ENDLESS": Entry(
        "{api} returns the same page of a list over and over (step: {operation}).",
        "The gateway retries by itself. If the error stays, ask the support of {api} about this list.",
        "operator",
    ),
    "MAIL_SERVER_FAILED": Entry(
        "The mail server {host} did not accept an e-mail.",
        "The gateway retries by itself. If the error stays, check the mail server and smtp in the settings.",
        "operator",
    ),
    "MAIL_REFUSED": Entry(
        "The mail server {host} rejected an e-mail for good ({said}).",
        "Correct the recipients in the settings, or allow these e-mails on the mail server.",
        "operator",
    ),
    "EVENT_UNREADABLE": Entry(
        "A record on topic {topic} can't be read.",
        "Read the record on the dead letter topic: it is kept there, with the reason.",
        "operator",
    ),
    "RECORD_UNREADABLE": Entry(
        "The gateway's own record {key} was written by another version of the gateway and can't be read. The documents "
        "of its company wait.",
        "Start the newest version of the gateway that ever ran: it can read the record. Nothing was lost.",
        "operator",
    ),
}
