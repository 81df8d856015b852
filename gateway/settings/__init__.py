"""Settings of the gateway and its companies: one reviewed file (B12), secrets by reference."""

from gateway.settings.company import (
    Company,
    DefaultCodes,
    DimensionSettings,
    ErrorMail,
    Organisation,
    PeopleSettings,
    PurchaseSettings,
    SalesSettings,
    SalesVat,
    TargetStatus,
    TravelSettings,
    TravelStatus,
)
from gateway.settings.load import SettingsError, load
from gateway.settings.runtime import (
    Delivery,
    GatewaySettings,
    Kafka,
    Polling,
    ProcountorApi,
    SeveraApi,
    Smtp,
    Telemetry,
)

__all__ = [
    "Company",
    "DefaultCodes",
    "Delivery",
    "DimensionSettings",
    "ErrorMail",
    "GatewaySettings",
    "Kafka",
    "Organisation",
    "PeopleSettings",
    "Polling",
    "ProcountorApi",
    "PurchaseSettings",
    "SalesSettings",
    "SalesVat",
    "SettingsError",
    "SeveraApi",
    "Smtp",
    "TargetStatus",
    "Telemetry",
    "TravelSettings",
    "TravelStatus",
    "load",
]
