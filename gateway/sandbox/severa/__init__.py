"""Severa as the sandbox plays it."""
