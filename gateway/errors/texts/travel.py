"""Errors of travel reimbursements: the person, the lines and their codes (R1, R2, R4, P4)."""

from __future__ import annotations

from gateway.errors.texts.entry import Entry

TRAVEL: dict[str, Entry] = {
    "REIMBURSEMENT_NUMBER_MISSING": Entry(
        "A travel reimbursement of {user} is ready for transfer but has no number.",
        "Open the reimbursement in Severa and save it again, so that it gets its number.",
    ),
    "REIMBURSEMENT_DATE_MISSING": Entry(
        "Travel reimbursement {number} of {user} has no date.",
        "Fill in the date of the reimbursement in Severa.",
    ),
    "USER_NAME_MISSING": Entry(
        "The user of travel reimbursement {number} has no name in Severa.",
        "Fill in the name on the user's card in Severa.",
    ),
    "REIMBURSEMENT_EMPTY": Entry(
        "Travel reimbursement {number} of {user} has no expenses to pay back.",
        "Add the expenses in Severa, or take the reimbursement out of the status that starts the transfer.",
    ),
    "REIMBURSEMENT_TOTAL_DIFFERS": Entry(
        "The expenses of travel reimbursement {number} add up to {lines}, but its total in Severa is {total}.",
        "Check the expenses in Severa: each needs its quantity and its price. Then save the reimbursement again.",
    ),
    "PERSONAL_ID_MISSING": Entry(
        "User {user} has no personal identity number in Severa. Procountor needs it to know the person.",
        "Fill in the personal identity number on the user's card in Severa.",
    ),
    "PERSONAL_ID_INVALID": Entry(
        "The personal identity number of user {user} in Severa is wrong: it is neither a Finnish nor a Swedish one, or "
        "its check digit is wrong.",
        "Correct the personal identity number on the user's card in Severa. In a Finnish company, write a Swedish "
        "number with its century (twelve digits).",
    ),
    "PERSON_ACCOUNT_MISSING": Entry(
        "User {user} has no bank account in Severa, so nothing could be paid.",
        "Fill in the bank account (IBAN) on the user's card in Severa.",
    ),
    "PERSON_ACCOUNT_INVALID": Entry(
        "The bank account of user {user} in Severa is not a valid IBAN.",
        "Correct the bank account on the user's card in Severa: an IBAN such as FI21 1234 5600 0007 85.",
    ),
    "PERSON_MISSING": Entry(
        "Procountor has no person with the personal identity number of user {user}.",
        "Add the person with this number to Procountor's person register, or ask the operator to let the gateway "
        "create persons (the section people in the settings).",
    ),
    "PERSON_INACTIVE": Entry(
        "The person with the personal identity number of user {user} is inactive in Procountor.",
        "Activate the person in Procountor's person register. The gateway has created no second person.",
    ),
    "PERSON_AMBIGUOUS": Entry(
        "Procountor has {count} persons with the personal identity number of user {user} (ids {ids}).",
        "Inactivate all of them except the right one in Procountor's person register.",
    ),
    "TRAVEL_DATE_MISSING": Entry(
        "Line {row} ({text}) has no date.",
        "Fill in the date of the expense in Severa.",
    ),
    "TRAVEL_CODE_MISSING": Entry(
        "Line {row} ({text}) has no travel code: its travel expense type {type} has none in Severa.",
        "Fill in the code of the travel expense type in Severa. A default code never stands in for it, since "
        "allowances are reported to the tax administration by their code.",
    ),
    "TRAVEL_CODE_UNKNOWN": Entry(
        "Line {row} ({text}) has the travel code {product}, which Procountor's travel register doesn't have.",
        "Add the code to Procountor's travel register, or correct the code of the travel expense type in Severa.",
    ),
    "TRAVEL_CODE_NOT_VALID": Entry(
        "Line {row} ({text}) is of {day}, but the travel code {product} is not valid on that day in Procountor: "
        "{there}.",
        "Add the code of that year to Procountor's travel register, or correct the date or the code in Severa.",
    ),
    "TRAVEL_CODE_AMBIGUOUS": Entry(
        "Line {row} ({text}) of {day} has the travel code {product}, which is valid more than once on that day in "
        "Procountor: {there}.",
        "End all but one of them before that day in Procountor's travel register.",
    ),
    "TRAVEL_PRICE_DIFFERS": Entry(
        "Line {row} ({text}) has the price {price}, but the travel code {product} has {register} in Procountor "
        "({there}).",
        "Correct the price of the line or of the travel expense type in Severa, or the code in Procountor's travel "
        "register.",
    ),
    "TRAVEL_UNIT_DIFFERS": Entry(
        "Line {row} ({text}) is counted in {unit}, but the travel code {product} in {register} in Procountor "
        "({there}).",
        "Correct the unit of the travel expense type in Severa, or the code in Procountor's travel register.",
    ),
    "TRAVEL_QUANTITY_WRONG": Entry(
        "Line {row} ({text}) has the quantity {quantity}. An allowance has a quantity above 0 with at most 4 decimals.",
        "Correct the quantity of the line in Severa.",
    ),
    "TRAVEL_VAT_ON_ALLOWANCE": Entry(
        "Line {row} ({text}) is an allowance with {percent} % VAT. Allowances have none.",
        "Correct the purchase VAT of the travel expense type in Severa.",
    ),
    "TRAVEL_VAT_NOT_IN_USE": Entry(
        "Line {row} ({text}) has {percent} % purchase VAT, which the company doesn't use in Procountor (in use: "
        "{used}).",
        "Correct the purchase VAT of the line in Severa, or take the percentage into use in Procountor.",
    ),
    "TRAVEL_CURRENCY_MIXED": Entry(
        "Line {row} ({text}) is in {other}, but the reimbursement is in {currency}.",
        "Enter the line in {currency} in Severa.",
    ),
    "CIRCULATION_MISSING": Entry(
        "Procountor doesn't let the gateway move travel invoices on (step: {operation}): {said}",
        "Set up the circulation of travel invoices in Procountor, and give the gateway's user the right to it. Or set "
        "travel.target_status to UNFINISHED in the settings.",
        "operator",
    ),
    "TRAVEL_ADDON_MISSING": Entry(
        "Severa doesn't let the gateway read travel reimbursements of organisation {organisation}: {said}. The travel "
        "reimbursements of company {company} are not transferred; everything else is.",
        "Switch on travel reimbursements in Severa and give the API client the scopes travels:read, travels:write and "
        "users:read. Or take the section `travel` out of the settings.",
        "operator",
    ),
}
