"""Texts: what Procountor takes, what fits, and what was lost on the way."""
