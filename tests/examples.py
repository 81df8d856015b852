"""Reading examples/invoices: YAML whose numbers are exact and whose words are words."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any

import yaml

from gateway.documents import SalesInvoice
from gateway.http.messages import Response
from gateway.rules.profile import CompanyProfile, DefaultCodes
from gateway.rules.rates import NOT_COMPARED, KnownRates
from gateway.rules.vat_statuses import VatStatus, VatTerms
from gateway.sandbox.world.demo_rates import RATES
from gateway.severa import responses

FOLDER = Path(__file__).parents[1] / "examples/invoices"
Json = dict[str, Any]

#: Hours, fees and expenses behind the rows of an invoice, by the end of their path in Severa's API.
BEHIND = ("workhours", "projectfees", "reimbursedworkhours", "reimbursedprojectfees")


class _Loader(yaml.SafeLoader):
    """Numbers with a point are Decimal; dates, and words such as no and on, stay text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, how) for tag, how in known if tag.rsplit(":", 1)[1] not in ("timestamp", "bool")]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))
_Loader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: Decimal(node.value))


@dataclass(frozen=True, slots=True)
class Example:
    """One file. `settings` and `registers` are its company's, of companies.yaml; `tree` has the two sides."""

    name: str
    tree: Json
    settings: Json
    registers: Json

    @property
    def severa(self) -> Json:
        """What Severa says: `invoice`, `rows`, `customer`; others by the ends of their paths."""
        said: Json = self.tree["severa"]
        return said

    @property
    def procountor(self) -> Json:
        """What Procountor gets."""
        gets: Json = self.tree["procountor"]
        return gets

    @property
    def invoice(self) -> SalesInvoice:
        """As the poll reads it: head, rows in order with what they group by project, card. A person's number is as it
        is, as for a transfer (R3).
        """
        head = responses.invoice(_answer(self.severa["invoice"]))
        head = replace(head, business_id=responses.receiver_id(self.severa["invoice"]))
        rows = sorted(
            (responses.row(_answer(one)) for one in self.severa["rows"]), key=lambda row: (row.position, row.id)
        )
        parts = [
            found for path in BEHIND for one in self.severa.get(path, ()) if (found := responses.row_part(_answer(one)))
        ]
        rows = [
            replace(row, parts=tuple(sorted((part for own, part in parts if own == row.id), key=attrgetter("project"))))
            for row in rows
        ]
        return replace(head, rows=tuple(rows), customer=responses.customer(_answer(self.severa["customer"])))

    @property
    def profile(self) -> CompanyProfile:
        """Terms of its company."""
        return CompanyProfile(
            country=self.settings["country"],
            currency=self.registers["currency"],
            iban=self.registers["iban"],
            default_codes=DefaultCodes(**self.settings["default_codes"]),
            send_by_email=self.settings["sales"].get("send_by_email", False),
            may_create_partners=True,
            may_create_products=True,
            rates=self._rates,
            accounts=frozenset(self.registers["accounts"]),
            vat_percents=frozenset(map(Decimal, self.registers["vat_percents"])),
            vat=VatTerms(tuple(VatStatus(*one) for one in self.registers["vat_statuses"].items())),
        )

    @property
    def _rates(self) -> KnownRates:
        """As the sandbox quotes them."""
        own, foreign = self.registers["currency"], self.invoice.currency
        if own == foreign:
            return NOT_COMPARED
        quoted = round(Decimal(str(RATES[foreign])) / Decimal(str(RATES[own])), 6)
        return KnownRates(Decimal(1), quoted, self.invoice.date, Decimal("0.15"))


@cache
def companies() -> dict[str, Json]:
    """The sending companies by id."""
    return _read(FOLDER / "companies.yaml")


@cache
def examples() -> dict[str, Example]:
    """All of them by name."""
    trees = {path.stem: _read(path) for path in sorted(FOLDER.glob("[0-9]*.yaml"))}
    return {name: Example(name, tree, **companies()[tree["company"]]) for name, tree in trees.items()}


def plain(tree: Any) -> Any:
    """With floats, as JSON is read by those who don't ask for more."""
    return json.loads(json.dumps(tree, default=float))


def _read(path: Path) -> Json:
    tree: Json = yaml.load(path.read_text(encoding="utf-8"), _Loader)
    return tree


def _answer(tree: Json) -> Any:
    """The object by way of the bytes of an answer."""
    return Response(200, {}, json.dumps(tree, default=float).encode()).json()
