"""Errors of what Procountor has already: a person decides which invoice is right (decision 11).

`there` is the invoice in Procountor as its users know it, by its number; ids are for machines.
"""

from __future__ import annotations

from gateway.errors.texts.entry import Entry

FOUND: dict[str, Entry] = {
    "INVOICE_FROM_ELSEWHERE": Entry(
        "Procountor has {there} with the number {number}, and the gateway did not create it. It differs from the "
        "{document} in Severa: {differs}.",
        "Compare the two. If they are the same sale, ask the operator to link the invoice in Procountor (`gateway "
        "adopt`): no second invoice is created, and the status in Severa moves on. If they are two sales, ask the "
        "operator to create this one too (`gateway create-anyway`).",
        headline="may be in Procountor already",
    ),
    "INVOICE_FROM_OTHER_INTEGRATION": Entry(
        "Procountor has {there} with the number {number}. Another integration created it after the gateway had taken "
        "over company {company}.",
        "Switch the other integration off. If the two are the same sale, link the invoice in Procountor (`gateway "
        "adopt`). If they are two sales, create this one too (`gateway create-anyway`).",
        "operator",
        headline="may be in Procountor already",
    ),
    "INVOICE_NUMBER_USED": Entry(
        "Procountor has {there} with the number {number}, and the gateway created it from another {document} of "
        "Severa.",
        "Check in Severa which {document} has the number {number}. If the other invoice is not wanted, invalidate "
        "{there} in Procountor: the gateway then creates this one. If both are wanted, ask the operator to create this "
        "one too (`gateway create-anyway`).",
        headline="has a number that is in use already",
    ),
    "INVOICE_CHANGED_AFTER_TRANSFER": Entry(
        "{Document} {number} is in Procountor already, as {there}. After its transfer it was changed in Severa, or put "
        "back into the status that starts the transfer.",
        "Decide which version is right. If it is the one in Severa, invalidate {there} in Procountor: the gateway then "
        "transfers the {document} again. If it is the one in Procountor, take the {document} out of the status that "
        "starts the transfer in Severa.",
        headline="was changed after its transfer",
    ),
    "INVOICE_INVALIDATED_MEANWHILE": Entry(
        "{Document} {number} was created in Procountor, as {there}, and is invalidated there.",
        "Decide whether the customer should be invoiced. If so, change the {document} in Severa, or ask the operator "
        "to create it again (`gateway create-anyway`). If not, take the {document} out of the status that starts the "
        "transfer in Severa.",
        headline="was invalidated in Procountor",
    ),
    "INVOICE_COPIED": Entry(
        "The invoice that the gateway created from {document} {number} is invalidated in Procountor. A person made a "
        "copy of it there: {there}.",
        "If the copy replaces it, ask the operator to link the copy (`gateway adopt`), or take the {document} out of "
        "the status that starts the transfer in Severa. If not, ask the operator to create the invoice again (`gateway "
        "create-anyway`).",
        headline="was copied in Procountor",
    ),
    "INVOICE_NOT_MARKED": Entry(
        "The gateway transferred {document} {number} as {there} of Procountor. The internal notes of {there} no longer "
        "contain the gateway's mark, so it may be another invoice.",
        "Open {there} in Procountor. If it is this invoice, and someone changed its internal notes, ask the operator "
        "to link it (`gateway adopt`). If it is another invoice, ask the operator to create this one (`gateway "
        "create-anyway`). Until then the gateway changes nothing.",
        headline="can't be recognised in Procountor",
    ),
    "INVOICE_TWICE": Entry(
        "{Document} {number} is in Procountor more than once. The gateway knows {there}. Procountor also has {others}: "
        "a person copied the invoice, or Procountor executed a call that it had rejected, or not answered for long.",
        "Look at {others} in Procountor. If nobody copied it on purpose, invalidate it. Leave {there} as it is.",
        headline="is in Procountor more than once",
    ),
    "INVOICE_LATE": Entry(
        "Procountor created {there} from {document} {number} after the gateway had stopped waiting for it: Procountor "
        "had rejected the call, or had not answered it for a long time. The {document} is no longer in the status that "
        "starts the transfer.",
        "If the invoice is right, put it into the status after transfer in Severa. If it is not wanted, invalidate it "
        "in Procountor.",
        headline="is in Procountor unexpectedly",
    ),
    "ADOPT_IMPOSSIBLE": Entry(
        "{Document} {number} could not be linked to {there} of Procountor, as the operator asked. That invoice doesn't "
        "exist in Procountor, is invalidated there, or belongs to another {document} in Severa.",
        "Find the right invoice in Procountor, and tell the operator which one it is. Nothing was changed.",
        headline="can't be linked",
    ),
}
