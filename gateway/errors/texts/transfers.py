"""What becomes of a document on its way: found, refused by an API, or without an answer (decisions 9, 11)."""

from __future__ import annotations

from gateway.errors.texts.entry import Entry

TRANSFERS: dict[str, Entry] = {
    "ADOPT_IMPOSSIBLE": Entry(
        "Procountor invoice {invoice_id} can't be adopted as invoice {number}: it isn't there, is invalidated, or is "
        "another invoice's.",
        "Look the invoice up in Procountor, and tell the operator its right id.",
    ),
    "ATTEMPT_UNKNOWN": Entry(
        "It is not known yet whether Procountor executed {operation}.",
        "Nothing: the gateway looks first and then settles it.",
        "nobody",
    ),
    "INVOICES_WAIT": Entry(
        "{count} invoices of company {company} have waited for too long without an outcome, more than are reported one "
        "by one: {said}",
        "Nothing is lost: they are tried again by themselves. See in the worker's log what they wait for, in the lines "
        "`transfer refused` and `transfer comes again`.",
        "operator",
    ),
    "INVOICE_CHANGED_AFTER_TRANSFER": Entry(
        "Invoice {number} was changed or put back in Severa after it had been transferred as Procountor invoice "
        "{invoice_id}.",
        "Invalidate the invoice in Procountor to have it transferred anew, or take it out of the waiting status in "
        "Severa.",
    ),
    "INVOICE_COPIED": Entry(
        "The invoice that the gateway made of invoice {number} is invalidated in Procountor. Invoice {invoice_id} "
        "there is a copy of it that a person made.",
        "If the copy replaces it, take the invoice out of the waiting status in Severa, or have the operator adopt the "
        "copy. If not, have it created by the operator.",
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
        "Invoice {number} is in Procountor more than once. The gateway knows it as {invoice_id}; beside that there is "
        "{others}: copied in Procountor, or made twice, by a call that Procountor had refused or not answered for "
        "long.",
        "Look at {others} in Procountor. If nobody copied it on purpose, invalidate it. Leave {invoice_id} as it is.",
    ),
    "NOT_YET_TRANSFERRED": Entry(
        "Invoice {number} has waited for more than {minutes} minutes and could not be transferred: {said}",
        "See in Severa whether its customer, its project and its rows are there and can be opened; correct it, or take "
        "it out of the waiting status. Else tell the operator of the gateway. It is tried again by itself.",
    ),
    "PERIOD_CLOSED": Entry(
        "The period of the invoice's date is closed in Procountor ({said}).",
        "Open the period in Procountor, or change the invoice's date in Severa.",
    ),
    "POST_UNSEEN": Entry(
        "Procountor refused invoice {number} a moment ago. Should it have made it all the same, no search may show it "
        "yet.",
        "Nothing: the gateway looks in a moment, and then tries again.",
        "nobody",
    ),
    "PROCOUNTOR_REFUSED": Entry(
        "Procountor refused it ({operation}): {said}",
        "Correct in Severa or in Procountor what it names.",
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
    "RECEIPT_REFUSED": Entry(
        "Procountor refused accounts and dimensions on the ledger receipt of invoice {number}: {said}. The receipt "
        "holds {count} items of the dimension {dimension}.",
        "If it is the number of items: Procountor's usage settings limit the items of a dimension on one receipt; set "
        "{count} or more there. Else correct what Procountor names.",
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
    "SEVERA_REFUSED": Entry(
        "Severa refused it ({operation}): {said}",
        "Tell the operator of the gateway.",
        "operator",
    ),
    "STATUS_NOT_MOVED": Entry(
        "Invoice {number} is in Procountor as invoice {invoice_id}, but Severa doesn't let its status be moved to "
        "{status}.",
        "Move it there in Severa by hand, or mend what keeps it: it is tried again by itself.",
    ),
    "STEP_UNANSWERED": Entry(
        "Invoice {number} is in Procountor, but Procountor gave no answer {rounds} times when the gateway attached its "
        "files or sent it.",
        "See in Procountor what it lacks, and ask its support. The gateway looks again once an hour; to have it do the "
        "rest once more, say gateway retry.",
        "operator",
    ),
    "UNEXPECTED": Entry(
        "The gateway has a fault, or got an answer that it can't read ({kind}).",
        "See the worker's log for this document, and tell whoever maintains the gateway. It is tried again by itself.",
        "operator",
    ),
}
