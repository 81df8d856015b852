"""Numbers as people write them: `-4`, `25.5`, `1 234.50`."""

from __future__ import annotations

from decimal import Decimal

#: The most digits before or after the point that anybody reads.
_LONGEST = 40


def plain_number(number: Decimal | int, decimals: int = 0) -> str:
    """Without exponent, with thousands separated, and without trailing zeros beyond so many decimals."""
    exact = Decimal(number) or Decimal(0)  # no -0
    if abs(exact.adjusted()) > _LONGEST:
        return "a number of very many digits"
    whole, _, rest = f"{exact:,f}".replace(",", " ").partition(".")
    rest = rest.rstrip("0").ljust(decimals, "0")
    return f"{whole}.{rest}" if rest else whole
