"""Traces, logs and health: what the gateway says of itself, without secrets and personal numbers."""
