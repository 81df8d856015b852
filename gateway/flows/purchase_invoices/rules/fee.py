"""The project fee of an allocation: the body of POST /v1/projectfees by the table of fields.py (U1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.documents import CostAllocation, DocumentKey, Revision, Truncation
from gateway.errors import plain_number
from gateway.flows.purchase_invoices.rules.fields import FEE, LONGEST_DESCRIPTION
from gateway.flows.purchase_invoices.rules.marker import marker, without_marker
from gateway.flows.purchase_invoices.rules.memo import Deleted
from gateway.rules.codes.currencies import money, rounded
from gateway.rules.text.assemble import Truncations, assemble
from gateway.rules.text.fit import blank, fit


@dataclass(frozen=True, slots=True)
class FeeProfile:
    """What the settings say of fees."""

    #: Severa's ProductType.
    product_type: str
    billable: bool = False


@dataclass(frozen=True, slots=True)
class MappedFee:
    """A body for Severa, and what was lost on the way."""

    body: Mapping[str, object]
    truncations: tuple[Truncation, ...]

    @property
    def name(self) -> str:
        """Its name, as it is sent."""
        return str(self.body.get("name", ""))

    @property
    def story(self) -> str:
        """Its description for people, as it is sent."""
        return without_marker(str(self.body["description"]))


def map_fee(
    allocation: CostAllocation, project_id: str, profile: FeeProfile, key: DocumentKey, revision: Revision
) -> MappedFee:
    """The body of a new fee."""
    losses = Truncations()
    amount, currency = allocation.amount.amount, allocation.amount.currency
    values = {
        "project.guid": project_id,
        "name": allocation.supplier if blank(allocation.text) else allocation.text,
        "description": _described(allocation, marker(key, revision), losses),
        "quantity": 1,
        "unitCost.amount": amount,
        "unitCost.currencyCode": currency,
        "unitPrice.amount": amount if profile.billable else None,
        "unitPrice.currencyCode": currency if profile.billable else None,
        "vatRate": allocation.vat_percent,
        "eventDate": allocation.date.isoformat(),
        "productType": profile.product_type,
        "isBillable": profile.billable,
    }
    return MappedFee(assemble(FEE, values, losses), tuple(losses.truncations))


def replacing(mapped: MappedFee, old: Deleted, project_id: str) -> dict[str, object]:
    """The body of a fee that replaces another one: what users filled in there stays (ADR 29).

    A phase is one of the old project. A price that was the cost follows the cost.
    """
    kept = dict(old.users)
    if old.project_id != project_id:
        kept.pop("phase", None)
    if (price := old.unit_price) is not None and price != old.unit_cost:
        kept["unitPrice"] = {"amount": price.amount, "currencyCode": price.currency}
    return {**mapped.body, **kept}


def _described(allocation: CostAllocation, mark: str, losses: Truncations) -> str:
    """The description: a long text is cut before the marker, which the fee must be found by."""
    story, lost = fit("description", _story(allocation), LONGEST_DESCRIPTION - len(mark) - 1, lines=True)
    losses.truncations.extend(lost)
    return f"{story}\n{mark}"


def _story(allocation: CostAllocation) -> str:
    """Supplier, both numbers and, in a foreign currency, the amount there at the receipt's own rate."""
    theirs = f"invoice {allocation.supplier_number}" if not blank(allocation.supplier_number) else "invoice"
    ours = f" ({allocation.number} in Procountor)" if allocation.number is not None else ""
    said = f"{allocation.supplier}, {theirs}{ours}"
    if allocation.currency in ("", allocation.amount.currency):
        return said
    foreign = rounded(allocation.amount.amount * allocation.currency_rate, allocation.currency)
    rate = plain_number(allocation.currency_rate)
    return f"{said}\n{money(foreign, allocation.currency)} at {rate} {allocation.currency}/{allocation.amount.currency}"
