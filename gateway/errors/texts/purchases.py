"""Errors of purchase invoices: the project of an allocation, and its fee in Severa (U2-U4).

`number` is Procountor's number of the purchase invoice; {invoice} is the customer's invoice in Severa.
"""

from __future__ import annotations

from gateway.errors.texts.entry import Entry

PURCHASES: dict[str, Entry] = {
    "PROJECT_NUMBER_MISSING": Entry(
        "Purchase invoice {number} of {supplier} allocates {amount} to the item {item} of Procountor's project "
        "dimension. The item names no project number of Severa.",
        "Allocate the amount to another item in Procountor, or write the project's number into the item's name or "
        "description.",
        headline="names no project",
    ),
    "PROJECT_UNKNOWN": Entry(
        "Purchase invoice {number} of {supplier} allocates {amount} to the item {item} in Procountor. Severa has no "
        "project with the number {project}.",
        "Allocate the amount to another project in Procountor, or correct the number in the item's name. If the "
        "project exists in Severa, give the gateway's API client the right to see it.",
        headline="names a project that Severa doesn't have",
    ),
    "PROJECT_AMBIGUOUS": Entry(
        "Purchase invoice {number} of {supplier} allocates {amount} to the item {item} in Procountor. Severa has "
        "{count} projects with the number {project}.",
        "Give each of these projects a number of its own in Severa.",
        headline="names a project number that several projects have",
    ),
    "PROJECT_ELSEWHERE": Entry(
        "Purchase invoice {number} of {supplier} allocates {amount} to the item {item} in Procountor. In Severa, the "
        "project {project} belongs to {unit}, so not to this company.",
        "Allocate the amount to a project of this company in Procountor. If the project is this company's, correct its "
        "business unit in Severa.",
        headline="names a project of another company",
    ),
    "PROJECT_CLOSED": Entry(
        "Purchase invoice {number} of {supplier}: {amount} belong to the project {project}, which is closed in Severa. "
        "So the project fee is not {step}.",
        "Open the project in Severa: the gateway retries every hour, and you can close it again afterwards. Or "
        "allocate the amount to another project in Procountor.",
        headline="belongs to a closed project",
    ),
    "FEE_BILLED": Entry(
        "The cost of purchase invoice {number} of {supplier} was changed in Procountor, but its project fee {fee} is "
        "on {invoice} to a customer already. The fee still has: {differs}.",
        "Decide whether the customer's invoice is right. If it can still be changed, take the fee off it in Severa: "
        "the gateway then corrects the fee. If not, add a project fee with the difference in Severa by hand.",
        headline="was changed after it was billed",
    ),
    "FEE_BILLED_WITHDRAWN": Entry(
        "The project fee {fee} of project {project} must go, since {why} (purchase invoice {number} of {supplier}, "
        "{amount}). But the fee is on {invoice} to a customer already, so the gateway leaves it.",
        "Decide whether the customer should pay it. If not, take the fee off the invoice in Severa: the gateway then "
        "deletes the fee. If the cost is wrong but billed, add a project fee with the opposite cost by hand.",
        headline="was billed, but doesn't count any more",
    ),
    "FEE_UNANSWERED": Entry(
        "The project fee of {amount} from purchase invoice {number} of {supplier} may not be {step} in Severa: Severa "
        "did not answer in {rounds} attempts.",
        "The gateway looks for the fee in Severa once an hour, and goes on once it finds it. If Severa works and the "
        "fee is still missing, create it with `gateway create-anyway`.",
        "operator",
        headline="is in doubt",
    ),
    "FEE_DELETED": Entry(
        "The project fee of {amount} from purchase invoice {number} of {supplier} was created for project {project}, "
        "and is no longer in Severa: a user deleted it, or the line in its description that begins with procountor:.",
        "If the cost doesn't belong to the project, remove its allocation in Procountor. If the fee was deleted by "
        "mistake, ask the operator to create it again (`gateway create-anyway`).",
        headline="was deleted in Severa",
    ),
    "FEE_TWICE": Entry(
        "The project fee {name} is in Severa {count} times (projects: {projects}). A user copied it, or Severa "
        "executed a call that it had not answered.",
        "Look at these fees in Severa and delete all but the right one. If a copy is wanted, remove the line that "
        "begins with procountor: from its description.",
        headline="is in Severa more than once",
    ),
    "FEE_SCOPES_MISSING": Entry(
        "The gateway's API client in Severa lacks scopes of project fees (step: {operation}): {named}. Purchase "
        "invoices are not transferred to projects; everything else is.",
        "Ask an administrator of Severa to give the API client the scopes projects:read, fees:read, fees:write and "
        "fees:delete. Or take the section `purchases` out of the settings.",
        "operator",
    ),
}
