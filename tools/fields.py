"""Print docs/fields.md from the field tables that the rules use: `make fields`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gateway.flows.purchase_invoices.rules.fields import FEE
from gateway.flows.sales_invoices.rules.fields import INVOICE, PARTNER, PRODUCT, ROW
from gateway.flows.travel_reimbursements.rules import fields as travel
from gateway.rules.codes.units import WORDS
from gateway.rules.fields import Field
from gateway.rules.persons import FOLLOWED, GIVEN

PAGE = Path(__file__).parent.parent / "docs/fields.md"
HEAD = """# Fields

Where each field that the gateway writes comes from. `make fields` prints this page from the tables that the bodies are
assembled from (`gateway/flows/*/rules/fields.py`); a test compares it.

- Names on the left are Procountor's, names on the right Severa's; of a project fee the other way round. A field without
  a value is left out.
- Texts have the characters of Windows-1252. Other characters become the nearest ones (ş is s, ậ is â, Ж is Zh, ≤ is
  <=), otherwise `?`; the outcome lists them (T2). Invisible characters (controls, zero widths) are removed.
- Limits count the characters of that text. Texts are cut between characters that a reader sees, never within one. The
  outcome lists the field, its full length and what was kept (T1), at most the first 200 characters.
- An invoice is refused before anything is created, with a code of the [error catalogue](errors.md).
"""
RECEIPT = """## The ledger receipt

Accounts and dimensions are written on the entries of the invoice's ledger receipt, which have no row id
(`gateway/rules/dimensions.py`, D1-D4).

- An entry belongs to the row with its amount (the row's net, with the opposite sign) and VAT. If several rows have
  both, the entry's description decides, then its account.
- The receipt is in the company's currency: the net is divided by the rate that the invoice has in Procountor.
- The rest is matched in order, if every assignment gives the same books. If one would change the books, or amounts
  don't match the rows, it is an error that names the rows; nothing is guessed.
- A row's sales account becomes the entry's account (L1); without one, the booked account stays. Dimensions that the
  settings don't name stay too.
- Missing items that rows need are created (D5): a project by its number and name, a business unit by its
  code and name, a cost center by its number and its name in Severa; each by its name if it has no number or code.
  [Which existing item](#items-of-dimensions) counts is explained below.
- A row's project is the invoice's only project, otherwise the project of the hours, fees and expenses that the row
  bills; its business unit is the project's. What Severa doesn't show is left out, and the outcome says so.
- A row with several items of a dimension is divided in proportion to their amounts. The parts sum to the entry to the
  cent and have its sign. The rest from rounding goes to the parts that lost most by it, the first of equals.

### Items of dimensions

`sales.item_names` decides the name of a new item: `{code}` (the default), `{name}` or `{code} {name}`, at most 255
characters. If the name doesn't contain both, the description contains the other. A text that is too long ends with a
few distinguishing characters, and a name that is taken ends with the code, so that two items in Severa are two items in
Procountor.

An existing item counts, an active one before a closed one, if

1. its name is the code, or code and name; the form of the settings first;
2. its name begins with the code, then a space: `1001 Website renewal`, `1001 - Website`;
3. its description is the code, and its name is the name.

With `{name}`, names may begin with any number. Then an item counts if its description is the code, otherwise if it has
exactly this name and no other description, or code and name. If several items match, it is an error that names them
(DIMENSION_ITEM_AMBIGUOUS).

Where the section `dimensions` names a dimension, its items follow Severa's registers (F4), by
`POST /dimensions/{id}/items` and `PUT /dimensions/{id}/items`:

- `codeName` and `description`: number and name of a project, identifier and name of a cost center, code and name of a
  business unit, as above, by `dimensions.item_names`; changed when they change in Severa.
- `status`: `P` when the project is closed, when a cost center or unit is inactive, and when the object is gone from
  Severa or belongs to another company; left out otherwise.

An item keeps its id, so it is the same item with another name. An object that is closed before it has an item gets
none. Objects with one code share an item, which is open as long as one of them is.
[ADR 30](adr/0030-items-that-people-changed-by-hand.md) says what stays that people changed by hand.
"""
VAT = """## VAT statuses

A company's VAT statuses have numbers of their own and change with the law. So the status is chosen from those that the
company uses for sales in Procountor (`gateway/rules/vat_statuses.py`, V1): by the number that the settings name for
the case, otherwise by its description in English, Finnish or Swedish, word for word. A description that ends in a
percentage counts only with the general percentage on the invoice's date. If none or several match, the invoice is
refused before anything is created. `gateway check` shows the chosen statuses.

| case | a row | status, in English |
|---|---|---|
| `domestic` | with VAT, wherever the customer is | Domestic |
| `domestic_zero` | without VAT, to the company's own country | Domestic |
| `reverse_charge` | the same, if Severa's invoice settings say reverse charge | Construction reverse VAT |
| `eu_goods` | goods without VAT, to another EU country | EU community sales (product) |
| `eu_services` | services without VAT, to another EU country | EU community sales (service) |
| `outside_eu` | without VAT, to a country outside the EU | Outside of the EU |
| `zero_rated` | the same, or the EU without a VAT number, if the settings say so | 0% VAT turnover |

- Hours, flat rates and travel expenses are services. For a row of fees, its product's type in Severa decides: Materials
  means goods, FixedFees and Subcontracting mean services; without a type, or with both, the invoice is refused.
- A sale to another EU country without VAT needs the customer's VAT number from another country than the company's.
- An invoice may have goods and services: a row's status overrides the head's.
- Åland is domestic to Finland and outside the EU to Sweden. The receiver's address decides, not the business id.

"""
ADDRESSES = """## Addresses

E-invoice address, operator and e-mail address are read as people type them on cards (`gateway/rules/addresses.py`, E1,
E2): blanks of every kind and invisible characters are removed. The rest must have the form that its beginning claims.
If an address can't be used, the invoice is sent the next way (e-mail, then letter), and the outcome says why.

| text | accepted |
|---|---|
| begins with 0037 | an OVT code: 0037, a Finnish business id with check digit, up to five characters; no hyphens |
| begins like an IBAN | an IBAN with its check digits |
| another e-invoice address | at least three letters, digits and `:._/@+-`, one of them a digit (GLN, Peppol) |
| operator | a BIC, an OVT code, or an operator's own code: with a digit, or in capitals only; never a name |
| e-mail | the first address of the text: `Name <a@x.fi>`, `mailto:a@x.fi`, `a@x.fi; b@x.fi` |

Of several e-mail addresses in a text only one is used, since nothing says that Procountor's field accepts more; the
outcome says so.

Procountor doesn't send an e-invoice whose due date is today (in Finland) or past. If the invoice must be sent at once
(`sales.target_status: SENT`, S14), it is refused (EINVOICE_TOO_LATE); otherwise it is created, and the outcome says so.

"""
UNITS = """## Units

Severa's unit is free text. These words are recognised, in any case, with or without a point, and so are Procountor's
own names. Any other text is PIECE, and the outcome says so. Without a unit, a row of hours is HOUR, any other row
NO_UNIT.

| Procountor | words |
|---|---|
"""
FEES = """## The project fee

`POST /v1/projectfees`, for one project's share of one ledger receipt entry of a purchase invoice (F3, U1). Only entries
of rows count (`ENTRY`), and of their dimensions only the one that `purchases.project_dimension` names.

"""
IDENTITY = """
- The invoice counts in the statuses APPROVED, PAYMENT_QUEUED, PAYMENT_SENT_TO_BANK, PARTLY_PAID, PAID and MARKED_PAID.
  In any other status its fees are deleted.
- A receipt that is dated before `purchases.receipts_from` is left out, unless the gateway has created its fees already.
- The project's business unit must be the company's (decision 13): no project of another company gets a cost.
- A long description is cut before its marker.
- The item says the project's number: at the start of its name, before a space, otherwise as its description; with
  `purchases.item_name: {name}`, as its description, otherwise as its whole name.
- A share that changed or moved replaces its fee; what users filled in on the fee stays
  ([ADR 29](adr/0029-a-correction-replaces-the-fee.md)). [ADR 28](adr/0028-which-share-is-which-fee.md) says which share
  is which fee when Procountor creates the receipt again.
- A fee on a customer's invoice, and a fee of a closed project, is left alone: the error says what differs.

"""
TABLES = (
    ("The invoice", "`POST /invoices`", INVOICE),
    ("Its rows", "`invoiceRows[]`; rows keep Severa's order", ROW),
    ("A new customer", "`POST /businesspartners`, if the settings allow it (S3) and M1 finds none", PARTNER),
    ("A new product", "`POST /products`, if the settings allow it (S3), from the first row that needs it", PRODUCT),
    ("The travel invoice", "`POST /invoices`, for a travel reimbursement (F2)", travel.INVOICE),
    ("Its travel information", "`travelInformationItems[]`", travel.TRAVEL),
    ("Its lines", "`invoiceRows[]`; lines are in the order of their days", travel.ROW),
    ("A person", "`POST` and `PUT /persons` (S12): follows its user ([ADR 32](adr/0032-people.md))", FOLLOWED),
    ("A new person", "`POST /persons`, if nobody has the number: what Procountor requires besides", GIVEN),
)


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for title, intro, table in TABLES:
        parts.append(f"## {title}\n\n{intro}.\n\n" + _table("Procountor", "Severa", table))
    parts.append(FEES + _table("Severa", "Procountor", FEE) + IDENTITY)
    units = "".join(f"| {name} | {words} |\n" for name, words in WORDS.items())
    return "\n".join([*parts, ADDRESSES + VAT, RECEIPT, UNITS]) + units


def _table(ours: str, theirs: str, table: Sequence[Field]) -> str:
    lines = [f"| {ours} | from {theirs} | rule | limit | beyond it |", "|---|---|---|---|---|", *map(_line, table)]
    return "\n".join(lines) + "\n"


def _line(one: Field) -> str:
    limit = f"{one.limit} characters" if one.limit else f"{one.scale} decimals" if one.scale else one.bounds
    cells = (f"`{one.path}`", one.source, one.rule, limit, one.beyond or "")
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(page())
