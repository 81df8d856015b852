"""A world's exchange rates in both systems: as Procountor quotes them, and as an administrator enters them in Severa.

The direction of Severa's rates isn't published. Here it is the opposite of Procountor's.
"""

from __future__ import annotations

import uuid
from typing import Any

Json = dict[str, Any]

#: Units for one euro.
RATES = {"EUR": 1.0, "SEK": 11.2, "USD": 1.08, "NOK": 11.6, "GBP": 0.84, "JPY": 163.0}


def procountor_rates(base: str) -> Json:
    """Foreign units for one of the company's currency."""
    rates = [{"currencyCode": code, "currencyRate": round(rate / RATES[base], 6)} for code, rate in RATES.items()]
    return {"baseCurrency": base, "currencyDate": "$today", "rates": rates}


def severa_currencies(base: str) -> list[Json]:
    """Units of the organisation's currency for a foreign one."""
    return [
        {
            "guid": str(uuid.uuid5(uuid.NAMESPACE_URL, code)),
            "code": code,
            "name": code,
            "rate": round(RATES[base] / rate, 6),
            "isActive": True,
            "isOrganizationCurrency": code == base,
        }
        for code, rate in RATES.items()
    ]
