"""Procountor as the sandbox plays it."""
