"""A company's VAT statuses in Procountor, as `GET /vats/default` returns them.

The vendor publishes the English descriptions, and only the numbers 1, 3, 5 and 12. The other numbers are the sandbox's
own, different in each country: nothing may rely on them. The same is true of the Finnish and Swedish words.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

#: Number, in English, in Finnish, in Swedish, used for sales, used for purchases.
_STATUSES: tuple[tuple[int, str, str, str, bool, bool], ...] = (
    (1, "Domestic", "Kotimaa", "Inrikes", True, True),
    (3, "Outside of the EU", "EU:n ulkopuolella", "Utanför EU", True, True),
    (5, "EU community sales (product)", "EU-yhteisömyynti (tavara)", "EU-försäljning (vara)", True, False),
    (12, "No VAT handling", "Ei ALV-käsittelyä", "Ingen momsbehandling", True, True),
    (21, "EU community sales (service)", "EU-yhteisömyynti (palvelu)", "EU-försäljning (tjänst)", True, False),
    (22, "EU, tripartite trade", "EU, kolmikantakauppa", "EU, trepartshandel", True, False),
    (23, "0% VAT turnover", "0-verokannan alainen liikevaihto", "Omsättning med nollskattesats", True, False),
    (24, "Other tax free sales", "Muu veroton myynti", "Övrig skattefri försäljning", True, False),
    (25, "EU community purchases (product)", "EU-yhteisöhankinta (tavara)", "EU-förvärv (vara)", False, True),
    (26, "EU community purchases (service)", "EU-yhteisöhankinta (palvelu)", "EU-förvärv (tjänst)", False, True),
    (27, "Import of goods", "Tavaroiden maahantuonti", "Import av varor", False, True),
    (
        28,
        "Purchase of services, outside of the EU",
        "Palvelun osto EU:n ulkopuolelta",
        "Tjänst utanför EU",
        False,
        True,
    ),
    (29, "Deductible VAT only", "Vain vähennettävä vero", "Endast avdragbar moms", False, True),
    (30, "Marginal taxation", "Marginaalivero", "Vinstmarginal", True, True),
)
#: The same, once for each percentage: they come and go with the law.
_BY_PERCENT = (
    (40, "Construction reverse VAT", "Rakennusalan käännetty ALV", "Omvänd moms, byggtjänster", True, False),
    (50, "Construction reverse VAT, purchases", "Rakennusalan käännetty ALV, osto", "Omvänd moms, inköp", False, True),
    (60, "Import VAT", "Maahantuonnin ALV", "Importmoms", False, True),
)
_PERCENTS = {"FI": ("24", "25,5", "14", "13,5"), "SE": ("25", "12", "6")}
_LANGUAGES = {"en": 0, "fi": 1, "sv": 2}


def vat_statuses(country: str, language: str = "en") -> list[Json]:
    """More than twenty. Swedish companies have other numbers for what the vendor doesn't publish."""
    at, more = _LANGUAGES[language], 100 if country == "SE" else 0
    whole = [(n + (more if n > 12 else 0), words[at], sales, bought) for n, *words, sales, bought in _STATUSES]
    bound = [
        (first + more + n, f"{words[at]} {percent}%", sales, bought)
        for first, *words, sales, bought in _BY_PERCENT
        for n, percent in enumerate(_PERCENTS[country])
    ]
    return [
        {"vatStatus": number, "description": text, "sales": sales, "purchase": bought}
        for number, text, sales, bought in whole + bound
    ]
