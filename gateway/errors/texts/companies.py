"""What concerns a whole company, or both systems: the operator acts, or nobody (decision 14)."""

from __future__ import annotations

from gateway.errors.texts.entry import Entry

COMPANIES: dict[str, Entry] = {
    "ANSWER_FOREIGN": Entry(
        "Something between the gateway and {api} answered in its place ({operation}): a proxy, a firewall or a login "
        "page.",
        "It is tried again. When it stays, ask whoever runs the network of the gateway. The worker's log says what "
        "came. See also whether the base_url of {api} in the settings is right.",
        "operator",
    ),
    "ANSWER_ODD": Entry(
        "{api} told something that the gateway can't read ({operation}): {said}.",
        "It is tried again. When it stays, open the object in {api} and save it again. If that doesn't help, tell "
        "whoever maintains the gateway.",
        "operator",
    ),
    "API_BUSY": Entry("{api} takes no more calls for the moment.", "Nothing: it is tried again.", "nobody"),
    "API_DOWN": Entry(
        "{api} has given no answer for several minutes.",
        "See whether the gateway reaches {api}. Where {api} itself is down, nothing is to be done: documents wait, and "
        "go on by themselves once it answers.",
        "operator",
    ),
    "API_FAILED": Entry("{api} failed ({operation}).", "Nothing: it is tried again.", "nobody"),
    "API_UNREACHABLE": Entry("{api} doesn't answer.", "Nothing: it is tried again.", "nobody"),
    "BANK_ACCOUNT_MISSING": Entry(
        "Company {company} has no active bank account in Procountor for invoices in {currency}.",
        "Add one in Procountor, with an IBAN, and mark it as the default for invoices.",
        "operator",
    ),
    "BANK_ACCOUNT_UNKNOWN": Entry(
        "The settings name the bank account {iban} for invoices of company {company}. Procountor has no active account "
        "with this IBAN.",
        "Correct sales.bank_account in the settings, or have the account added in Procountor.",
        "operator",
    ),
    "BOOKS_CHANGED": Entry(
        "The Procountor key of company {company} opens {now} (id {now_id}). Until now it opened {before} "
        "(id {before_id}).",
        "If the key is wrong, put the right one into the settings and start the workers again. If the change is meant, "
        "run gateway release: the company is then taken over anew in {now}.",
        "operator",
    ),
    "BOOKS_SHARED": Entry(
        "The Procountor key of company {company} opens {name} (id {books}), and so does that of company {other}.",
        "Put the right key of each company into the settings and start the workers again. If one of the two is not to "
        "be transferred any more, switch it off.",
        "operator",
    ),
    "COMPANY_HELD": Entry(
        "Company {company} was put on hold meanwhile.", "Nothing: it goes on when the hold ends.", "nobody"
    ),
    "COMPANY_UNSERVED": Entry(
        "No worker serves company {company}: its organisation {organisation} is with a worker whose settings lack the "
        "company, while those of another worker have it.",
        "Start all workers with the same settings. While they are being changed this ends by itself, once the last "
        "worker with the old settings has stopped.",
        "operator",
    ),
    "DIMENSION_MISSING": Entry(
        "Procountor has {count} dimensions with the name {dimension}, and must have 1. There are: {there}.",
        "Make the dimension in Procountor, or correct its name in the settings.",
        "operator",
    ),
    "ECHO_MISSING": Entry(
        "Procountor did not keep Severa's invoice number of invoice {number}.",
        "Agree with Procountor on the use of the original invoice number, then run gateway release.",
        "operator",
    ),
    "EVENT_UNREADABLE": Entry(
        "A record on {topic} can't be read.",
        "See the dead letter topic. The record is kept there.",
        "operator",
    ),
    "IBAN_INVALID": Entry(
        "{iban} is not a valid IBAN.",
        "Correct the company's bank account in Procountor.",
        "operator",
    ),
    "LIST_ENDLESS": Entry(
        "{api} gives the same page of a list again and again ({operation}).",
        "The gateway tries again by itself. When the error stays, ask the support of {api} about this list.",
        "operator",
    ),
    "LIST_FAILED": Entry(
        "Severa gives the gateway no list of waiting invoices: {said}",
        "See in the worker's log, in the lines `poll failed`, what Severa answers. Where Severa has a fault, tell its "
        "support. Documents go on by themselves once the list is there.",
        "operator",
    ),
    "LOGIN_REFUSED": Entry(
        "{api} refused the gateway's key.",
        "See whether the key is still valid, and put the right one into the settings. At Severa see too that the API "
        "client has the seven scopes of docs/setup.md. gateway check shows whether it is let in.",
        "operator",
    ),
    "MAIL_REFUSED": Entry(
        "The mail server {host} refused an e-mail for good ({said}).",
        "Correct the recipients of the company in the settings, or what the mail server lets through.",
        "operator",
    ),
    "MAIL_SERVER_FAILED": Entry(
        "The mail server {host} didn't take an e-mail.", "Nothing: it is tried again.", "operator"
    ),
    "RECORD_UNREADABLE": Entry(
        "The gateway's own record {key} was written by another version and can't be read. The documents of its company "
        "wait.",
        "Start a version of the gateway that can read it: the newest that ever ran. Nothing was lost.",
        "operator",
    ),
    "RIGHTS_MISSING": Entry(
        "{api} doesn't allow the gateway to do this: {operation}.",
        "Give the gateway's user or client the rights that docs/operations.md lists.",
        "operator",
    ),
    "SCOPES_MISSING": Entry(
        "The gateway's API client at Severa lacks scopes ({operation}): {named}. The key itself is right.",
        "Have an administrator of Severa give the API client its seven scopes: invoices:read, invoices:write, "
        "files:read, customers:read, projects:read, settings:read and fees:read. gateway check says when it has them.",
        "operator",
    ),
    "STATUS_UNKNOWN": Entry(
        "Severa has {count} invoice statuses with the name {status}, and must have 1. There are: {there}.",
        "Correct the status name in the settings, or rename the status in Severa.",
        "operator",
    ),
    "UNIT_MOVED": Entry(
        "Business unit {unit} belonged to company {before} and now belongs to {now} in Severa. Its documents wait.",
        "If that is right, confirm it (gateway confirm-unit). If not, have the unit put back in Severa.",
        "operator",
    ),
    "WRONG_COMPANY": Entry(
        "The Procountor key of company {company} opens {name}, which is not the business unit {unit} of Severa: "
        "{differs}. Nothing is written until both agree.",
        "If the key is wrong (two keys may be mixed up), put the right one into the settings and start the workers "
        "again. If the number on one side is wrong, correct it there: the VAT number of the unit in Severa, or the "
        "business id of the company in Procountor. The hold then ends by itself.",
        "operator",
    ),
}
