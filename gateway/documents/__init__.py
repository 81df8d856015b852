"""Frozen domain models: what the rules, the events and the delivery speak of. Pure."""

from gateway.documents.command import OF_DOCUMENTS, Command, CommandKind
from gateway.documents.keys import DocumentKey, Kind, Revision, Sequence
from gateway.documents.money import Money
from gateway.documents.outcome import (
    Cut,
    CutKind,
    ErrorInfo,
    FurtherError,
    Order,
    Outcome,
    OutcomeState,
    ProcountorInvoice,
    newest,
    order_of,
)
from gateway.documents.sales_invoice import Address, Customer, ProjectRef, Row, RowKind, RowPart, SalesInvoice

__all__ = [
    "OF_DOCUMENTS",
    "Address",
    "Command",
    "CommandKind",
    "Customer",
    "Cut",
    "CutKind",
    "DocumentKey",
    "ErrorInfo",
    "FurtherError",
    "Kind",
    "Money",
    "Order",
    "Outcome",
    "OutcomeState",
    "ProcountorInvoice",
    "ProjectRef",
    "Revision",
    "Row",
    "RowKind",
    "RowPart",
    "SalesInvoice",
    "Sequence",
    "newest",
    "order_of",
]
