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
from gateway.settings.kafka import Kafka, OAuth, Sasl
from gateway.settings.load import SettingsError, load
from gateway.settings.runtime import (
    Delivery,
    GatewaySettings,
    Polling,
    ProcountorApi,
    SeveraApi,
    Smtp,
    Telemetry,
)
from gateway.settings.tls import Tls

__all__ = [
    "Company",
    "DefaultCodes",
    "Delivery",
    "DimensionSettings",
    "ErrorMail",
    "GatewaySettings",
    "Kafka",
    "OAuth",
    "Organisation",
    "PeopleSettings",
    "Polling",
    "ProcountorApi",
    "PurchaseSettings",
    "SalesSettings",
    "SalesVat",
    "Sasl",
    "SettingsError",
    "SeveraApi",
    "Smtp",
    "TargetStatus",
    "Telemetry",
    "Tls",
    "TravelSettings",
    "TravelStatus",
    "load",
]
