"""Frozen domain models: what the rules, the events and the delivery speak of. Pure."""

from gateway.documents.command import OF_DOCUMENTS, Command, CommandKind
from gateway.documents.cost_allocation import CostAllocation, ItemRef, Withdrawal
from gateway.documents.dimension_item import SyncedItem
from gateway.documents.keys import DocumentKey, Kind, Revision, Sequence
from gateway.documents.money import Money
from gateway.documents.outcome import (
    ErrorInfo,
    FurtherError,
    Order,
    Outcome,
    OutcomeState,
    Subject,
    Target,
    Truncation,
    TruncationKind,
    newest,
    order_of,
)
from gateway.documents.sales_invoice import Address, Customer, ProjectRef, Row, RowKind, RowPart, SalesInvoice
from gateway.documents.travel_reimbursement import ExpenseClass, Line, TravelReimbursement
from gateway.documents.user import NumberState, User

__all__ = [
    "OF_DOCUMENTS",
    "Address",
    "Command",
    "CommandKind",
    "CostAllocation",
    "Customer",
    "DocumentKey",
    "ErrorInfo",
    "ExpenseClass",
    "FurtherError",
    "ItemRef",
    "Kind",
    "Line",
    "Money",
    "NumberState",
    "Order",
    "Outcome",
    "OutcomeState",
    "ProjectRef",
    "Revision",
    "Row",
    "RowKind",
    "RowPart",
    "SalesInvoice",
    "Sequence",
    "Subject",
    "SyncedItem",
    "Target",
    "TravelReimbursement",
    "Truncation",
    "TruncationKind",
    "User",
    "Withdrawal",
    "newest",
    "order_of",
]
