"""Errors of a whole company: its keys, settings and business units (decision 14)."""

from __future__ import annotations

from gateway.errors.texts.entry import Entry

COMPANIES: dict[str, Entry] = {
    "LOGIN_REFUSED": Entry(
        "{api} rejected the gateway's key.",
        "Check that the key is still valid, and put the right key into the settings. In Severa, check also that the "
        "API client has the seven scopes of docs/setup.md. `gateway check` shows whether the login succeeds.",
        "operator",
    ),
    "SCOPES_MISSING": Entry(
        "The gateway's API client in Severa lacks scopes (step: {operation}): {named}. The key itself is right.",
        "Ask an administrator of Severa to give the API client its seven scopes: invoices:read, invoices:write, "
        "files:read, customers:read, projects:read, settings:read and fees:read. `gateway check` shows when it has "
        "them.",
        "operator",
    ),
    "RIGHTS_MISSING": Entry(
        "The gateway has no right in {api} to do this: {operation}.",
        "Give the gateway's user or API client the rights that docs/operations.md lists.",
        "operator",
    ),
    "WRONG_COMPANY": Entry(
        "The Procountor key of company {company} opens {name}, which does not match the business unit {unit} in "
        "Severa: {differs}. Nothing is transferred until both match.",
        "If the key is wrong (two keys may be swapped), put the right key into the settings and restart the workers. "
        "If the number on one side is wrong, correct it there: the VAT number of the unit in Severa, or the business "
        "id of the company in Procountor. The hold then ends by itself.",
        "operator",
    ),
    "BOOKS_CHANGED": Entry(
        "The Procountor key of company {company} opens {now} (id {now_id}). Until now it opened {before} (id "
        "{before_id}).",
        "If the key is wrong, put the right key into the settings and restart the workers. If the change is intended, "
        "run `gateway release {company}`: the gateway then takes the company over in {now} as if it were new.",
        "operator",
    ),
    "BOOKS_SHARED": Entry(
        "The Procountor keys of the companies {company} and {other} open the same company in Procountor: {name} (id "
        "{books}).",
        "Put the right key of each company into the settings and restart the workers. If one of the two should no "
        "longer be transferred, switch it off in the settings.",
        "operator",
    ),
    "COMPANY_UNSERVED": Entry(
        "No worker serves company {company}. The worker that serves its organisation {organisation} doesn't have the "
        "company in its settings, but another worker does.",
        "Start all workers with the same settings. If the settings are being changed right now, wait: the error ends "
        "when the last worker with the old settings has stopped.",
        "operator",
    ),
    "COMPANY_HELD": Entry(
        "Company {company} was put on hold during the transfer.",
        "Nothing: the transfer continues when the hold ends.",
        "nobody",
    ),
    "UNIT_MOVED": Entry(
        "Business unit {unit} belonged to company {before} and now belongs to company {now} in Severa. Its documents "
        "wait.",
        "If the move is right, confirm it with `gateway confirm-unit`. If not, move the unit back in Severa.",
        "operator",
    ),
    "STATUS_UNKNOWN": Entry(
        "The settings name the status {status}. Severa must have exactly 1 status with this name, and has "
        "{count}. Statuses in Severa: {there}.",
        "Correct the name of the status in the settings, or rename the status in Severa.",
        "operator",
    ),
    "BANK_ACCOUNT_MISSING": Entry(
        "Company {company} has no active bank account in Procountor for invoices in {currency}.",
        "Add a bank account with an IBAN in Procountor, and mark it as the default for invoices.",
        "operator",
    ),
    "BANK_ACCOUNT_UNKNOWN": Entry(
        "The settings of company {company} name the bank account {iban}, but Procountor has no active bank account "
        "with this IBAN.",
        "Correct sales.bank_account in the settings, or add the bank account in Procountor.",
        "operator",
    ),
    "IBAN_INVALID": Entry(
        "The bank account {iban} is not a valid IBAN.",
        "Correct the company's bank account in Procountor.",
        "operator",
    ),
    "ECHO_MISSING": Entry(
        "Procountor returned invoice {number} without the original invoice number. The gateway needs this number to "
        "find its own invoices.",
        "Ask Procountor to enable 'original invoice number' for this company, then run `gateway release` with the "
        "company's id.",
        "operator",
    ),
}
