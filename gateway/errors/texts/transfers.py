"""What becomes of a document on its way: found, refused by an API, or without an answer (decisions 9, 11).

`there` is the invoice in Procountor as its users know it, by its number; ids are for machines.
"""

from __future__ import annotations

from gateway.errors.texts.entry import Entry

TRANSFERS: dict[str, Entry] = {
    "ADOPT_IMPOSSIBLE": Entry(
        "The operator asked to adopt {there} of Procountor as invoice {number}. It isn't in Procountor, is invalidated "
        "there, or belongs to another invoice of Severa.",
        "Find the right invoice in Procountor, and tell the operator which one it is. Nothing was changed.",
        headline="can't be adopted",
    ),
    "ATTEMPT_UNKNOWN": Entry(
        "It is not known yet whether Procountor executed {operation}.",
        "Nothing: the gateway looks first and then settles it.",
        "nobody",
    ),
    "INVOICES_WAIT": Entry(
        "{count} invoices of company {company} have waited for too long without an outcome. They are more than are "
        "reported one by one: {said}",
        "Nothing is lost: they are tried again by themselves. See in the worker's log what they wait for, in the lines "
        "`transfer refused` and `transfer comes again`.",
        "operator",
        headline="has invoices that wait for too long",
    ),
    "INVOICE_CHANGED_AFTER_TRANSFER": Entry(
        "Invoice {number} is in Procountor already, as {there}. Since then it was changed in Severa, or put back into "
        "the waiting status.",
        "Decide which of the two is right. If it is the one in Severa, invalidate the one in Procountor: the gateway "
        "then transfers the invoice anew. If it is the one in Procountor, take the invoice out of the waiting status "
        "in Severa.",
        headline="was changed after its transfer",
    ),
    "INVOICE_COPIED": Entry(
        "The invoice that the gateway made of invoice {number} is invalidated in Procountor. A person made a copy of "
        "it there: {there}.",
        "If the copy replaces it, ask the operator to adopt the copy, or take the invoice out of the waiting status in "
        "Severa. If not, ask the operator to have the invoice created again.",
        headline="was copied in Procountor",
    ),
    "INVOICE_FROM_ELSEWHERE": Entry(
        "Procountor has {there} with the number {number}, and the gateway did not make it. It differs from the invoice "
        "in Severa: {differs}.",
        "Compare the two. If they are the same sale, ask the operator to adopt the one in Procountor: no other is "
        "made, and the status in Severa moves on. If they are two sales, ask the operator to have this one created too."
        "",
        headline="may be in Procountor already",
    ),
    "INVOICE_FROM_OTHER_INTEGRATION": Entry(
        "Procountor has {there} with the number {number}. Another integration made it after the gateway had taken over "
        "company {company}.",
        "Switch the other integration off. If the two are the same sale, adopt the one in Procountor (gateway adopt). "
        "If they are two sales, have this one created too (gateway create-anyway).",
        "operator",
        headline="may be in Procountor already",
    ),
    "INVOICE_INVALIDATED_MEANWHILE": Entry(
        "Invoice {number} was created in Procountor, as {there}, and is invalidated there.",
        "Decide whether the customer is to be invoiced. If so, change the invoice in Severa, or ask the operator to "
        "have it created again. If not, take it out of the waiting status in Severa.",
        headline="was invalidated in Procountor",
    ),
    "INVOICE_LATE": Entry(
        "Invoice {number} is in Procountor, as {there}, and nobody waits for it any more. Procountor executed a call "
        "that it had refused, or not answered for very long.",
        "If the invoice is right, put it into the status after transfer in Severa. If it is not wanted, invalidate it "
        "in Procountor.",
        headline="is in Procountor unexpectedly",
    ),
    "INVOICE_NOT_FOUND": Entry(
        "Invoice {number} was sent to Procountor three times. Procountor gave no clear answer, and the invoice isn't "
        "found there.",
        "Ask Procountor's support what became of it. The gateway looks for it once an hour and sends it no more. To "
        "have it sent once more, run gateway retry.",
        "operator",
        headline="may not have reached Procountor",
    ),
    "INVOICE_NOT_MARKED": Entry(
        "The gateway transferred invoice {number} as {there} of Procountor. That invoice no longer has the gateway's "
        "mark in its internal notes, so it may be another one.",
        "Look it up in Procountor. If it is this invoice, and its internal notes were changed, ask the operator to "
        "adopt it. If it is another one, ask the operator to have this one created. Until then nothing is done.",
        headline="can't be recognised in Procountor",
    ),
    "INVOICE_NUMBER_USED": Entry(
        "Procountor has {there} with the number {number}, and the gateway made it from another invoice of Severa.",
        "See in Severa whose number {number} is. If the other invoice is not wanted, invalidate its invoice in "
        "Procountor: the gateway then creates this one. If both are wanted, ask the operator to have this one created "
        "too.",
        headline="has a number that is in use already",
    ),
    "INVOICE_TWICE": Entry(
        "Invoice {number} is in Procountor more than once. The gateway knows {there}. Procountor also has {others}: "
        "copied there, or made twice by a call that Procountor had refused, or not answered for long.",
        "Look at {others} in Procountor. If nobody copied it on purpose, invalidate it. Leave {there} as it is.",
        headline="is in Procountor more than once",
    ),
    "NOT_YET_TRANSFERRED": Entry(
        "Invoice {number} has waited for more than {minutes} minutes without a result. {said}",
        "See in Severa whether its customer, its project and its rows are there and can be opened. Correct it, or take "
        "it out of the waiting status. Where all is well, tell the operator of the gateway. It is tried again by "
        "itself.",
        headline="has waited for too long",
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
        "Rows {rows} have the same amount of {sum} and the same VAT. Nothing tells which entry of the ledger receipt "
        "is which row's.",
        "Set accounts and dimensions of these entries by hand on the invoice's ledger receipt in Procountor, and ask "
        "the operator to adopt the invoice. Or give the rows sales accounts in Severa, and invalidate the invoice in "
        "Procountor to have it transferred anew.",
    ),
    "RECEIPT_DIFFERS": Entry(
        "The ledger receipt has {have} of {sum} with VAT {percent} % for {want} of the invoice: {rows}.",
        "See in Procountor what was changed on the invoice's ledger receipt. Set accounts and dimensions by hand "
        "there, and ask the operator to adopt the invoice. Or invalidate the invoice there to have it transferred anew."
        "",
    ),
    "RECEIPT_MISSING": Entry(
        "Invoice {number} is in Procountor, as {there}, and has no ledger receipt there. Its accounts and dimensions "
        "can't be written.",
        "Look the invoice up in Procountor, and ask Procountor's support.",
    ),
    "RECORD_TOO_LARGE": Entry(
        "Invoice {number} is too large for the message broker ({size} bytes).",
        "Raise kafka.max_record_bytes in the settings, run gateway topics apply, and start the workers again. Or have "
        "the invoice split in Severa.",
        "operator",
    ),
    "RECEIPT_REFUSED": Entry(
        "Procountor refused accounts and dimensions on the ledger receipt of invoice {number}: {said}. The receipt "
        "holds {count} items of the dimension {dimension}.",
        "Correct what Procountor names. If it is the number of items, set {count} or more in Procountor's usage "
        "settings, which limit the items of a dimension on one receipt.",
    ),
    "REGISTER_UNANSWERED": Entry(
        "Procountor was asked {rounds} times to make {object}, gave no clear answer and doesn't show it.",
        "Ask Procountor's support what became of it. The gateway looks for it once an hour and goes on once it is "
        "there. To have it made once more, run gateway retry.",
        "operator",
    ),
    "REGISTER_UNKNOWN": Entry(
        "It is not known yet whether Procountor made {object}.",
        "Nothing: the gateway looks first and then goes on.",
        "nobody",
    ),
    "SEVERA_REFUSED": Entry(
        "Severa refused it ({operation}): {said}",
        "See what Severa says. Where a right is missing, grant it to the gateway's client. Otherwise ask Severa's "
        "support.",
        "operator",
    ),
    "STATUS_NOT_MOVED": Entry(
        "Invoice {number} is in Procountor, as {there}. Severa doesn't let the gateway move its status to {status}.",
        "Move the status in Severa by hand, or correct what keeps it. It is tried again by itself.",
        headline="is in Procountor, and its status in Severa was not moved",
    ),
    "STEP_UNANSWERED": Entry(
        "Invoice {number} is in Procountor. Procountor gave no answer {rounds} times when the gateway attached its "
        "files or sent it.",
        "See in Procountor what the invoice lacks, and ask Procountor's support. The gateway looks again once an hour. "
        "To have it do the rest once more, run gateway retry.",
        "operator",
        headline="is in Procountor, perhaps without its files or not sent",
    ),
    "UNEXPECTED": Entry(
        "The gateway has a fault, or got an answer that it can't read ({kind}).",
        "See the worker's log for this document, and tell whoever maintains the gateway. It is tried again by itself.",
        "operator",
    ),
}
