"""Numbers as people write them: `-4`, `25.5`, `1 234.50`."""

from __future__ import annotations

from decimal import Decimal

#: Places before the point, or behind it, beyond which nobody reads a number.
_LONGEST = 40


def plain_number(number: Decimal | int, decimals: int = 0) -> str:
    """No exponent, thousands apart, and no zeros at the end beyond so many decimals."""
    exact = Decimal(number) or Decimal(0)  # no -0
    if abs(exact.adjusted()) > _LONGEST:
        return "a number of very many digits"
    whole, _, rest = f"{exact:,f}".replace(",", " ").partition(".")
    rest = rest.rstrip("0").ljust(decimals, "0")
    return f"{whole}.{rest}" if rest else whole
