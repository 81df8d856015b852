"""Print docs/fields.md from the field tables that the rules use: `make fields`."""

from __future__ import annotations

from pathlib import Path

from gateway.rules.fields import INVOICE, PARTNER, PRODUCT, ROW, Field

PAGE = Path(__file__).parent.parent / "docs/fields.md"
HEAD = """# Fields

Where each field in Procountor comes from. This page is printed from `gateway/rules/fields.py`, the table that the
bodies are assembled from, by `make fields`; a test compares it.

- Names on the left are Procountor's, names on the right Severa's. A field without a value is left out.
- Texts take what Windows-1252 has. Other characters become the nearest (ş is s, ậ is â, Ж is Zh, ≤ is <=), else `?`;
  the outcome lists them (T2). What nobody sees (controls, zero widths) goes.
- Limits count characters of that text. A cut stands between characters that a reader sees, never in one; the outcome
  lists the field, its full length and how much was kept (T1).
- What is refused is refused before anything is created, with a code of the error catalogue.
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
    return "\n".join(parts)


def _line(one: Field) -> str:
    limit = f"{one.limit} characters" if one.limit else f"{one.scale} decimals" if one.scale else one.bounds
    cells = (f"`{one.path}`", one.source, one.rule, limit, one.beyond or "")
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(page())
