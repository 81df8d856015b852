"""Currencies: which ones Procountor accepts, and their smallest amounts (ISO 4217)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

from gateway.errors import plain_number

_ALL = """
AED AFN ALL AMD ANG AOA ARS ATS AUD AWG AZN BAM BBD BDT BEF BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD
CAD CDF CHE CHF CHW CLF CLP CNH CNT CNY COP COU CRC CUC CUP CVE CYP CZK DEM DJF DKK DOP DZD EEK EGP ERN ESP ETB
EUR FIM FJD FKP FRF GBP GEL GGP GHS GIP GMD GNF GRD GTQ GYD HKD HNL HRK HTG HUF IDR IEP ILS IMP INR IQD IRR ISK
ITL JEP JMD JOD JPY KES KGS KHR KID KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LTL LUF LVL LYD MAD MDL MGA MKD
MMK MNT MOP MRO MTL MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NIS NLG NOK NPR NTD NZD OMR PAB PEN PGK PHP PKR PLN
PRB PTE PYG QAR RMB RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SIT SKK SLL SLS SOS SRD SSP STN SVC SYP SZL THB
TJS TMT TND TOP TRY TTD TVD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VES VND VUV WST XAF XAG XAU XBA XBB XBC XBD
XCD XDR XOF XPD XPF XPT XSU XTS XUA XXX YER ZAR ZMW ZWB ZWL
"""
#: The currency of a company's books, by its country.
HOME_CURRENCY = {"FI": "EUR", "SE": "SEK"}
#: Procountor's enum of currencies (docs/api-facts.md 38), old ones included.
PROCOUNTOR = frozenset(_ALL.split())
_WITHOUT = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND"
_MINOR = {
    **dict.fromkeys(_WITHOUT.split(), Decimal(1)),
    **dict.fromkeys(_THOUSANDTHS.split(), Decimal("0.001")),
    **dict.fromkeys(("CLF", "UYW"), Decimal("0.0001")),
}
CENT = Decimal("0.01")
#: Digits for the product of any two numbers that an API may send; Python's 28 are too few for an absurd VAT.
_DIGITS = Context(prec=60)


def minor_unit(currency: str) -> Decimal:
    """The smallest amount of a currency: a cent, unless ISO 4217 says otherwise."""
    return _MINOR.get(currency, CENT)


def money(amount: Decimal, currency: str) -> str:
    """An amount as people write it: 1 234.50 EUR, 1 235 JPY."""
    return f"{plain_number(amount, max(0, -int(minor_unit(currency).as_tuple().exponent)))} {currency}".strip()


def half_up(number: Decimal, unit: Decimal) -> Decimal:
    """Rounded to whole units, halves away from zero: the only rounding of the gateway."""
    return number.quantize(unit, ROUND_HALF_UP, _DIGITS)


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Rounded to the currency's smallest amount."""
    return half_up(amount, minor_unit(currency))
