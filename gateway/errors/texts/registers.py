"""Errors of products, accounts and dimensions, and of the ledger receipt that has them."""

from __future__ import annotations

from gateway.errors.texts.entry import Entry

REGISTERS: dict[str, Entry] = {
    "PRODUCT_MISSING": Entry(
        "Row {row} ({text}) has the code {product}, which Procountor's product register doesn't have.",
        "Add the product {product} in Procountor, or correct the code in Severa. Or ask the operator to let the "
        "gateway create products (create_products in the settings).",
    ),
    "PRODUCT_INACTIVE": Entry(
        "Row {row} ({text}) has the code {product}, which is inactive in Procountor's product register.",
        "Activate the product in Procountor, or correct the code in Severa. The gateway has created no second product.",
    ),
    "PRODUCT_CODE_WRONG": Entry(
        "Row {row} ({text}) has the code {product}, which Procountor can't store: a code has at most 40 characters, "
        "all of them Western European.",
        "Correct the code of the product, work type or travel expense in Severa.",
    ),
    "ACCOUNT_MISSING": Entry(
        "Row {row} ({text}) has the sales account {account}, which Procountor's chart of accounts doesn't have.",
        "Add the account in Procountor, or correct the row's sales account in Severa.",
    ),
    "DIMENSION_MISSING": Entry(
        "The settings name the dimension {dimension}. Procountor must have exactly 1 dimension with this name, and has "
        "{count}. Dimensions in Procountor: {there}.",
        "Create or rename dimensions in Procountor until exactly 1 has this name, or correct the name in the settings.",
        "operator",
    ),
    "DIMENSION_ITEM_CLOSED": Entry(
        "Row {row} ({text}) belongs to the {axis} {item}, which is closed in Procountor's dimension {dimension}.",
        "Reopen the item {item} in Procountor, or choose another {axis} for the row in Severa.",
    ),
    "DIMENSION_ITEM_AMBIGUOUS": Entry(
        "Several items of Procountor's dimension {dimension} match {item}: {names}.",
        "Close all of them except the right item in Procountor, or rename the others so that they don't begin with "
        "{item}.",
    ),
    "DIMENSION_CHANGES_TOO_MANY": Entry(
        "The gateway would close {closing} and rename {renaming} items of Procountor's dimension {dimension}, {count} "
        "of {items} in all. It has changed none of them: so many changes at once are more often a mistake than meant.",
        "Look in Severa whether so many projects, cost centers or business units were closed or renamed on purpose. If "
        "so, run `gateway release`. If not, correct them in Severa.",
        "operator",
    ),
    "DIMENSION_ITEM_UNANSWERED": Entry(
        "Procountor answered none of {rounds} attempts to change the item {item} of the dimension {dimension}, and "
        "shows no change.",
        "Change the item in Procountor by hand, as its object is in Severa. The gateway retries every hour.",
    ),
    "SPLIT_IMPOSSIBLE": Entry(
        "Row {row} ({text}) adds up positive and negative amounts of several projects, units or cost centers. "
        "Procountor divides a row among them only if all amounts have the same sign.",
        "Put the negative amounts (deductions) on a row of their own in Severa.",
    ),
    "RECEIPT_DIFFERS": Entry(
        "The ledger receipt has {have} of {sum} with VAT {percent} % for {want} of the invoice: {rows}.",
        "Check in Procountor what was changed on the invoice's ledger receipt. Set accounts and dimensions by hand "
        "there, and ask the operator to link the invoice (`gateway adopt`). Or invalidate the invoice there: the "
        "gateway then transfers it again.",
    ),
    "RECEIPT_AMBIGUOUS": Entry(
        "Rows {rows} have the same amount of {sum} and the same VAT. The gateway can't tell which entry of the ledger "
        "receipt belongs to which row.",
        "Set the accounts and dimensions of these entries by hand on the invoice's ledger receipt in Procountor, and "
        "ask the operator to link the invoice (`gateway adopt`). Or give the rows sales accounts in Severa, and "
        "invalidate the invoice in Procountor: the gateway then transfers it again.",
    ),
    "RECEIPT_REFUSED": Entry(
        "Procountor rejected the accounts and dimensions of {document} {number} on its ledger receipt: {said}. The "
        "receipt has {count} items of the dimension {dimension}.",
        "Fix what the message names. If it is the number of items, set {count} or more in Procountor's usage settings, "
        "which limit the items of a dimension per receipt.",
    ),
    "RECEIPT_MISSING": Entry(
        "{Document} {number} is in Procountor, as {there}, but has no ledger receipt there. The gateway can't write "
        "its accounts and dimensions.",
        "Open {there} in Procountor, and ask Procountor's support.",
    ),
    "REGISTER_UNANSWERED": Entry(
        "The gateway asked Procountor {rounds} times to create {object}. Procountor gave no clear answer, and doesn't "
        "show it.",
        "Ask Procountor's support what became of the calls. The gateway looks once an hour, and continues when "
        "{object} is there. To have it created once more, run `gateway retry`.",
        "operator",
    ),
    "REGISTER_UNKNOWN": Entry(
        "The gateway doesn't know yet whether Procountor created {object}.",
        "Nothing: the gateway looks in Procountor first, then continues.",
        "nobody",
    ),
}
