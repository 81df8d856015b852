"""Settings of organisations and companies (S1-S20, for the flows that exist)."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection
from email.errors import HeaderParseError
from email.headerregistry import Address
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from stdnum import iban

#: The form of an id, which is part of keys, topics and logs and never changes.
COMPANY_ID = r"^[a-z0-9][a-z0-9-]{0,39}$"
_IN_WORDS = "small letters a-z, digits and dashes, at most 40, not beginning with a dash"


class Strict(BaseModel):
    """A group of settings. Unknown settings are refused: a typing error must not pass silently."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _bare(value: str) -> str:
    if value != value.strip():
        raise ValueError("has spaces before or after it")
    return value


#: An id from another system, without spaces around it: ids that differ only in spaces would count as two.
Bare = Annotated[str, Field(min_length=1), AfterValidator(_bare)]


class TargetStatus(StrEnum):
    """S14: the status in which the gateway leaves the invoice in Procountor. It is reached by actions, never written
    (docs/api-facts.md 30).
    """

    UNFINISHED = "UNFINISHED"
    APPROVED = "NOT_SENT"
    SENT = "SENT"


class DefaultCodes(Strict):
    """S4-S6: codes for rows without a code. Each must exist in Procountor's product register."""

    product: str
    work_type: str
    travel_expense: str

    @field_validator("*")
    @classmethod
    def _a_code(cls, value: str) -> str:
        if not value or value != value.strip():
            raise ValueError(f"{value!r} is not a code: it is blank, or has spaces before or after it")
        return value


class ErrorMail(Strict):
    """S8: e-mails about refusals: to finance (`recipients`) and to whoever runs the gateway (`operator`)."""

    enabled: bool = True
    recipients: tuple[str, ...] = ()
    operator: tuple[str, ...] = ()

    def to(self, who: Collection[str]) -> tuple[str, ...]:
        """The addresses of a mail, by who must act (`operator` or others), each once. A side without addresses is
        represented by the other.
        """
        groups = {"operator": self.operator or self.recipients, "": self.recipients or self.operator}
        found = [address for one in sorted(who) for address in groups.get(one, groups[""])]
        return tuple(dict.fromkeys(found)) if self.enabled else ()

    @model_validator(mode="after")
    def _somebody(self) -> ErrorMail:
        if self.model_fields_set >= {"enabled"} and self.enabled and not (self.recipients or self.operator):
            raise ValueError("e-mails are on but have no recipients: add recipients, or set enabled to false")
        return self

    @field_validator("recipients", "operator")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for address in value:
            try:
                given = Address(addr_spec=address)
            except (HeaderParseError, ValueError, IndexError):  # IndexError: what Python's parser raises for "a@"
                given = Address()
            if not (given.username and given.domain and address.isascii() and address.isprintable()):
                raise ValueError(f"{address!r} is not an e-mail address in ASCII such as finance@example.com")
        return value


class SalesDimensions(Strict):
    """S7, S15: the names of the dimensions in Procountor that get a row's business unit, cost center and project."""

    business_unit: str | None = Field(default=None, min_length=1)
    cost_center: str | None = Field(default=None, min_length=1)
    project: str | None = Field(default=None, min_length=1)

    @property
    def by_project(self) -> bool:
        """Whether rows must be divided by project: the business unit is the project's."""
        return bool(self.project or self.business_unit)

    @model_validator(mode="after")
    def _one_each(self) -> SalesDimensions:
        names = [name for name in (self.business_unit, self.cost_center, self.project) if name]
        if len(set(names)) < len(names):
            raise ValueError("business_unit, cost_center and project must have different dimensions")
        return self


ItemForm = Literal["{code}", "{name}", "{code} {name}"]


class ItemNames(Strict):
    """D5: the names of new dimension items."""

    business_unit: ItemForm = "{code}"
    cost_center: ItemForm = "{code}"
    project: ItemForm = "{code}"


class VatStatuses(Strict):
    """V1: the numbers of VAT statuses in Procountor, for cases whose description isn't recognised."""

    domestic: int | None = None
    domestic_zero: int | None = None
    reverse_charge: int | None = None
    eu_goods: int | None = None
    eu_services: int | None = None
    outside_eu: int | None = None
    zero_rated: int | None = None


class SalesVat(Strict):
    """V1: how sales without VAT are reported in Procountor."""

    statuses: VatStatuses = VatStatuses()
    outside_eu: Literal["not_reported", "zero_rated"] = "not_reported"
    eu_without_vat_number: Literal["refused", "zero_rated"] = "refused"


class SalesSettings(Strict):
    """S13-S17: sales invoices of a company, and whether they are transferred."""

    enabled: bool = True
    status_before: str = Field(min_length=1)
    status_after: str = Field(min_length=1)
    target_status: TargetStatus = TargetStatus.UNFINISHED
    send_by_email: bool = False
    dimensions: SalesDimensions = SalesDimensions()
    item_names: ItemNames = ItemNames()
    attachments: Literal["full", "breakdown", "none"] = "none"
    vat: SalesVat = SalesVat()
    row_text: int = Field(default=80, ge=1, le=512)
    bank_account: str | None = None
    bank_reference: Literal["severa", "procountor"] = "severa"
    contact_persons: Literal["receiver_first", "sender_first"] = "receiver_first"
    currency_rate_tolerance: float | None = Field(default=15.0, gt=0, lt=100)

    @field_validator("bank_account")
    @classmethod
    def _an_iban(cls, value: str | None) -> str | None:
        if value is not None and not iban.is_valid(value, check_country=False):
            raise ValueError(f"{value!r} is not an IBAN such as FI21 1234 5600 0007 85: check its digits")
        return iban.compact(value) if value is not None else None

    @model_validator(mode="after")
    def _moves(self) -> SalesSettings:
        if self.status_before == self.status_after:
            raise ValueError("status_before and status_after are the same: an invoice would wait forever")
        return self


class TravelStatus(StrEnum):
    """S10: the status in which the gateway leaves the travel invoice in Procountor: unfinished, or marked as complete,
    verified and approved, one action each.
    """

    UNFINISHED = "UNFINISHED"
    RECEIVED = "RECEIVED"
    VERIFIED = "VERIFIED"
    APPROVED = "APPROVED"


class TravelSettings(Strict):
    """S9-S11, S19: travel reimbursements of a company, and whether they are transferred."""

    enabled: bool = True
    status_before: str = Field(min_length=1)
    status_after: str = Field(min_length=1)
    target_status: TravelStatus = TravelStatus.UNFINISHED
    dimensions: SalesDimensions = SalesDimensions()
    item_names: ItemNames = ItemNames()
    row_text: int = Field(default=80, ge=1, le=512)
    payment_term: int = Field(default=14, ge=0, le=999)

    @model_validator(mode="after")
    def _moves(self) -> TravelSettings:
        if self.status_before == self.status_after:
            raise ValueError("status_before and status_after are the same: a reimbursement would wait forever")
        return self


#: A company without the section (S19).
NO_TRAVEL = TravelSettings(enabled=False, status_before="(no travel)", status_after="(off)")


class PurchaseSettings(Strict):
    """S20: purchase invoices of a company, and whether their costs are transferred to projects in Severa."""

    enabled: bool = True
    receipts_from: dt.date
    project_dimension: str = Field(min_length=1)
    item_name: ItemForm = "{code}"
    product_type: Literal["FixedFees", "Materials", "Subcontracting"] = "Subcontracting"
    billable: bool = False


#: A company without the section (S20).
NO_PURCHASES = PurchaseSettings(enabled=False, receipts_from=dt.date.max, project_dimension="(no purchases)")


class PeopleSettings(Strict):
    """S12: whether persons in Procountor follow Severa's users: created, updated, inactivated."""

    enabled: bool = True


#: A company without the section (S12).
NO_PEOPLE = PeopleSettings(enabled=False)


class DimensionSettings(SalesDimensions):
    """F4: the dimensions whose items follow Severa's registers. Without a name, an axis is left alone."""

    enabled: bool = True
    item_names: ItemNames = ItemNames()

    @property
    def names(self) -> dict[str, str]:
        """The dimension of each axis that has one."""
        found = {"business_unit": self.business_unit, "cost_center": self.cost_center, "project": self.project}
        return {axis: name for axis, name in found.items() if name}

    @model_validator(mode="after")
    def _some(self) -> DimensionSettings:
        if self.enabled and not self.names:
            raise ValueError("no dimension is named: name those of business_unit, cost_center or project")
        return self


#: A company without the section.
NO_DIMENSIONS = DimensionSettings(enabled=False)


class CompanyKey(Strict):
    """S1: the API key of one company in Procountor. The client may differ from the common client."""

    api_key: SecretStr = Field(min_length=1)
    client_id: Bare | None = None
    client_secret: SecretStr | None = None


class Company(Strict):
    """A company: a business unit in Severa with a VAT number of its own, and one API key of Procountor."""

    id: str = Field(pattern=COMPANY_ID, description=_IN_WORDS)
    business_unit: Bare = Field(description="guid of the Severa business unit")
    country: Literal["FI", "SE"] = "FI"
    enabled: bool = True
    create_customers: bool = False
    create_products: bool = False
    default_codes: DefaultCodes
    procountor: CompanyKey
    sales: SalesSettings
    travel: TravelSettings = NO_TRAVEL
    purchases: PurchaseSettings = NO_PURCHASES
    people: PeopleSettings = NO_PEOPLE
    dimensions: DimensionSettings = NO_DIMENSIONS
    error_mail: ErrorMail = ErrorMail()

    @property
    def active(self) -> bool:
        """Whether anything of the company is transferred (S18)."""
        flows = (self.sales, self.travel, self.purchases, self.people, self.dimensions)
        return self.enabled and any(flow.enabled for flow in flows)

    @model_validator(mode="after")
    def _one_form(self) -> Company:
        """Rows and registers name the items of a dimension alike, or an object would get two."""
        followed = self.dimensions.names if self.dimensions.enabled else {}
        for section, rows in (("sales", self.sales), ("travel", self.travel)):
            for axis in ("business_unit", "cost_center", "project"):
                name, form = getattr(rows.dimensions, axis), getattr(rows.item_names, axis)
                same = [other for other, its in followed.items() if name and its == name]
                if rows.enabled and same and (same != [axis] or form != getattr(self.dimensions.item_names, axis)):
                    raise ValueError(
                        f"{section} and dimensions use the dimension {name} for different registers, or with "
                        "different item_names: give both the same"
                    )
        return self

    def fingerprint(self) -> str:
        """A hash that changes with any setting that may fix a refusal (Q3). It contains no secret."""
        plain = self.model_dump_json(exclude={"procountor", "error_mail"})
        return hashlib.sha256(plain.encode()).hexdigest()[:16]


class SeveraCredentials(Strict):
    """The API client of an organisation, created by its administrator in Severa."""

    client_id: Bare
    client_secret: SecretStr


class Organisation(Strict):
    """An organisation in Severa: it has one home and one rate budget."""

    name: str = Field(pattern=COMPANY_ID, description=_IN_WORDS)
    severa: SeveraCredentials
    companies: tuple[Company, ...] = Field(min_length=1)
