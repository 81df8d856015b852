"""Every error code with its texts (SPEC B8). Docs, e-mails and outcomes use these and no others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.errors.family import Configuration, Permanent, Poison, Transient, Unknown

#: Characters of one fact that a text shows, at the most.
SHOWN = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """Texts of one code. `what` and `remedy` are format strings over the error's facts.

    `who` acts: `finance` (a user of Severa or Procountor), `operator` (who runs the gateway) or `nobody`.
    """

    what: str
    remedy: str
    who: str = "finance"

    def told(self, facts: Mapping[str, object]) -> tuple[str, str]:
        """Both texts about these facts; a row's text of pages is told by its beginning."""
        short = {name: _short(value) for name, value in facts.items()}
        return self.what.format(**short), self.remedy.format(**short)


def _short(value: object) -> object:
    return f"{value[:SHOWN]}..." if isinstance(value, str) and len(value) > SHOWN else value


CATALOGUE: dict[str, Entry] = {
    "ACCOUNT_MISSING": Entry(
        "Row {row} ({text}) has the sales account {account}, which Procountor's chart of accounts doesn't have.",
        "Add the account in Procountor, or correct the sales account of the row in Severa.",
    ),
    "ADDRESS_INCOMPLETE": Entry(
        "The invoice goes {how}, and the address of customer {customer} on it has no {missing}.",
        "Fill it in on the customer's billing address in Severa and on the invoice.",
    ),
    "ADOPT_IMPOSSIBLE": Entry(
        "Procountor invoice {invoice_id} can't be adopted as invoice {number}: it isn't there, is invalidated, or is "
        "another invoice's.",
        "Look the invoice up in Procountor, and tell the operator its right id.",
    ),
    "API_BUSY": Entry("{api} takes no more calls for the moment.", "Nothing: it is tried again.", "nobody"),
    "API_DOWN": Entry(
        "{api} has given no answer for several minutes.",
        "Nothing, when {api} says that it is down: documents wait, and go on by themselves once it answers. Else see "
        "whether the gateway reaches it.",
        "operator",
    ),
    "API_FAILED": Entry("{api} failed ({operation}).", "Nothing: it is tried again.", "nobody"),
    "API_UNREACHABLE": Entry("{api} doesn't answer.", "Nothing: it is tried again.", "nobody"),
    "ATTACHMENTS_TOO_LARGE": Entry(
        "The files of {file} make {size} bytes as one PDF, with their pictures made smaller too; Procountor takes at "
        "most {limit}. The largest of them is {largest} ({largest_size} bytes).",
        "Replace {largest} in Severa by a smaller one: fewer pages, or pictures of a lower resolution.",
    ),
    "ATTACHMENTS_TOO_MANY": Entry(
        "{file} would be made of {count} files; at most {limit} are possible.",
        "Put several of them into one PDF, and attach that in Severa in their place.",
    ),
    "ATTACHMENT_BROKEN": Entry(
        "The file {file} is damaged: {what}.",
        "Open it, save it as a new PDF, and attach the new one in Severa in its place.",
    ),
    "ATTACHMENT_ENCRYPTED": Entry(
        "The file {file} needs a password to be opened.",
        "Print it into a new PDF without protection, and attach that in Severa in its place.",
    ),
    "ATTACHMENT_EXCESSIVE": Entry(
        "The file {file} can't be handled safely: {what}.",
        "Print it into a new PDF, of a lower resolution or in parts, and attach that in Severa in its place.",
    ),
    "ATTACHMENT_INTERRUPTED": Entry(
        "The handling of the file {file} was interrupted.", "Nothing: it is tried again.", "nobody"
    ),
    "ATTACHMENT_NO_ROOM": Entry(
        "The gateway's disk has no room for the file {file}.",
        "Make room on the disk of the gateway's work folder; it is tried again.",
        "operator",
    ),
    "ATTACHMENT_TOO_LARGE": Entry(
        "The file {file} has {size} bytes; Procountor takes at most {limit}, and it can't be made small enough.",
        "Save it with fewer pages or with pictures of a lower resolution, and attach that in Severa in its place.",
    ),
    "ATTACHMENT_TYPE": Entry(
        "The file {file} is neither a PDF nor a JPEG nor a GIF, whatever its name says.",
        "Save it as a PDF, and attach that in Severa in its place.",
    ),
    "ATTEMPT_UNKNOWN": Entry(
        "It is not known yet whether Procountor executed {operation}.",
        "Nothing: the gateway looks first and then settles it.",
        "nobody",
    ),
    "BANK_ACCOUNT_MISSING": Entry(
        "Company {company} has no active bank account in Procountor for invoices in {currency}.",
        "Add one in Procountor, with an IBAN, and mark it as the default for invoices.",
        "operator",
    ),
    "BOOKS_CHANGED": Entry(
        "The Procountor key of company {company} opens {now} (id {now_id}); until now it opened {before} "
        "(id {before_id}).",
        "If the key is wrong, put the right one into the settings and start the workers again. If the change is meant, "
        "run gateway release: the company is then taken over anew in {now}.",
        "operator",
    ),
    "BUSINESS_ID_INVALID": Entry(
        "{business_id} is not a {country} business id: its form or its check digit is wrong.",
        "Correct the business id on the customer's card and on the invoice in Severa (form {form}).",
    ),
    "BUSINESS_ID_MISSING": Entry(
        "Customer {customer} has no business id.",
        "Fill in the business id (VAT number) on the customer's card and on the invoice in Severa.",
    ),
    "BUSINESS_ID_REFUSED": Entry(
        "Procountor refused the business id ({said}).",
        "Correct the business id on the customer's card and on the invoice in Severa.",
    ),
    "COMPANY_HELD": Entry(
        "Company {company} was put on hold meanwhile.", "Nothing: it goes on when the hold ends.", "nobody"
    ),
    "COUNTRY_MISSING": Entry(
        "The customer's address on the invoice has no country.",
        "Fill in the country on the customer's billing address in Severa and on the invoice.",
    ),
    "COUNTRY_UNKNOWN": Entry(
        "{country} on the customer's address is not the name or the code of a country.",
        "Choose the country on the customer's billing address in Severa from the list.",
    ),
    "CREDIT_NOTE_POSITIVE": Entry(
        "Credit note {number} has a total of {total} {currency} with a plus: Procountor would book it as a sale.",
        "Check the signs of its rows in Severa, or tell the operator of the gateway.",
    ),
    "CURRENCY_MIXED": Entry(
        "Row {row} ({text}) is in {other}, the invoice in {currency}.",
        "Bill the row on an invoice in its own currency, or change its currency in Severa.",
    ),
    "CURRENCY_RATE_DIFFERS": Entry(
        "The rate of {currency} on invoice {number} is {rate}; Procountor's of {day} is {theirs} ({currency} for 1 "
        "{own}). Neither the rate nor its inverse is within {percent} % of it.",
        "Correct the currency's rate in Severa and on the invoice. How far both may differ is a setting: "
        "sales.currency_rate_tolerance.",
    ),
    "CURRENCY_RATE_MISSING": Entry(
        "Severa has no rate of {own}, the company's own currency, which the rate of {currency} on invoice {number} is "
        "divided by.",
        "Add the currency {own} with its rate in Severa.",
    ),
    "CURRENCY_RATE_WRONG": Entry(
        "The rate of {currency} on invoice {number} is {rate} (0: none is given); above 0 and at most 1 000 000 is "
        "possible.",
        "Correct the currency's rate in Severa and on the invoice.",
    ),
    "CURRENCY_UNKNOWN": Entry(
        "Invoice {number} has the currency {currency}, which Procountor doesn't have.",
        "Change the invoice's currency in Severa.",
    ),
    "CUSTOMER_NAME_MISSING": Entry(
        "Invoice {number} names no customer, and the customer's card has no name.",
        "Fill in the customer's name on its card and on the invoice in Severa.",
    ),
    "CUSTOMER_NUMBER_MISSING": Entry(
        "Customer {customer} has no customer number.",
        "Give the customer a number on its card in Severa.",
    ),
    "DATE_MISSING": Entry(
        "Invoice {number} has no {which}.",
        "Fill in the {which} of the invoice in Severa.",
    ),
    "DIMENSION_ITEM_CLOSED": Entry(
        "Row {row} ({text}) is of the {axis} {item}, which is closed in Procountor's dimension {dimension}.",
        "Open the item again in Procountor, or correct the row in Severa.",
    ),
    "DIMENSION_MISSING": Entry(
        "Procountor has {count} dimensions with the name {dimension}. There are: {there}.",
        "Make the dimension in Procountor, or correct its name in the settings.",
        "operator",
    ),
    "DUE_DATE_WRONG": Entry(
        "The due date {due_date} doesn't fit the invoice's date {date}: 0 to 999 days are possible.",
        "Correct the due date of the invoice in Severa.",
    ),
    "ECHO_MISSING": Entry(
        "Procountor did not keep Severa's invoice number of invoice {number}.",
        "Agree with Procountor on the use of the original invoice number, then run gateway release.",
        "operator",
    ),
    "EVENT_UNREADABLE": Entry(
        "A record on {topic} can't be read.",
        "See the dead letter topic; the record is kept there.",
        "operator",
    ),
    "IBAN_INVALID": Entry(
        "{iban} is not a valid IBAN.",
        "Correct the company's bank account in Procountor.",
        "operator",
    ),
    "INTEREST_WRONG": Entry(
        "The overdue interest of invoice {number} is {interest} %; 0 to 999.99 is possible.",
        "Correct the overdue interest on the invoice in Severa, and on the customer's card where it comes from.",
    ),
    "INVOICES_WAIT": Entry(
        "{count} invoices of company {company} have waited for too long without an outcome, more than are reported one "
        "by one: {said}",
        "Nothing is lost: they are tried again by themselves. See in the worker's log what they wait for, in the lines "
        "`document waits for long` and `transfer comes again`.",
        "operator",
    ),
    "INVOICE_CHANGED_AFTER_TRANSFER": Entry(
        "Invoice {number} was changed or put back in Severa after it had been transferred as Procountor invoice "
        "{invoice_id}.",
        "Invalidate the invoice in Procountor to have it transferred anew, or take it out of the waiting status in "
        "Severa.",
    ),
    "INVOICE_FROM_ELSEWHERE": Entry(
        "Procountor has an invoice {invoice_id} with the number {number} that the gateway did not make.",
        "Check whether it is the same invoice. Adopt it or have it created, through the operator.",
    ),
    "INVOICE_FROM_OTHER_INTEGRATION": Entry(
        "Procountor invoice {invoice_id} has the number {number} and was made by another integration after the gateway "
        "had taken over company {company}.",
        "Switch the other integration off; then adopt the invoice or have it created, through the operator.",
        "operator",
    ),
    "INVOICE_INVALIDATED_MEANWHILE": Entry(
        "Invoice {number} was created in Procountor ({invoice_id}) and is invalidated there.",
        "Decide whether it is to be created again. If so, change it in Severa, or have it created by the operator; if "
        "not, take it out of the waiting status in Severa.",
    ),
    "INVOICE_LATE": Entry(
        "Invoice {number} is in Procountor ({invoice_id}), and nobody waits for it: Procountor executed a call that it "
        "had refused, or not answered for very long.",
        "Invalidate it in Procountor, or put its invoice into the status after transfer in Severa.",
    ),
    "INVOICE_NOT_FOUND": Entry(
        "Invoice {number} was sent to Procountor three times, got no clear answer and isn't found there.",
        "Ask Procountor's support what became of it. The gateway looks for it once an hour and sends it no more; to "
        "have it sent once more, say gateway retry.",
        "operator",
    ),
    "INVOICE_NOT_MARKED": Entry(
        "The gateway knows invoice {number} as Procountor invoice {invoice_id}, but the invoice with this id there "
        "doesn't carry the gateway's mark of it in its internal notes: it may be another one.",
        "Look it up in Procountor. If it is this invoice, and its internal notes were changed, have the operator adopt "
        "it; if it is another one, have the operator create this one. Nothing was done to it.",
    ),
    "INVOICE_TWICE": Entry(
        "Invoice {number} is in Procountor more than once: {invoice_ids}. Procountor executed a call "
        "that it had refused, or not answered for very long.",
        "Invalidate all of them but one in Procountor.",
    ),
    "LIST_ENDLESS": Entry(
        "{api} gives the same page of a list again and again ({operation}).",
        "Nothing at first: it is tried again. When it stays, ask the support of {api} about this list.",
        "operator",
    ),
    "LIST_FAILED": Entry(
        "Severa gives the gateway no list of waiting invoices: {said}",
        "See in the worker's log, in the lines `poll failed`, what Severa answers. Where Severa has a fault, tell its "
        "support; documents go on by themselves once the list is there.",
        "operator",
    ),
    "LOGIN_REFUSED": Entry(
        "{api} refused the gateway's key.",
        "See whether the key is still valid, and put the right one into the settings.",
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
    "NOT_YET_TRANSFERRED": Entry(
        "Invoice {number} has waited for more than {minutes} minutes and could not be transferred: {said}",
        "See in Severa whether its customer, its project and its rows are there and can be opened; correct it, or take "
        "it out of the waiting status. Else tell the operator of the gateway. It is tried again by itself.",
    ),
    "NUMBER_MISSING": Entry(
        "An invoice of customer {customer} waits for its transfer and has no invoice number.",
        "Tick 'Invoice number' on the status before transfer in Severa, and put the invoice into it again.",
    ),
    "NUMBER_TOO_LONG": Entry(
        "Row {row} ({text}) has the quantity or price {value}: it, or its amount, has more than 15 digits.",
        "Correct it in Severa.",
    ),
    "PARTNER_MISSING": Entry(
        "Procountor has no customer with number {number} and business id {business_id} ({customer}).",
        "Add the customer in Procountor, or let the gateway create customers in its settings.",
    ),
    "PARTNER_NUMBER_TAKEN": Entry(
        "Customer number {number} belongs to {partner} with business id {partner_id} in Procountor; "
        "the invoice says {business_id}.",
        "Correct the business id or the customer number, in Severa or in Procountor.",
    ),
    "PERIOD_CLOSED": Entry(
        "The period of the invoice's date is closed in Procountor ({said}).",
        "Open the period in Procountor, or change the invoice's date in Severa.",
    ),
    "PROCOUNTOR_REFUSED": Entry(
        "Procountor refused it ({operation}): {said}",
        "Correct in Severa or in Procountor what it names.",
    ),
    "PRODUCT_CODE_WRONG": Entry(
        "Row {row} ({text}) has the code {product}, which Procountor can't hold: 40 characters of Western European "
        "letters at the most.",
        "Correct the code of the product, work type or travel expense in Severa.",
    ),
    "PRODUCT_MISSING": Entry(
        "Row {row} ({text}) has the code {product}, which Procountor's product register doesn't have.",
        "Add the product in Procountor, correct the code in Severa, or let the gateway create products (settings).",
    ),
    "RECEIPT_AMBIGUOUS": Entry(
        "Rows {rows} have the same amount and VAT, and nothing tells which entry of the ledger receipt is which row's.",
        "Set accounts and dimensions of these entries by hand in Procountor and have the operator adopt the invoice; "
        "or invalidate it, and give the rows sales accounts in Severa.",
    ),
    "RECEIPT_DIFFERS": Entry(
        "The ledger receipt has {entries} entries of {amount} with VAT {percent} %, the invoice {count} rows: {rows}.",
        "See what was changed on the receipt in Procountor. Set accounts and dimensions by hand and have the operator "
        "adopt the invoice, or invalidate it there to have it transferred anew.",
    ),
    "RECEIPT_MISSING": Entry(
        "Procountor invoice {invoice_id} of invoice {number} has no ledger receipt: accounts and dimensions can't "
        "be written.",
        "Look the invoice up in Procountor, and ask Procountor's support.",
    ),
    "RECORD_TOO_LARGE": Entry(
        "Invoice {number} is too large for the message broker ({size} bytes).",
        "Split the invoice in Severa, or have the operator raise the limit.",
        "operator",
    ),
    "RECORD_UNREADABLE": Entry(
        "The gateway's own record {key} was written by another version and can't be read; the documents of its company "
        "wait.",
        "Start a version of the gateway that can read it: the newest that ever ran. Nothing was lost.",
        "operator",
    ),
    "REGISTER_UNANSWERED": Entry(
        "Procountor was asked {rounds} times to make {object}, gave no clear answer and doesn't show it.",
        "Ask Procountor's support what became of it. The gateway looks for it once an hour and goes on once it is "
        "there; to have it made once more, say gateway retry.",
        "operator",
    ),
    "REGISTER_UNKNOWN": Entry(
        "It is not known yet whether Procountor made {object}.",
        "Nothing: the gateway looks first and then goes on.",
        "nobody",
    ),
    "RIGHTS_MISSING": Entry(
        "{api} doesn't allow the gateway to do this: {operation}.",
        "Give the gateway's user or client the rights that docs/operations.md lists.",
        "operator",
    ),
    "ROWS_MISSING": Entry(
        "Invoice {number} has no rows.",
        "Add the rows in Severa, or take the invoice out of the waiting status.",
    ),
    "SEVERA_REFUSED": Entry(
        "Severa refused it ({operation}): {said}",
        "Tell the operator of the gateway.",
        "operator",
    ),
    "SPLIT_IMPOSSIBLE": Entry(
        "Row {row} ({text}) groups amounts of both signs for items of one dimension; Procountor can't hold that.",
        "Put the deduction on a row of its own in Severa.",
    ),
    "STATUS_NOT_MOVED": Entry(
        "Invoice {number} is in Procountor as invoice {invoice_id}, but Severa doesn't let its status be moved to "
        "{status}.",
        "Move it there in Severa by hand, or mend what keeps it: it is tried again by itself.",
    ),
    "STATUS_UNKNOWN": Entry(
        "Severa has {count} invoice statuses with the name {status}. There are: {there}.",
        "Correct the status name in the settings, or rename the status in Severa.",
        "operator",
    ),
    "STEP_UNANSWERED": Entry(
        "Invoice {number} is in Procountor, but Procountor gave no answer {rounds} times when the gateway attached its "
        "files or sent it.",
        "See in Procountor what it lacks, and ask its support. The gateway looks again once an hour; to have it do the "
        "rest once more, say gateway retry.",
        "operator",
    ),
    "TOTAL_DIFFERS": Entry(
        "The rows of invoice {number} add up to {rows} {currency}, its total without tax is {total} {currency}.",
        "Check the rows and the rounding of the invoice in Severa.",
    ),
    "TOTAL_WITH_VAT_DIFFERS": Entry(
        "The rows of invoice {number} make {rows} {currency} with VAT in Procountor, its total with tax in Severa is "
        "{total} {currency}.",
        "Check the VAT percentages of the rows, and the invoice's totals, in Severa.",
    ),
    "UNEXPECTED": Entry(
        "The gateway has a fault, or got an answer that it can't read ({kind}).",
        "See the worker's log for this document, and tell whoever maintains the gateway. It is tried again by itself.",
        "operator",
    ),
    "UNIT_MOVED": Entry(
        "Business unit {unit} belonged to company {before} and now belongs to {now} in Severa; its documents wait.",
        "If that is right, the operator confirms it (gateway confirm-unit); if not, put the unit back in Severa.",
        "operator",
    ),
    "VAT_KIND_MIXED": Entry(
        "Row {row} ({text}) is sold to another EU country without VAT, and groups goods with services ({types}).",
        "Put goods and services on rows of their own in Severa.",
    ),
    "VAT_KIND_UNKNOWN": Entry(
        "Row {row} ({text}) is sold to another EU country without VAT, and Severa doesn't tell whether its product is "
        "goods or a service.",
        "Choose the type of the product in Severa: Materials is goods, the others are services.",
    ),
    "VAT_MISSING": Entry(
        "Row {row} ({text}) has no VAT percentage.",
        "Choose the VAT of the row in Severa.",
    ),
    "VAT_NOT_IN_USE": Entry(
        "Row {row} ({text}) has VAT {percent} %, which the company doesn't use in Procountor ({used}).",
        "Correct the VAT of the row in Severa, or take the percentage into use in Procountor.",
    ),
    "VAT_NUMBER_MISSING": Entry(
        "Invoice {number} is sold to another EU country without VAT, and the business id {business_id} of customer "
        "{customer} is no VAT number of another EU country.",
        "Fill in the VAT number with its country code (DE123456789; EL for Greece) on the customer's card and on the "
        "invoice in Severa, or charge VAT. The setting sales.vat.eu_without_vat_number may allow such sales.",
    ),
    "VAT_STATUS_AMBIGUOUS": Entry(
        "Several VAT statuses in Procountor read like that of {case}. The company has: {there}.",
        "Name the number of the right one in the settings: {setting}.",
        "operator",
    ),
    "VAT_STATUS_MISSING": Entry(
        "No VAT status that the company uses for sales in Procountor reads like that of {case}. It has: {there}.",
        "Switch the status on in Procountor (VAT defaults), or name its number in the settings: {setting}.",
        "operator",
    ),
    "VAT_STATUS_NOT_IN_USE": Entry(
        "The settings name the VAT status {number} for {case}, which the company doesn't use for sales in Procountor. "
        "It has: {there}.",
        "Correct {setting} in the settings, or switch the status on in Procountor (VAT defaults).",
        "operator",
    ),
}


def _texts(code: str, facts: dict[str, object]) -> str:
    return " ".join(CATALOGUE[code].told(facts))


def refuse(code: str, detail: str = "", **facts: object) -> Permanent:
    """A refusal of one document: a person at the source must act."""
    return Permanent(code, _texts(code, facts), detail, **facts)


def configuration(code: str, detail: str = "", **facts: object) -> Configuration:
    """A cause that concerns a whole company: the operator must act."""
    return Configuration(code, _texts(code, facts), detail, **facts)


def transient(code: str, detail: str = "", retry_after: float | None = None, **facts: object) -> Transient:
    """Comes again by itself."""
    error = Transient(code, _texts(code, facts), detail, **facts)
    error.retry_after = retry_after
    return error


def unknown(code: str, detail: str = "", **facts: object) -> Unknown:
    """May have been executed."""
    return Unknown(code, _texts(code, facts), detail, **facts)


def poison(code: str, detail: str = "", **facts: object) -> Poison:
    """Unreadable."""
    return Poison(code, _texts(code, facts), detail, **facts)
