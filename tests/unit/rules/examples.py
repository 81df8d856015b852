"""Reading examples/invoices: YAML whose numbers are exact and whose words are words."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from gateway.documents import SalesInvoice
from gateway.http.messages import Response
from gateway.rules.terms import CompanyTerms, DefaultCodes
from gateway.severa import responses

FOLDER = Path(__file__).parents[3] / "examples/invoices"
Json = dict[str, Any]


class _Loader(yaml.SafeLoader):
    """Numbers with a point are Decimal; dates, and words such as no and on, stay text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, how) for tag, how in known if tag.rsplit(":", 1)[1] not in ("timestamp", "bool")]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", yaml.resolver.re.compile("^(true|false)$"), list("tf"))
_Loader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: Decimal(node.value))


@dataclass(frozen=True, slots=True)
class Example:
    """One file. `company` is what the settings and registers say, `severa` and `procountor` the two sides."""

    name: str
    tree: Json
    company: Json

    @property
    def invoice(self) -> SalesInvoice:
        """As the poll reads it: head, rows in order, card."""
        said = self.tree["severa"]
        head = responses.invoice(_answer(said["invoice"]))
        rows = sorted((responses.row(_answer(one)) for one in said["rows"]), key=lambda row: (row.position, row.id))
        return replace(head, rows=tuple(rows), customer=responses.customer(_answer(said["customer"])))

    @property
    def terms(self) -> CompanyTerms:
        """Terms of its company, with the example's own settings."""
        given = {**self.company, **self.tree.get("settings", {})}
        return CompanyTerms(
            country=given["country"],
            currency=given["currency"],
            iban=given["iban"],
            default_codes=DefaultCodes(**given["default_codes"]),
            send_by_email=given["send_by_email"],
            may_create_partners=True,
            may_create_products=True,
            vat_percents=frozenset(map(Decimal, given["vat_percents"])),
        )


@cache
def examples() -> dict[str, Example]:
    """All of them by name."""
    companies = _read(FOLDER / "companies.yaml")
    trees = {path.stem: _read(path) for path in sorted(FOLDER.glob("[0-9]*.yaml"))}
    return {name: Example(name, tree, companies[tree["company"]]) for name, tree in trees.items()}


def _read(path: Path) -> Json:
    tree: Json = yaml.load(path.read_text(encoding="utf-8"), _Loader)
    return tree


def _answer(tree: Json) -> Any:
    """The object by way of the bytes of an answer."""
    return Response(200, {}, json.dumps(tree, default=float).encode()).json()
