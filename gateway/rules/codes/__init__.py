"""Codes of countries, languages, currencies and units in both systems, as tables."""
