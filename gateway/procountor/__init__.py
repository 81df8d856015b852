"""Procountor: requests, responses, client."""
