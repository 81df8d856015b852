"""Print docs/errors.md from the error catalogue that mails and outcomes use: `make errors`."""

from __future__ import annotations

import re
from pathlib import Path

from gateway.errors import CATALOGUE

PAGE = Path(__file__).parent.parent / "docs/errors.md"
HEAD = """# Errors

Every code with what happened and what to do, in the words of mails and outcomes (B8). This page is printed from
`gateway/errors/texts/` by `make errors`; a test compares it.

- All that is found at once is told at once: what the invoice itself lacks; when that is well, what
  Procountor's registers lack. The mail lists each error; the same set of errors is not told again, a part of it is.
- A mail's subject ends with its code, or the first of several. *Names* in the texts stand for what the document has.
- Who acts: **finance** is a user of Severa or Procountor, **operator** whoever runs the gateway, **nobody**: it is
  tried again by itself. What comes again by itself stands in logs, not in mails; `gateway check` may show it.
- A mail goes to whoever acts: to the company's recipients, or to the operator's addresses (`error_mail` in the
  [settings](settings.md)); where one has none, to the other. What concerns a whole company or business unit is the
  operator's.
- What finance has mended is tried again by itself, at the latest after an hour; [operations](operations.md) has the
  commands, what a hold is, and when it ends.

| code | what happened | what to do | who acts |
|---|---|---|---|
"""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(
        f"| `{code}` | {_plain(one.what)} | {_plain(one.remedy)} | {one.who} |\n" for code, one in CATALOGUE.items()
    )


def _plain(text: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: f"*{found[1].replace('_', ' ')}*", text).replace("|", r"\|")


if __name__ == "__main__":
    PAGE.write_text(page())
