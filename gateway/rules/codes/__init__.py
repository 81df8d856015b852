"""Codes of countries, languages, currencies and units: what each system writes, as tables."""
