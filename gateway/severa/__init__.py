"""Visma Severa: requests, responses, client."""
