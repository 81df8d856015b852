"""Print docs/fields.md from the field tables that the rules use: `make fields`."""

from __future__ import annotations

from pathlib import Path

from gateway.flows.sales_invoices.rules.fields import INVOICE, PARTNER, PRODUCT, ROW
from gateway.rules.codes.units import WORDS
from gateway.rules.fields import Field

PAGE = Path(__file__).parent.parent / "docs/fields.md"
HEAD = """# Fields

Where each field in Procountor comes from. This page is printed from `gateway/rules/fields.py`, the table that the
bodies are assembled from, by `make fields`; a test compares it.

- Names on the left are Procountor's, names on the right Severa's. A field without a value is left out.
- Texts take what Windows-1252 has. Other characters become the nearest (ş is s, ậ is â, Ж is Zh, ≤ is <=), else `?`;
  the outcome lists them (T2). What nobody sees (controls, zero widths) goes.
- Limits count characters of that text. A cut stands between characters that a reader sees, never in one; the outcome
  lists the field, its full length and what was kept (T1), of a long text the first 200 characters.
- What is refused is refused before anything is created, with a code of the error catalogue.
"""
RECEIPT = """## The ledger receipt

Accounts and dimensions go on the entries of the invoice's ledger receipt, which carry no row id
(`gateway/rules/dimensions.py`, D1-D4).

- An entry belongs to a row by its amount (the row's net, with the other sign) and VAT. Where several have both, the
  entry's description tells them apart, then its account.
- The receipt is in the company's currency: the net is divided by the rate that the invoice has in Procountor.
- What is left is taken in order, as long as every assignment gives the same books. Where one would change them, and
  where amounts don't match the rows, it is an error that names the rows; nothing is guessed.
- A row's sales account becomes the entry's account (L1); without one the booked account stays. So does a dimension that
  the settings don't name.
- Items that rows need and that aren't there are created (D5): a project by its number and name, a business unit by its
  code and name, a cost center by its number and Severa's name of it; each by its name where it has no number or code.
  [Which item](#items-of-dimensions) one is.
- A row's project is the invoice's only one, else that of the hours, fees and expenses that Severa bills with the row;
  its business unit is the project's. What Severa doesn't tell is left out, and the outcome says so.
- A row of several items of a dimension is split in proportion to their amounts; parts sum to the entry to the cent, and
  have its sign. What rounding leaves over goes to the parts that lost most by it, the first of equals.

### Items of dimensions

`sales.item_names` says how a new item is named: `{code}` (the default), `{name}` or `{code} {name}`, at most 255
characters. Where the name doesn't hold both, the description holds the other. What can't be held whole ends with a few
signs of its own, and a name that is taken with the code, so that two of Severa's are two of Procountor's.

An item that is there already is the one, an active one before a closed one, whose

1. name is the code, or code and name; the form of the settings first;
2. name begins with the code, then a space: `1001 Website renewal`, `1001 - Website`;
3. description is the code, and its name the name.

With `{name}`, where names may begin with any number, it is the one whose description is the code, else the one with the
very name and no other description, or with code and name. Where several are left it is an error that names them
(DIMENSION_ITEM_AMBIGUOUS).
"""
VAT = """## VAT statuses

A company's VAT statuses have numbers of their own, and change with the law. So the status is chosen from those that
the company uses for sales in Procountor (`gateway/rules/vat_statuses.py`, V1): by the number that the settings name for
the case, else by its description in English, Finnish or Swedish, word for word. A description that ends in a percentage
counts only with the general one of the invoice's date. None, or several: the invoice is refused before anything is
created. `gateway check` shows what is chosen.

| case | a row | status, in English |
|---|---|---|
| `domestic` | with VAT, wherever the customer is | Domestic |
| `domestic_zero` | without VAT, to the company's own country | Domestic |
| `reverse_charge` | the same, where Severa's invoice settings say reverse charge | Construction reverse VAT |
| `eu_goods` | goods without VAT, to another EU country | EU community sales (product) |
| `eu_services` | services without VAT, to another EU country | EU community sales (service) |
| `outside_eu` | without VAT, to a country outside the EU | Outside of the EU |
| `zero_rated` | the same, or the EU without a VAT number, where the settings say so | 0% VAT turnover |

- Hours, flat rates and travel expenses are services. A row of fees is what its product's type in Severa says: Materials
  is goods, FixedFees and Subcontracting are services; without a type, or with both, it is refused.
- A sale to another EU country without VAT needs the customer's VAT number of a country other than the company's own.
- Goods and services may stand on one invoice: a row's status overrides the head's.
- Åland is domestic to Finland and outside the EU to Sweden. The receiver's address decides, not the business id.

"""
ADDRESSES = """## Addresses

E-invoice address, operator and e-mail address are taken as people type them onto cards (`gateway/rules/addresses.py`,
E1, E2): blanks of every kind and what nobody sees go. What is left must have the form of what it begins like; an
address that can't be used is none: the invoice goes the next way (e-mail, else letter), and the outcome says why.

| text | taken |
|---|---|
| begins with 0037 | an OVT code: 0037, a Finnish business id with its check digit, up to five signs; hyphens go |
| begins like an IBAN | an IBAN with its check digits |
| another e-invoice address | letters, digits and `:._/@+-`, three signs or more, one of them a digit (GLN, Peppol) |
| operator | a BIC, an OVT code, or an operator's own code: with a digit, or capitals alone; never a name |
| e-mail | the first address of the text: `Name <a@x.fi>`, `mailto:a@x.fi`, `a@x.fi; b@x.fi` |

Of several e-mail addresses in a text one goes, since nothing says that Procountor's field takes more, and the outcome
says so.

Procountor doesn't send an e-invoice whose due date is today (in Finland) or past. Where the invoice is to be sent at
once (`sales.target_status: SENT`, S14) it is refused (EINVOICE_TOO_LATE); else it is made, and the outcome says so.

"""
UNITS = """## Units

Severa's unit is free text. These words are known, in any case, with or without a point, and Procountor's own names; any
other is PIECE, and the outcome says so. Without a unit a row of hours is HOUR, any other NO_UNIT.

| Procountor | words |
|---|---|
"""
TABLES = (
    ("The invoice", "`POST /invoices`", INVOICE),
    ("Its rows", "`invoiceRows[]`; rows keep Severa's order", ROW),
    ("A new customer", "`POST /businesspartners`, where the settings allow it (S3) and M1 finds none", PARTNER),
    ("A new product", "`POST /products`, where the settings allow it (S3), from the first row that needs it", PRODUCT),
)


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for title, told, table in TABLES:
        lines = ["| Procountor | from Severa | rule | limit | beyond it |", "|---|---|---|---|---|"]
        lines += [_line(one) for one in table]
        parts.append(f"## {title}\n\n{told}.\n\n" + "\n".join(lines) + "\n")
    units = "".join(f"| {name} | {words} |\n" for name, words in WORDS.items())
    return "\n".join([*parts, ADDRESSES + VAT, RECEIPT, UNITS]) + units


def _line(one: Field) -> str:
    limit = f"{one.limit} characters" if one.limit else f"{one.scale} decimals" if one.scale else one.bounds
    cells = (f"`{one.path}`", one.source, one.rule, limit, one.beyond or "")
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(page())
