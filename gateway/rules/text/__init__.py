"""Texts: which characters Procountor accepts, what fits, and what was lost on the way."""
