"""Traces, logs and health, without secrets and personal identity numbers."""
